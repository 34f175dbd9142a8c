#include "tests/messages/raw.hpp"

#include <algorithm>
#include <bit>
#include <msgpack.hpp>
#include <sstream>

namespace signalbox::test::raw {
namespace {

template <class Pack>
std::string packed(Pack pack) {
  std::ostringstream out;
  msgpack::packer<std::ostream> packer{out};
  pack(packer);
  return out.str();
}

/// The library's own packer turns 1.0 into the integer 1; others do not.
template <class Bits>
std::string big_endian(char format, Bits bits) {
  std::string out{format};
  for (int shift = 8 * (sizeof bits - 1); shift >= 0; shift -= 8)
    out += static_cast<char>(bits >> shift & 0xffU);
  return out;
}

}  // namespace

std::string nil() {
  return packed([](auto& p) { p.pack_nil(); });
}
std::string flag(bool value) {
  return packed([value](auto& p) { p.pack(value); });
}
std::string integer(std::int64_t value) {
  return packed([value](auto& p) { p.pack(value); });
}
std::string whole(std::uint64_t value) {
  return packed([value](auto& p) { p.pack(value); });
}
std::string real32(float value) { return big_endian('\xca', std::bit_cast<std::uint32_t>(value)); }
std::string real(double value) { return big_endian('\xcb', std::bit_cast<std::uint64_t>(value)); }
std::string text(std::string_view value) {
  return packed([value](auto& p) { p.pack(value); });
}
std::string binary(std::string_view value) {
  return packed([value](auto& p) {
    p.pack_bin(static_cast<std::uint32_t>(value.size()));
    p.pack_bin_body(value.data(), static_cast<std::uint32_t>(value.size()));
  });
}
std::string list(const std::vector<std::string>& values) {
  std::string out =
      packed([&values](auto& p) { p.pack_array(static_cast<std::uint32_t>(values.size())); });
  for (const auto& value : values) out += value;
  return out;
}
std::string list_of(std::size_t count, const std::string& value) {
  return list(std::vector<std::string>(count, value));
}

Map::Map(std::initializer_list<std::pair<std::string, std::string>> pairs) {
  for (const auto& [key, value] : pairs) pairs_.emplace_back(text(key), value);
}

Map Map::with(std::string_view key, const std::string& value) const {
  Map copy = *this;
  const auto same = [packed_key = text(key)](const auto& pair) { return pair.first == packed_key; };
  const auto at = std::ranges::find_if(copy.pairs_, same);
  if (at == copy.pairs_.end())
    copy.pairs_.emplace_back(text(key), value);
  else
    at->second = value;
  return copy;
}

Map Map::without(std::string_view key) const {
  Map copy = *this;
  std::erase_if(copy.pairs_,
                [packed_key = text(key)](const auto& pair) { return pair.first == packed_key; });
  return copy;
}

Map Map::and_again(std::string_view key, const std::string& value) const {
  Map copy = *this;
  copy.pairs_.emplace_back(text(key), value);
  return copy;
}

Map Map::reversed() const {
  Map copy = *this;
  std::ranges::reverse(copy.pairs_);
  return copy;
}

std::string Map::bytes() const {
  std::string out =
      packed([this](auto& p) { p.pack_map(static_cast<std::uint32_t>(pairs_.size())); });
  for (const auto& [key, value] : pairs_) out.append(key).append(value);
  return out;
}

std::string as_json(std::string_view bytes) {
  std::ostringstream out;
  out << msgpack::unpack(bytes.data(), bytes.size()).get();
  return out.str();
}

}  // namespace signalbox::test::raw
