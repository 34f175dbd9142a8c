#include "simulator/dialects.hpp"

#include <string>

#include "simulator/binanceusdm/usdm_dialect.hpp"
#include "simulator/bybit/bybit_dialect.hpp"
#include "simulator/coinbase/coinbase_dialect.hpp"
#include "simulator/kraken/kraken_dialect.hpp"
#include "simulator/okx/okx_dialect.hpp"

namespace signalbox::simulator {

const std::string_view coinbase_example_key =
    "-----BEGIN EC PRIVATE KEY-----\n"
    "MHcCAQEEII6bEJ5xkJi/mASH3x9dd+nLKWBuvtImO19XwhPfhPSyoAoGCCqGSM49\n"
    "AwEHoUQDQgAEf83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEXH8UTNG72b\n"
    "focs3+257rn0s2ldbqkLJK2KRiMohYjlrQ==\n"
    "-----END EC PRIVATE KEY-----\n";

namespace {

/// For venues whose keys are a name and a secret.
template <class Speaker, class Settings>
std::unique_ptr<Dialect> speak(Engine& engine, FaultPlan& faults, const ExchangeSettings& from) {
  Settings settings;
  for (const auto& account : from.accounts)
    settings.keys.push_back(
        {account.api_key, account.secret, engine.find_account(account.name).value()});
  return std::make_unique<Speaker>(engine, faults, std::move(settings));
}

/// Its keys have a third part, the same for all here.
std::unique_ptr<Dialect> speak_okx(Engine& engine, FaultPlan& faults,
                                   const ExchangeSettings& from) {
  okx::Settings settings;
  for (const auto& account : from.accounts)
    settings.keys.push_back({account.api_key, account.secret, std::string{okx_passphrase},
                             engine.find_account(account.name).value()});
  return std::make_unique<okx::OkxDialect>(engine, faults, std::move(settings));
}

/// The markets are perpetuals; what accounts hold is what they may sell short.
std::unique_ptr<Dialect> speak_usdm(Engine& engine, FaultPlan& faults,
                                    const ExchangeSettings& from) {
  binanceusdm::Settings settings;
  for (const auto& account : from.accounts)
    settings.keys.push_back({account.api_key, account.secret, account.ed25519_public,
                             engine.find_account(account.name).value()});
  return std::make_unique<binanceusdm::UsdmDialect>(engine, faults, std::move(settings));
}

/// Its tokens name the host that they were sent to, and secrets are private keys.
std::unique_ptr<Dialect> speak_coinbase(Engine& engine, FaultPlan& faults,
                                        const ExchangeSettings& from) {
  coinbase::Settings settings;
  settings.host.clear();
  for (const auto& account : from.accounts) {
    const bool has_key = account.secret.starts_with("-----BEGIN");
    settings.keys.push_back({account.api_key,
                             has_key ? account.secret : std::string{coinbase_example_key},
                             engine.find_account(account.name).value()});
  }
  return std::make_unique<coinbase::CoinbaseDialect>(engine, faults, std::move(settings));
}

}  // namespace

void each_second(Dialect& dialect, WallTime now) {
  if (auto* beats = dynamic_cast<coinbase::CoinbaseDialect*>(&dialect)) beats->beat(now);
}

Result<DialectMaker> dialect_named(std::string_view venue) {
  if (venue.empty() || venue == "binance") return DialectMaker{};
  if (venue == "kraken") return DialectMaker{speak<kraken::KrakenDialect, kraken::Settings>};
  if (venue == "okx") return DialectMaker{speak_okx};
  if (venue == "binanceusdm") return DialectMaker{speak_usdm};
  if (venue == "coinbase") return DialectMaker{speak_coinbase};
  if (venue == "bybit") return DialectMaker{speak<bybit::BybitDialect, bybit::Settings>};
  return failed(Fault::not_found,
                "no simulated exchange speaks as '" + std::string{venue} +
                    "' on sockets: binance, binanceusdm, bybit, coinbase, kraken and okx do");
}

}  // namespace signalbox::simulator
