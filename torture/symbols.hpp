#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string_view>

namespace signalbox::torture {

/// Where a function of an x86-64 program starts, counted from where the program is loaded. Its
/// name is given as the linker has it, without what follows the parameter list. Nothing if the
/// program has no symbols.
std::optional<std::uint64_t> find_function(const std::filesystem::path& program,
                                           std::string_view mangled_start);

}  // namespace signalbox::torture
