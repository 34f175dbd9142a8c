#pragma once

#include <array>
#include <cstdint>
#include <string>

#include "messages/field.hpp"
#include "messages/result.hpp"

namespace signalbox {

/// Why bytes were not taken as a message. Closed, so that callers can count and report it.
enum class DecodeRefusal : std::uint8_t {
  truncated = 1,  ///< the message ends before it is complete
  trailing,       ///< bytes follow the message
  malformed,      ///< not msgpack
  too_large,      ///< more bytes or values than the limit
  too_deep,
  not_a_map,
  unknown_key,
  missing_key,
  duplicate_key,
  wrong_type,
  bad_text,  ///< empty, outside its alphabet, control characters, not UTF-8
  bad_enum,
  bad_decimal,
  too_long,  ///< a text or list
  out_of_range,
};
template <>
inline constexpr auto enum_names<DecodeRefusal> =
    std::array{Named{DecodeRefusal::truncated, "truncated"},
               Named{DecodeRefusal::trailing, "trailing"},
               Named{DecodeRefusal::malformed, "malformed"},
               Named{DecodeRefusal::too_large, "too_large"},
               Named{DecodeRefusal::too_deep, "too_deep"},
               Named{DecodeRefusal::not_a_map, "not_a_map"},
               Named{DecodeRefusal::unknown_key, "unknown_key"},
               Named{DecodeRefusal::missing_key, "missing_key"},
               Named{DecodeRefusal::duplicate_key, "duplicate_key"},
               Named{DecodeRefusal::wrong_type, "wrong_type"},
               Named{DecodeRefusal::bad_text, "bad_text"},
               Named{DecodeRefusal::bad_enum, "bad_enum"},
               Named{DecodeRefusal::bad_decimal, "bad_decimal"},
               Named{DecodeRefusal::too_long, "too_long"},
               Named{DecodeRefusal::out_of_range, "out_of_range"}};

/// `what` names the field and the fix, "stop_loss.price: send a decimal string, …", and repeats no
/// value that was sent: whoever logs it can never log a secret.
struct DecodeError {
  DecodeRefusal reason = DecodeRefusal::malformed;
  std::string field;  ///< path, "take_profit[1].price"; empty for the message itself
  std::string what;

  friend bool operator==(const DecodeError&, const DecodeError&) = default;
};

inline Error as_error(DecodeError e) { return {Fault::bad_input, std::move(e.what)}; }

}  // namespace signalbox
