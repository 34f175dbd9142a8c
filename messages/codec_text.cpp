#include "messages/codec_text.hpp"

#include <algorithm>
#include <cstdint>

namespace signalbox::codec {
namespace {

bool is_plain(char c) { return c >= 0x20 && c <= 0x7e; }

/// Length of the printable UTF-8 character `text` starts with; 0 when it starts with none.
std::size_t character_size(std::string_view text) {
  const auto byte = [&text](std::size_t i) {
    return static_cast<std::uint32_t>(static_cast<unsigned char>(text[i]));
  };
  const std::uint32_t first = byte(0);
  if (first < 0x80) return is_plain(text[0]) ? 1 : 0;
  const std::size_t size = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
  if (first < 0xc2 || first > 0xf4 || text.size() < size) return 0;
  std::uint32_t code = first & (0xffU >> (size + 1));
  for (std::size_t i = 1; i < size; ++i) {
    if ((byte(i) & 0xc0U) != 0x80) return 0;
    code = code << 6 | (byte(i) & 0x3fU);
  }
  const bool overlong = (size == 3 && code < 0x800) || (size == 4 && code < 0x10000);
  const bool surrogate = code >= 0xd800 && code < 0xe000;
  const bool control = code < 0xa0;
  return overlong || surrogate || control || code > 0x10ffff ? 0 : size;
}

bool is_slug(char c) {
  return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
}
bool is_base36(char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); }

}  // namespace

bool is_printable(std::string_view text) {
  while (!text.empty() && is_plain(text.front())) text.remove_prefix(1);
  while (!text.empty()) {
    const std::size_t size = character_size(text);
    if (size == 0) return false;
    text.remove_prefix(size);
  }
  return true;
}

std::string printable(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  while (!text.empty()) {
    const std::size_t size = character_size(text);
    if (size == 0)
      out += '?';
    else
      out += text.substr(0, size);
    text.remove_prefix(std::max<std::size_t>(size, 1));
  }
  return out;
}

bool matches(TextRule::Alphabet alphabet, std::string_view text) {
  switch (alphabet) {
    case TextRule::Alphabet::printable: return is_printable(text);
    case TextRule::Alphabet::printable_ascii: return std::ranges::all_of(text, is_plain);
    case TextRule::Alphabet::slug: return std::ranges::all_of(text, is_slug);
    case TextRule::Alphabet::base36: return std::ranges::all_of(text, is_base36);
  }
  return false;
}

}  // namespace signalbox::codec
