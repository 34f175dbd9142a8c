#pragma once

#include <optional>
#include <string_view>

#include "connectors/transport/json.hpp"

namespace signalbox::kit {

/// Sets `into` from one field of an answer or event. An error names the field; a null leaves
/// texts as they are.
Result<void> take(JsonValue from, std::string_view& into);
Result<void> take(JsonValue from, std::int64_t& into);
Result<void> take(JsonValue from, bool& into);
/// A price, quantity or fee: not negative and not above `amount_max`.
Result<void> take(JsonValue from, std::optional<Decimal>& into);

/// The same, of a field that must be there.
Result<Decimal> amount(const JsonObject& from, std::string_view name);

/// Calls `each(const JsonObject&)` for every element, stops at the first error.
template <class Each>
Result<void> for_objects(const JsonArray& array, std::size_t most, Each&& each) {
  std::size_t count = 0;
  for (const auto element : array) {
    const auto object = element.object();
    if (!object) return failed(Fault::bad_input, "answer: an element is no object");
    if (++count > most) return failed(Fault::full, "answer: too many elements");
    if (Result<void> read = each(*object); !read) return read;
  }
  return {};
}

template <class T>
tl::unexpected<Error> pass(const Result<T>& failure) {
  return tl::unexpected<Error>(failure.error());
}

}  // namespace signalbox::kit
