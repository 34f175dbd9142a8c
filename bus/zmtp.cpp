#include "bus/zmtp.hpp"

namespace signalbox::zmtp {
namespace {

constexpr unsigned bits_per_byte = 8;

void append_big_endian(std::string& to, std::uint64_t value, unsigned bytes) {
  for (unsigned i = bytes; i-- > 0;)
    to.push_back(static_cast<char>((value >> (bits_per_byte * i)) & 0xFF));
}

void append_header(std::string& to, unsigned flags, std::size_t size) {
  const bool is_long = size > short_size_max;
  to.push_back(static_cast<char>(flags | (is_long ? unsigned{long_size} : 0U)));
  append_big_endian(to, size, is_long ? 8 : 1);
}

std::string command_frame(std::string_view body) {
  std::string frame;
  append_header(frame, command, body.size());
  return frame.append(body);
}

std::string named(std::string_view name) {
  std::string body;
  body.push_back(static_cast<char>(name.size()));
  return body.append(name);
}

}  // namespace

std::string greeting() {
  std::string all(greeting_bytes, '\0');
  all[0] = '\xff';
  all[signature_bytes - 2] = 1;  // how libzmq fills it: the length of an old peer's empty name
  all[signature_bytes - 1] = '\x7f';
  all[signature_bytes] = static_cast<char>(version_major);
  all[signature_bytes + 1] = static_cast<char>(version_minor);
  all.replace(mechanism_at, 4, "NULL");
  return all;
}

std::string ready() {
  constexpr std::string_view kind = "ROUTER";
  auto body = named("READY") + named("Socket-Type");
  append_big_endian(body, kind.size(), 4);
  return command_frame(body.append(kind));
}

std::string pong(std::string_view context) { return command_frame(named("PONG").append(context)); }

void append_message(std::string& to, std::span<const std::string_view> frames) {
  for (std::size_t i = 0; i < frames.size(); ++i) {
    append_header(to, i + 1 < frames.size() ? unsigned{more} : 0U, frames[i].size());
    to.append(frames[i]);
  }
}

std::uint64_t big_endian(std::string_view bytes) {
  std::uint64_t value = 0;
  for (const char c : bytes) value = (value << bits_per_byte) | static_cast<unsigned char>(c);
  return value;
}

}  // namespace signalbox::zmtp
