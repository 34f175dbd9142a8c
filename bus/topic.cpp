#include "bus/topic.hpp"

namespace signalbox {
namespace {

constexpr std::string_view dot = "%2E";
constexpr std::string_view percent = "%25";

}  // namespace

std::string event_stream(std::string_view kind, std::string_view account) {
  return std::string{kind}.append(1, '.').append(account);
}

std::string ticker_stream(std::string_view source, std::string_view symbol) {
  return event_stream(ticker_kind, source).append(1, '.').append(escape_symbol(symbol));
}

std::string topic_of(std::string_view stream, std::string_view rest) {
  return std::string{stream}.append(1, '.').append(rest);
}

std::string_view stream_of(std::string_view topic) {
  const auto kind_end = topic.find('.');
  if (kind_end == topic.npos) return topic;
  auto end = topic.find('.', kind_end + 1);
  if (end != topic.npos && topic.substr(0, kind_end) == ticker_kind) end = topic.find('.', end + 1);
  return topic.substr(0, end);
}

std::string escape_symbol(std::string_view symbol) {
  std::string out;
  out.reserve(symbol.size());
  for (const char c : symbol) {
    if (c == '.') {
      out += dot;
    } else if (c == '%') {
      out += percent;
    } else {
      out += c;
    }
  }
  return out;
}

std::string unescape_symbol(std::string_view escaped) {
  std::string out;
  out.reserve(escaped.size());
  while (!escaped.empty()) {
    const bool is_dot = escaped.starts_with(dot);
    if (is_dot || escaped.starts_with(percent)) {
      out += is_dot ? '.' : '%';
      escaped.remove_prefix(dot.size());
    } else {
      out += escaped.front();
      escaped.remove_prefix(1);
    }
  }
  return out;
}

}  // namespace signalbox
