#pragma once

#include <string>
#include <string_view>

#include "messages/instrument.hpp"
#include "simulator/dialect.hpp"
#include "simulator/engine/types.hpp"

namespace signalbox::simulator::okx {

/// A refusal in the venue's words. Order errors stand in the row (`sCode`) under HTTP 200.
struct ApiError {
  int status = 200;
  int code = 0;
  std::string text;
  bool in_row = false;
};

/// What the matching engine says, as the venue says it of a placement.
ApiError to_error(Reject reject, bool is_algo);

/// `{"code":…,"msg":…,"data":[…]}`
std::string envelope(std::string_view rows);
std::string to_json(const ApiError& error);

std::string wire_name(const Instrument& instrument);
std::int64_t ms(WallTime t);
std::string signature(std::string_view secret, std::string_view payload);
/// "2020-12-08T09:08:57.715Z". Nothing for another form.
bool read_iso(std::string_view text, WallTime& into);

}  // namespace signalbox::simulator::okx
