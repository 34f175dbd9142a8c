#include "simulator/dialects.hpp"

#include <string>

#include "simulator/bybit/bybit_dialect.hpp"
#include "simulator/kraken/kraken_dialect.hpp"

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

}  // namespace

Result<DialectMaker> dialect_named(std::string_view venue) {
  if (venue.empty() || venue == "binance") return DialectMaker{};
  if (venue == "kraken") return DialectMaker{speak<kraken::KrakenDialect, kraken::Settings>};
  if (venue == "bybit") return DialectMaker{speak<bybit::BybitDialect, bybit::Settings>};
  return failed(Fault::not_found, "no simulated exchange speaks as '" + std::string{venue} +
                                      "' on sockets: binance, bybit and kraken do");
}

}  // namespace signalbox::simulator
