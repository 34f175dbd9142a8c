#pragma once

#include <charconv>
#include <cstdint>
#include <optional>
#include <string_view>

// Reading bytes as plain text: the judge shares no parser with the connectors under test.

namespace signalbox::simulation {

inline std::optional<std::uint64_t> number_at(std::string_view text, std::size_t from) {
  std::uint64_t value = 0;
  const auto* begin = text.data() + from;
  const auto read = std::from_chars(begin, text.data() + text.size(), value);
  return read.ec == std::errc{} ? std::optional{value} : std::nullopt;
}

/// The number after the first `key`.
inline std::optional<std::uint64_t> number_of(std::string_view text, std::string_view key) {
  const auto at = text.find(key);
  return at == text.npos ? std::nullopt : number_at(text, at + key.size());
}

/// What stands between the first `key` and the next quote.
inline std::string_view word_of(std::string_view text, std::string_view key) {
  const auto at = text.find(key);
  if (at == text.npos) return {};
  const auto from = at + key.size();
  return text.substr(from, text.find('"', from) - from);
}

/// Calls `each` with every part of the text that begins behind a `key` and ends before the next.
template <class F>
void for_each_part(std::string_view text, std::string_view key, F each) {
  for (auto at = text.find(key); at != text.npos;) {
    const auto next = text.find(key, at + key.size());
    each(text.substr(at + key.size(), next == text.npos ? next : next - at - key.size()), at);
    at = next;
  }
}

}  // namespace signalbox::simulation
