#pragma once

#include <string>
#include <string_view>

namespace signalbox {

/// A topic is the name of its stream, a dot, and what else tells its events apart (or nothing):
/// `order.main.BTC/USDT`, `ticker.main.BTC/USDT.`. Who subscribes to a stream with its trailing
/// dot gets every number of its sequence, and can see a gap.
///
/// Streams are `<kind>.<account>`, and `ticker.<account or venue>.<symbol>`.
std::string event_stream(std::string_view kind, std::string_view account);
std::string ticker_stream(std::string_view source, std::string_view symbol);
std::string topic_of(std::string_view stream, std::string_view rest = {});

/// The part of a topic that is its stream; the whole of it when there is nothing else.
std::string_view stream_of(std::string_view topic);

/// Dots part a topic, so a symbol must not bring its own: `.` becomes `%2E`, `%` becomes `%25`.
std::string escape_symbol(std::string_view symbol);
std::string unescape_symbol(std::string_view escaped);

inline constexpr std::string_view ticker_kind = "ticker";
inline constexpr std::size_t topic_bytes_max = 255;

}  // namespace signalbox
