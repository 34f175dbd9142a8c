#include "messages/codec_id.hpp"

#include <cstdint>
#include <optional>

#include "messages/codec_text.hpp"

namespace signalbox {
namespace {

/// Walks over msgpack without taking it apart; every step answers nothing once the bytes end.
class Walk {
 public:
  explicit Walk(std::string_view bytes) : left_(bytes) {}

  /// Pairs of the map that begins here.
  std::optional<std::uint64_t> map() {
    const auto item = next();
    if (!item || item->kind != Kind::map) return std::nullopt;
    return item->size / 2;
  }
  /// The text that begins here; anything else is passed over and is an empty one.
  std::optional<std::string_view> text() {
    const auto item = next();
    if (!item || (item->kind != Kind::text && !pass(*item))) return std::nullopt;
    return item->kind == Kind::text ? take(item->size) : std::string_view{};
  }
  bool pass() {
    const auto item = next();
    return item && pass(*item);
  }

 private:
  enum class Kind : std::uint8_t { bytes = 1, text, list, map };
  /// `size`: the bytes that follow, or the values that do.
  struct Item {
    Kind kind = Kind::bytes;
    std::uint64_t size = 0;
  };

  std::optional<std::string_view> take(std::uint64_t size) {
    if (size > left_.size()) return std::nullopt;
    const auto taken = left_.substr(0, size);
    left_.remove_prefix(size);
    return taken;
  }
  std::optional<std::uint64_t> number(std::size_t width) {
    const auto bytes = take(width);
    if (!bytes) return std::nullopt;
    std::uint64_t value = 0;
    for (const char each : *bytes) value = value << 8U | static_cast<std::uint8_t>(each);
    return value;
  }
  std::optional<Item> sized(Kind kind, std::size_t width, std::uint64_t times = 1,
                            std::uint64_t more = 0) {
    const auto size = number(width);
    if (!size) return std::nullopt;
    return Item{kind, *size * times + more};
  }

  std::optional<Item> next() {
    const auto first = number(1);
    if (!first) return std::nullopt;
    const auto code = *first;
    if (code <= 0x7f || code >= 0xe0) return Item{};  // a small whole number
    if (code <= 0x8f) return Item{Kind::map, 2 * (code & 0x0fU)};
    if (code <= 0x9f) return Item{Kind::list, code & 0x0fU};
    if (code <= 0xbf) return Item{Kind::text, code & 0x1fU};
    switch (code) {
      case 0xc0:
      case 0xc2:
      case 0xc3: return Item{};
      case 0xc4:
      case 0xc5:
      case 0xc6: return sized(Kind::bytes, std::size_t{1} << (code - 0xc4));
      case 0xc7:
      case 0xc8:
      case 0xc9: return sized(Kind::bytes, std::size_t{1} << (code - 0xc7), 1, 1);
      case 0xca: return Item{Kind::bytes, 4};
      case 0xcb: return Item{Kind::bytes, 8};
      case 0xcc:
      case 0xcd:
      case 0xce:
      case 0xcf: return Item{Kind::bytes, std::uint64_t{1} << (code - 0xcc)};
      case 0xd0:
      case 0xd1:
      case 0xd2:
      case 0xd3: return Item{Kind::bytes, std::uint64_t{1} << (code - 0xd0)};
      case 0xd4:
      case 0xd5:
      case 0xd6:
      case 0xd7:
      case 0xd8: return Item{Kind::bytes, (std::uint64_t{1} << (code - 0xd4)) + 1};
      case 0xd9:
      case 0xda:
      case 0xdb: return sized(Kind::text, std::size_t{1} << (code - 0xd9));
      case 0xdc: return sized(Kind::list, 2);
      case 0xdd: return sized(Kind::list, 4);
      case 0xde: return sized(Kind::map, 2, 2);
      case 0xdf: return sized(Kind::map, 4, 2);
      default: return std::nullopt;  // 0xc1 is never written
    }
  }

  /// What is inside counts; each value takes at least a byte, so this ends with the bytes.
  bool pass(Item item) {
    std::uint64_t values = 0;
    for (;;) {
      if (item.kind == Kind::list || item.kind == Kind::map)
        values += item.size;
      else if (!take(item.size))
        return false;
      if (values == 0) return true;
      --values;
      const auto following = next();
      if (!following) return false;
      item = *following;
    }
  }

  std::string_view left_;
};

bool is_id(std::string_view text) {
  return !text.empty() && SignalId::fits(text) &&
         codec::matches(codec::text_rule<SignalId>.alphabet, text);
}

}  // namespace

SignalId id_in(std::string_view bytes) {
  Walk walk{bytes};
  const auto pairs = walk.map();
  for (std::uint64_t i = 0; pairs && i < *pairs; ++i) {
    const auto key = walk.text();
    if (!key) break;
    if (*key != "id") {
      if (!walk.pass()) break;
      continue;
    }
    const auto id = walk.text();
    return id && is_id(*id) ? SignalId{*id} : SignalId{};
  }
  return {};
}

}  // namespace signalbox
