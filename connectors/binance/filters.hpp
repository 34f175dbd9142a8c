#pragma once

#include "connectors/transport/json.hpp"
#include "messages/instrument.hpp"

namespace signalbox::binance {

/// The `filters` of one symbol, spot or futures. A filter that cannot be read is an error: the
/// symbol is then unknown, not tradable without the filter.
Result<void> read_filters(const JsonObject& from, Instrument& to);
/// One unit of the last of so many digits.
Decimal smallest(std::int64_t digits);

}  // namespace signalbox::binance
