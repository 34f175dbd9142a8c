#include "bus/frames.hpp"

#include <algorithm>

namespace signalbox {
namespace {

bool is_type_char(char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_'; }

bool is_type(std::string_view text) {
  return !text.empty() && text.size() <= type_bytes_max &&
         std::all_of(text.begin(), text.end(), is_type_char);
}

tl::expected<Envelope, FrameFault> check(std::span<const std::string_view> frames,
                                         std::size_t count, std::size_t body_bytes_max) {
  constexpr std::size_t parts = 3;
  if (count != parts || frames.size() < parts) return tl::unexpected(FrameFault::frame_count);
  if (frames[0] != bus_magic) {
    // "SB2" is a peer of another version; anything else was not meant for us.
    const bool ours = frames[0].size() > 2 && frames[0].size() <= 4 && frames[0].starts_with("SB");
    return tl::unexpected(ours ? FrameFault::version : FrameFault::magic);
  }
  if (!is_type(frames[1])) return tl::unexpected(FrameFault::type);
  if (frames[2].empty()) return tl::unexpected(FrameFault::empty_body);
  if (frames[2].size() > body_bytes_max) return tl::unexpected(FrameFault::oversized);
  return Envelope{frames[1], frames[2]};
}

}  // namespace

std::string_view meaning_of(FrameFault fault) {
  switch (fault) {
    case FrameFault::frame_count: return "send three frames: SB1, the type, the body";
    case FrameFault::magic: return "the first frame must be SB1";
    case FrameFault::version: return "this engine speaks SB1 and no other version";
    case FrameFault::type: return "the type is 1 to 32 characters of a-z, 0-9 and _";
    case FrameFault::empty_body: return "the body is empty: send a msgpack map";
    case FrameFault::oversized: return "the body is larger than this socket takes";
  }
  return "?";
}

Opened open_envelope(const Received& message, std::size_t body_bytes_max) {
  auto frames = message.frames;
  auto count = message.count;
  const bool delimited = !frames.empty() && frames.front().empty();
  if (delimited) {
    frames = frames.subspan(1);
    --count;
  }
  return {delimited, check(frames, count, body_bytes_max)};
}

}  // namespace signalbox
