#include "app/secret_file.hpp"

#include <fcntl.h>
#include <string.h>  // explicit_bzero
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

namespace signalbox {
namespace {

/// An open file that is closed with it.
class OpenFile {
 public:
  OpenFile(const std::filesystem::path& file, int flags, mode_t mode = 0)
      : descriptor_(open(file.c_str(), flags | O_CLOEXEC, mode)) {}
  ~OpenFile() {
    if (descriptor_ >= 0) close(descriptor_);
  }
  OpenFile(const OpenFile&) = delete;
  OpenFile& operator=(const OpenFile&) = delete;
  int get() const { return descriptor_; }

 private:
  int descriptor_;
};

std::string reason() { return std::generic_category().message(errno); }

bool write_all(int to, std::string_view text) {
  while (!text.empty()) {
    const auto written = write(to, text.data(), text.size());
    if (written <= 0) return false;
    text.remove_prefix(static_cast<std::size_t>(written));
  }
  return true;
}

}  // namespace

Result<Secret> read_secret_file(const std::filesystem::path& file) {
  const OpenFile opened{file, O_RDONLY | O_NONBLOCK};
  struct stat info {};
  if (opened.get() < 0 || fstat(opened.get(), &info) != 0)
    return failed(Fault::not_found, "names a file that cannot be read");
  // Of the file that was opened, so that nobody can change it in between.
  if ((info.st_mode & 077) != 0)
    return failed(Fault::refused, file.string() + " can be read by others: chmod 600 it");
  std::string text(secret_bytes_max + 1, '\0');
  std::size_t size = 0;
  while (S_ISREG(info.st_mode) && size < text.size()) {
    const auto got = read(opened.get(), text.data() + size, text.size() - size);
    if (got <= 0) break;
    size += static_cast<std::size_t>(got);
  }
  const bool too_long = size > secret_bytes_max;
  while (size > 0 && (text[size - 1] == '\n' || text[size - 1] == '\r')) --size;
  if (size == 0 || too_long) {
    explicit_bzero(text.data(), text.size());
    return failed(Fault::bad_input, file.string() + " is empty, too long or not a file");
  }
  std::string exact = text.substr(0, size);
  explicit_bzero(text.data(), text.size());
  return Secret::take(std::move(exact));
}

Result<void> write_secret_file(const std::filesystem::path& file, const Secret& text) {
  const OpenFile made{file, O_WRONLY | O_CREAT | O_EXCL, S_IRUSR | S_IWUSR};
  if (made.get() < 0) {
    if (errno == EEXIST)
      return failed(Fault::refused, file.string() + " is already there: a key is never replaced");
    return failed(Fault::unavailable, file.string() + " cannot be made: " + reason());
  }
  if (!write_all(made.get(), text.reveal()) || !write_all(made.get(), "\n") ||
      fsync(made.get()) != 0)
    return failed(Fault::unavailable, file.string() + " cannot be written: " + reason());
  return {};
}

}  // namespace signalbox
