#include "app/allow_list.hpp"

#include <fstream>
#include <string>

namespace signalbox {
namespace {

constexpr std::string_view blank = " \t\r";

std::string_view trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(blank);
  if (first == text.npos) return {};
  return text.substr(first, text.find_last_not_of(blank) - first + 1);
}

}  // namespace

bool is_slug(std::string_view text) {
  return !text.empty() && text.size() <= 24 &&
         text.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789_-") == text.npos;
}

Result<void> AllowList::add(std::string_view line) {
  line = trimmed(line);
  const auto name = line.substr(0, line.find_first_of(blank));
  const auto key = CurvePublicKey::parse(trimmed(line.substr(name.size())));
  if (!is_slug(name) || !key)
    return failed(Fault::bad_input,
                  "must be a name (1 to 24 of a-z, 0-9, _ and -), a space and a public key of 40 "
                  "characters");
  for (const auto& peer : peers_) {
    if (peer.name == name) return failed(Fault::bad_input, "has '" + peer.name + "' twice");
    if (peer.key == *key)
      return failed(Fault::bad_input,
                    "has one key for '" + peer.name + "' and '" + std::string{name} + "'");
  }
  peers_.push_back({std::string{name}, *key});
  return {};
}

std::vector<Error> AllowList::add_file(const std::filesystem::path& file) {
  std::vector<Error> errors;
  std::error_code error;
  const auto size = std::filesystem::file_size(file, error);
  std::ifstream in{file};
  if (error || size > file_bytes_max || !in) {
    errors.push_back({Fault::not_found, "names a file that cannot be read, or is too long"});
    return errors;
  }
  std::string line;
  for (std::size_t number = 1; std::getline(in, line); ++number) {
    const auto text = trimmed(line);
    if (text.empty() || text.front() == '#') continue;
    if (auto added = add(text); !added)
      errors.push_back({added.error().fault, "line " + std::to_string(number) + " of " +
                                                 file.filename().string() + " " +
                                                 added.error().what});
  }
  return errors;
}

}  // namespace signalbox
