#include "bus/zmtp_connection.hpp"

#include <sys/socket.h>

#include <cerrno>
#include <cstring>
#include <utility>

#include "bus/zmtp.hpp"

namespace signalbox {
namespace {

bool would_block(int error) { return error == EAGAIN || error == EWOULDBLOCK; }

/// Bytes the kernel took; -1: the connection is broken.
ssize_t send_some(int socket, std::string_view bytes) {
  for (;;) {
    const auto n = ::send(socket, bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
    if (n >= 0) return n;
    if (errno != EINTR) return would_block(errno) ? 0 : -1;
  }
}

}  // namespace

ZmtpConnection::ZmtpConnection(Descriptor socket, const Limits& limits, ZmtpBudget& budget)
    : socket_(std::move(socket)),
      limits_(limits),
      budget_(budget),
      decoder_(limits.message),
      in_(always_held_bytes, '\0') {}

ZmtpConnection::~ZmtpConnection() {
  budget_.give_back(in_.size() - always_held_bytes + out_charged_);
}

// ---- in

/// An unfinished message is moved to the front first; then the room doubles, as bytes really come
/// and not as they are announced.
bool ZmtpConnection::make_room() {
  if (begin_ > 0) {
    std::memmove(in_.data(), in_.data() + begin_, end_ - begin_);
    end_ -= std::exchange(begin_, 0);
  }
  if (end_ < in_.size()) return true;
  if (!budget_.take(in_.size())) return false;
  in_.resize(2 * in_.size());
  return true;
}

/// Nothing unread: the next bytes go to the front, and what a long message took is given back.
void ZmtpConnection::settle() {
  begin_ = end_ = 0;
  if (in_.size() == always_held_bytes) return;
  budget_.give_back(in_.size() - always_held_bytes);
  in_ = std::string(always_held_bytes, '\0');
}

ZmtpConnection::Io ZmtpConnection::read() {
  if (begin_ == end_) settle();
  if (end_ == in_.size() && !make_room()) return Io::closed;
  for (;;) {
    const auto n = ::recv(socket(), in_.data() + end_, in_.size() - end_, MSG_DONTWAIT);
    if (n > 0) {
      end_ += static_cast<std::size_t>(n);
      return Io::done;
    }
    if (n == 0) return Io::closed;
    if (errno == EINTR) continue;
    return would_block(errno) ? Io::nothing : Io::closed;
  }
}

// ---- out

Sent ZmtpConnection::send(std::span<const std::string_view> frames) {
  if (waiting_.size() >= limits_.send_queue_max) return Sent::full;
  writing_.clear();
  zmtp::append_message(writing_, frames);
  if (!has_unsent()) return give(writing_) ? Sent::yes : Sent::unreachable;
  return keep(writing_) ? Sent::yes : Sent::full;
}

bool ZmtpConnection::say(std::string_view bytes) {
  if (waiting_.size() >= limits_.send_queue_max) return false;
  return has_unsent() ? keep(bytes) : give(bytes);
}

/// Sends what the kernel takes and keeps the rest. Once a part is out the whole must follow, so
/// without room for the rest the connection is over.
bool ZmtpConnection::give(std::string_view bytes) {
  const auto n = send_some(socket(), bytes);
  if (n < 0) return false;
  const auto taken = static_cast<std::size_t>(n);
  return taken == bytes.size() || keep(bytes.substr(taken));
}

bool ZmtpConnection::keep(std::string_view bytes) {
  if (!budget_.take(bytes.size())) return false;
  out_charged_ += bytes.size();
  out_.append(bytes);
  waiting_.push_back(out_.size());
  return true;
}

ZmtpConnection::Io ZmtpConnection::flush() {
  if (!has_unsent()) return Io::nothing;
  const auto n = send_some(socket(), std::string_view{out_}.substr(out_begin_));
  if (n < 0) return Io::closed;
  out_begin_ += static_cast<std::size_t>(n);
  while (!waiting_.empty() && waiting_.front() <= out_begin_) waiting_.pop_front();
  if (has_unsent()) {
    // The front is cut off once it is the larger part, so that a slow reader costs no more than
    // twice what waits for it.
    if (out_begin_ > out_.size() / 2) {
      out_.erase(0, out_begin_);
      for (auto& end : waiting_) end -= out_begin_;
      budget_.give_back(std::exchange(out_charged_, out_.size()) - out_.size());
      out_begin_ = 0;
    }
    return Io::done;
  }
  out_ = std::string{};
  out_begin_ = 0;
  budget_.give_back(std::exchange(out_charged_, 0));
  return Io::done;
}

}  // namespace signalbox
