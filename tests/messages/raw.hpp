#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace signalbox::test::raw {

// Msgpack as a stranger would send it, packed by the msgpack library and not by our codec: each
// function answers the bytes of one value.
std::string nil();
std::string flag(bool value);
std::string integer(std::int64_t value);
std::string whole(std::uint64_t value);
std::string real32(float value);
std::string real(double value);
std::string text(std::string_view value);
std::string binary(std::string_view value);
std::string list(const std::vector<std::string>& values);
std::string list_of(std::size_t count, const std::string& value);

/// A map in the making; `bytes` packs it. The same key may come twice.
class Map {
 public:
  Map() = default;
  Map(std::initializer_list<std::pair<std::string, std::string>> pairs);
  /// A copy with the key set, in place when it is there already.
  Map with(std::string_view key, const std::string& value) const;
  Map without(std::string_view key) const;
  Map and_again(std::string_view key, const std::string& value) const;
  Map reversed() const;
  std::string bytes() const;

 private:
  std::vector<std::pair<std::string, std::string>> pairs_;  // packed keys and values
};

/// What the msgpack library reads in `bytes`, as JSON; throws when they are not msgpack.
std::string as_json(std::string_view bytes);

}  // namespace signalbox::test::raw
