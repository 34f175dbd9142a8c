#include "torture/symbols.hpp"

#include <elf.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstring>
#include <span>

namespace signalbox::torture {
namespace {

/// A file in memory as long as this lives.
class Mapped {
 public:
  explicit Mapped(const std::filesystem::path& path) {
    const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    struct stat about {};
    if (file >= 0 && ::fstat(file, &about) == 0 && about.st_size > 0) {
      const auto size = static_cast<std::size_t>(about.st_size);
      void* const at = ::mmap(nullptr, size, PROT_READ, MAP_PRIVATE, file, 0);
      if (at != MAP_FAILED) bytes_ = {static_cast<const char*>(at), size};
    }
    if (file >= 0) ::close(file);
  }
  ~Mapped() {
    if (!bytes_.empty()) ::munmap(const_cast<char*>(bytes_.data()), bytes_.size());
  }
  Mapped(const Mapped&) = delete;
  Mapped& operator=(const Mapped&) = delete;

  template <class T>
  std::optional<T> get(std::uint64_t at) const {
    if (at + sizeof(T) > bytes_.size()) return std::nullopt;
    T out;
    std::memcpy(&out, bytes_.data() + at, sizeof out);
    return out;
  }
  std::string_view text(std::uint64_t at) const {
    if (at >= bytes_.size()) return {};
    return {bytes_.data() + at, ::strnlen(bytes_.data() + at, bytes_.size() - at)};
  }

 private:
  std::span<const char> bytes_;
};

}  // namespace

std::optional<std::uint64_t> find_function(const std::filesystem::path& program,
                                           std::string_view mangled_start) {
  const Mapped file{program};
  const auto header = file.get<Elf64_Ehdr>(0);
  if (!header || std::memcmp(header->e_ident, ELFMAG, SELFMAG) != 0 ||
      header->e_ident[EI_CLASS] != ELFCLASS64)
    return std::nullopt;
  for (unsigned s = 0; s < header->e_shnum; ++s) {
    const auto table = file.get<Elf64_Shdr>(header->e_shoff + s * sizeof(Elf64_Shdr));
    if (!table || table->sh_type != SHT_SYMTAB) continue;
    const auto names = file.get<Elf64_Shdr>(header->e_shoff + table->sh_link * sizeof(Elf64_Shdr));
    if (!names) continue;
    for (std::uint64_t at = 0; at + sizeof(Elf64_Sym) <= table->sh_size; at += sizeof(Elf64_Sym)) {
      const auto symbol = file.get<Elf64_Sym>(table->sh_offset + at);
      if (!symbol || ELF64_ST_TYPE(symbol->st_info) != STT_FUNC || symbol->st_value == 0) continue;
      const auto name = file.text(names->sh_offset + symbol->st_name);
      if (name.starts_with(mangled_start) && name.find('.') == name.npos) return symbol->st_value;
    }
  }
  return std::nullopt;
}

}  // namespace signalbox::torture
