#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace signalbox::fuzz {

using Target = int (*)(const std::uint8_t*, std::size_t);

struct NamedTarget {
  std::string_view name;
  Target run;
};

/// Those of fuzz/CMakeLists.txt, which writes this table.
std::span<const NamedTarget> targets();

}  // namespace signalbox::fuzz
