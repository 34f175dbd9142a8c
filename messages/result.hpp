#pragma once

#include <cstdint>
#include <string>
#include <tl/expected.hpp>

namespace signalbox {

/// What a caller may do about an error; the text says what happened, the class says what next.
enum class Fault : std::uint8_t {
  bad_input = 1,  ///< the sender must change something; repeating will not help
  not_found = 2,
  unavailable = 3,  ///< a resource is missing or busy now; repeating may help
  corrupt = 4,      ///< stored bytes are not what was written
  full = 5,         ///< a named bound was reached
  refused = 6,      ///< a rule forbids it
  internal = 7,     ///< a defect of ours
};

/// An error as a value. `what` names the field and the fix and never holds a secret.
struct Error {
  Fault fault = Fault::internal;
  std::string what;

  friend bool operator==(const Error&, const Error&) = default;
};

template <class T>
using Result = tl::expected<T, Error>;

inline tl::unexpected<Error> failed(Fault fault, std::string what) {
  return tl::unexpected<Error>(Error{fault, std::move(what)});
}

}  // namespace signalbox
