#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "messages/result.hpp"
#include "messages/time.hpp"
#include "simulator/engine/types.hpp"

namespace signalbox::simulator {

/// Recorded market data, decoded: what the outside did to one instrument, and when after the first
/// line.
class Recording {
 public:
  static constexpr std::size_t line_max = std::size_t{1} << 20;  // bytes
  static constexpr std::size_t events_max = 5'000'000;

  struct Event {
    Duration at{};  ///< since the first line
    enum class Kind : std::uint8_t { top = 1, print } kind = Kind::top;
    BookTop top;  ///< of `top`
    Print print;  ///< of `print`; its id is not kept
  };

  /// A file of `<ns> <frame>` lines, gzip or plain: Binance spot's combined stream or its raw
  /// frames, bookTicker and trade. Frames of other kinds are skipped. Errors name the line.
  static Result<Recording> read(const std::string& path);
  /// The same from memory.
  static Result<Recording> parse(std::string_view lines);

  const std::vector<Event>& events() const { return events_; }
  Duration length() const { return events_.empty() ? Duration{} : events_.back().at; }

 private:
  Result<void> add_line(std::string_view line, std::size_t number);

  std::vector<Event> events_;
  std::int64_t first_ns_ = 0;
  bool started_ = false;
};

}  // namespace signalbox::simulator
