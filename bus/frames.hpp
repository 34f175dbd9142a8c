#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <tl/expected.hpp>

#include "messages/field.hpp"

namespace signalbox {

/// First frame of everything sent to or from `commands` and `connections`: name and version.
inline constexpr std::string_view bus_magic = "SB1";
inline constexpr std::size_t type_bytes_max = 32;

/// What is wrong with a message before its body is looked at. Closed, so that it can be counted.
enum class FrameFault : std::uint8_t {
  frame_count = 1,  ///< not `SB1`, type, body
  magic,            ///< the first frame is not ours
  version,          ///< ours, in a version this build does not speak
  type,             ///< empty, too long or outside `[a-z0-9_]`
  empty_body,
  oversized,
};
template <>
inline constexpr auto enum_names<FrameFault> = std::array{
    Named{FrameFault::frame_count, "frame_count"}, Named{FrameFault::magic, "magic"},
    Named{FrameFault::version, "version"},         Named{FrameFault::type, "type"},
    Named{FrameFault::empty_body, "empty_body"},   Named{FrameFault::oversized, "oversized"}};

/// What the sender must change, for people.
std::string_view meaning_of(FrameFault fault);

/// The frames of one message as a socket received them; the views are valid during the call.
struct Received {
  std::span<const std::string_view> frames;
  std::size_t count = 0;       ///< how many there were; `frames` keeps only the first few
  std::string_view user = {};  ///< as the gatekeeper knows it, of a peer over CURVE
};

/// One well-formed message. The views are valid during the call.
struct Envelope {
  std::string_view type;
  std::string_view body;
};

/// `delimited` says that an empty frame came first, as REQ sends it: the answer repeats it.
struct Opened {
  bool delimited = false;
  tl::expected<Envelope, FrameFault> envelope;
};

/// Takes `["SB1", type, body]` or `["", "SB1", type, body]` apart. The routing id of a ROUTER is
/// not part of it.
Opened open_envelope(const Received& message, std::size_t body_bytes_max);

}  // namespace signalbox
