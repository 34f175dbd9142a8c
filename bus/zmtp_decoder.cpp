#include "bus/zmtp_decoder.hpp"

#include <algorithm>
#include <utility>

#include "bus/zmtp.hpp"

namespace signalbox {
namespace {

unsigned char byte_at(std::string_view bytes, std::size_t at) {
  return static_cast<unsigned char>(bytes[at]);
}

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

/// Names of properties are the same in any case.
bool is_named(std::string_view a, std::string_view b) {
  return a.size() == b.size() && std::equal(a.begin(), a.end(), b.begin(),
                                            [](char x, char y) { return lower(x) == lower(y); });
}

/// Takes a name with its length before it off the front; empty when there is none.
std::string_view take_name(std::string_view& from) {
  if (from.empty() || byte_at(from, 0) == 0 || from.size() <= byte_at(from, 0)) return {};
  const auto name = from.substr(1, byte_at(from, 0));
  from.remove_prefix(1 + name.size());
  return name;
}

}  // namespace

ZmtpDecoder::Step ZmtpDecoder::next(std::string_view bytes) {
  switch (state_) {
    case State::greeting: return greet(bytes);
    case State::handshake:
    case State::traffic: return take_frame(bytes);
    case State::broken: break;
  }
  return {What::broken, 0};
}

ZmtpDecoder::Step ZmtpDecoder::broken(ZmtpFault why) {
  state_ = State::broken;
  fault_ = why;
  return {What::broken, 0};
}

// ---- the greeting: refused as soon as a byte of it is wrong

ZmtpDecoder::Step ZmtpDecoder::greet(std::string_view bytes) {
  constexpr std::size_t last = zmtp::signature_bytes - 1;
  if (!bytes.empty() && byte_at(bytes, 0) != 0xFF) return broken(ZmtpFault::signature);
  if (bytes.size() > last && (byte_at(bytes, last) & 1) == 0) return broken(ZmtpFault::signature);
  if (bytes.size() > zmtp::signature_bytes &&
      byte_at(bytes, zmtp::signature_bytes) < zmtp::version_major)
    return broken(ZmtpFault::version);
  if (bytes.size() < zmtp::greeting_bytes) return {What::want_bytes, 0};
  std::string_view mechanism = bytes.substr(zmtp::mechanism_at, zmtp::mechanism_bytes);
  mechanism = mechanism.substr(0, mechanism.find('\0'));
  if (mechanism != "NULL") return broken(ZmtpFault::mechanism);
  state_ = State::handshake;
  return {What::greeted, zmtp::greeting_bytes};
}

// ---- frames

ZmtpDecoder::Step ZmtpDecoder::take_frame(std::string_view bytes) {
  if (std::exchange(finished_, false)) scanned_ = count_ = 0;
  for (;;) {
    const auto rest = bytes.substr(scanned_);
    Header header;
    switch (header_at(rest, header)) {
      case Found::part: return {What::want_bytes, 0};
      case Found::bad: return broken(fault_);
      case Found::whole: break;
    }
    if (rest.size() < header.bytes + header.size) return {What::want_bytes, 0};
    const auto body_at = scanned_ + header.bytes;
    scanned_ = body_at + header.size;
    if ((header.flags & zmtp::command) != 0) {
      // One that comes between the frames of a message is used up together with it.
      const auto used = count_ == 0 ? std::exchange(scanned_, 0) : 0;
      const auto step = on_command(bytes.substr(body_at, header.size), used);
      if (step.what != What::skipped || used > 0) return step;
      continue;
    }
    if (count_ < frames_kept) spans_[count_] = {body_at, header.size};
    ++count_;
    if ((header.flags & zmtp::more) != 0) continue;
    finished_ = true;
    base_ = bytes.data();
    return {What::message, scanned_};
  }
}

ZmtpDecoder::Found ZmtpDecoder::header_at(std::string_view bytes, Header& into) {
  if (bytes.empty()) return Found::part;
  into.flags = byte_at(bytes, 0);
  const bool is_command = (into.flags & zmtp::command) != 0;
  if ((into.flags & ~unsigned{zmtp::more | zmtp::long_size | zmtp::command}) != 0 ||
      (is_command && (into.flags & zmtp::more) != 0)) {
    fault_ = ZmtpFault::flags;
    return Found::bad;
  }
  if (state_ == State::handshake && !is_command) {
    fault_ = ZmtpFault::handshake;
    return Found::bad;
  }
  const std::size_t size_bytes = (into.flags & zmtp::long_size) != 0 ? 8 : 1;
  into.bytes = 1 + size_bytes;
  if (bytes.size() < into.bytes) return Found::part;
  const auto size = zmtp::big_endian(bytes.substr(1, size_bytes));
  const auto size_max = is_command ? command_bytes_max : limits_.frame_bytes_max;
  // Judged by the announced size, before anything is stored.
  if (size > size_max || scanned_ + into.bytes + size > limits_.message_bytes_max ||
      (!is_command && count_ >= limits_.frames_max)) {
    fault_ = ZmtpFault::oversized;
    return Found::bad;
  }
  into.size = static_cast<std::size_t>(size);
  return Found::whole;
}

Received ZmtpDecoder::message(std::string_view routing_id) {
  const auto kept = std::min(count_, frames_kept);
  views_[0] = routing_id;
  for (std::size_t i = 0; i < kept; ++i) views_[i + 1] = {base_ + spans_[i].at, spans_[i].size};
  return {std::span{views_}.first(kept + 1), count_ + 1};
}

// ---- commands

ZmtpDecoder::Step ZmtpDecoder::on_command(std::string_view body, std::size_t used) {
  const auto name = take_name(body);
  if (state_ == State::handshake)
    return name == "READY" ? on_ready(body, used) : broken(ZmtpFault::handshake);
  if (name == "PING") {
    constexpr std::size_t lifetime_bytes = 2;
    if (body.size() < lifetime_bytes || body.size() > lifetime_bytes + zmtp::ping_context_bytes_max)
      return broken(ZmtpFault::oversized);
    ping_context_ = body.substr(lifetime_bytes);
    return {What::ping, used};
  }
  return {What::skipped, used};  // PONG, and whatever a later version may say
}

ZmtpDecoder::Step ZmtpDecoder::on_ready(std::string_view body, std::size_t used) {
  constexpr std::size_t size_bytes = 4;
  while (!body.empty()) {
    const auto name = take_name(body);
    if (name.empty() || body.size() < size_bytes) return broken(ZmtpFault::handshake);
    const auto size = zmtp::big_endian(body.substr(0, size_bytes));
    body.remove_prefix(size_bytes);
    if (size > body.size()) return broken(ZmtpFault::handshake);
    const auto value = body.substr(0, static_cast<std::size_t>(size));
    body.remove_prefix(value.size());
    if (!take_property(name, value)) return broken(fault_);
  }
  if (!socket_type_known_) return broken(ZmtpFault::socket_type);
  state_ = State::traffic;
  return {What::ready, used};
}

bool ZmtpDecoder::take_property(std::string_view name, std::string_view value) {
  if (is_named(name, "Identity")) {
    fault_ = ZmtpFault::handshake;
    if (value.size() > zmtp::identity_bytes_max) return false;
    name_ = value;
  }
  if (is_named(name, "Socket-Type")) {
    fault_ = ZmtpFault::socket_type;
    if (value != "DEALER" && value != "REQ" && value != "ROUTER") return false;
    socket_type_known_ = true;
  }
  return true;
}

}  // namespace signalbox
