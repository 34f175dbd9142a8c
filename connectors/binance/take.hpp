#pragma once

#include <optional>
#include <string_view>

#include "connectors/transport/json.hpp"

namespace signalbox::binance {

/// Sets `into` from one field of an answer or event. An error names the field; a null leaves
/// texts as they are.
Result<void> take(JsonValue from, std::string_view& into);
Result<void> take(JsonValue from, std::int64_t& into);
Result<void> take(JsonValue from, bool& into);
/// A price, quantity or fee: not negative and not above `amount_max`.
Result<void> take(JsonValue from, std::optional<Decimal>& into);

/// The same, of a field that must be there.
Result<Decimal> amount(const JsonObject& from, std::string_view name);

template <class T>
tl::unexpected<Error> pass(const Result<T>& failure) {
  return tl::unexpected<Error>(failure.error());
}

}  // namespace signalbox::binance
