#pragma once

#include <functional>
#include <memory>
#include <string_view>

#include "messages/result.hpp"
#include "simulator/dialect.hpp"
#include "simulator/exchange.hpp"

namespace signalbox::simulator {

/// Makes a dialect over an engine that has the markets and accounts of `settings`, in their order.
using DialectMaker = std::function<std::unique_ptr<Dialect>(Engine& engine, FaultPlan& faults,
                                                            const ExchangeSettings& settings)>;

/// What a dialect of `dialect_named` says by itself once a second.
void each_second(Dialect& dialect, WallTime now);

/// Of every key while OKX is spoken; it opens nothing but a simulator.
inline constexpr std::string_view okx_passphrase = "simulatorPass";

/// The private key of RFC 7515's example. It is that of every account whose secret is no PEM while
/// Coinbase is spoken, and opens nothing but a simulator.
extern const std::string_view coinbase_example_key;

/// How a venue speaks, by its name. Binance's is the exchange's own and no maker is needed for it:
/// empty. `not_found`: no simulated exchange of that name can be served.
Result<DialectMaker> dialect_named(std::string_view venue);

}  // namespace signalbox::simulator
