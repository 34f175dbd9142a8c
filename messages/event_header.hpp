#pragma once

#include <cstdint>

#include "messages/field.hpp"
#include "messages/text.hpp"
#include "messages/time.hpp"

namespace signalbox {

/// The second frame of everything on `events` and `ticks`. Like every message it is a map, so that
/// readers of any language name what they take.
struct EventHeader {
  std::uint32_t version = 1;
  Text<32> type;
  std::uint64_t epoch = 0;
  Text<96> stream;
  std::uint64_t sequence = 0;
  WallTime time{};
  static constexpr auto fields = Fields{
      field("version", &EventHeader::version, "of the bus, 1"),
      field("type", &EventHeader::type, "of the body"),
      field("epoch", &EventHeader::epoch,
            "raised at each start of the engine; numbers start again with it"),
      field("stream", &EventHeader::stream, "what `sequence` counts"),
      field("sequence", &EventHeader::sequence, "1, 2, 3, … in its stream"),
      field("time", &EventHeader::time, "when it was published"),
  };
  friend bool operator==(const EventHeader&, const EventHeader&) = default;
};

}  // namespace signalbox
