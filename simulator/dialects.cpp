#include "simulator/dialects.hpp"

#include <string>

#include "simulator/binanceusdm/usdm_dialect.hpp"
#include "simulator/bybit/bybit_dialect.hpp"
#include "simulator/kraken/kraken_dialect.hpp"
#include "simulator/okx/okx_dialect.hpp"

namespace signalbox::simulator {
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

}  // namespace

Result<DialectMaker> dialect_named(std::string_view venue) {
  if (venue.empty() || venue == "binance") return DialectMaker{};
  if (venue == "kraken") return DialectMaker{speak<kraken::KrakenDialect, kraken::Settings>};
  if (venue == "okx") return DialectMaker{speak_okx};
  if (venue == "binanceusdm") return DialectMaker{speak_usdm};
  if (venue == "bybit") return DialectMaker{speak<bybit::BybitDialect, bybit::Settings>};
  return failed(Fault::not_found,
                "no simulated exchange speaks as '" + std::string{venue} +
                    "' on sockets: binance, binanceusdm, bybit, kraken and okx do");
}

}  // namespace signalbox::simulator
