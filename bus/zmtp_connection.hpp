#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <span>
#include <string>
#include <string_view>

#include "bus/descriptor.hpp"
#include "bus/sent.hpp"
#include "bus/zmtp_decoder.hpp"

namespace signalbox {

/// Bytes that all connections of one router hold together, beyond what each always has: unfinished
/// messages of theirs and replies that they have not read.
class ZmtpBudget {
 public:
  explicit ZmtpBudget(std::size_t bytes_max) : bytes_max_(bytes_max) {}
  [[nodiscard]] bool take(std::size_t bytes) {
    if (bytes > bytes_max_ - used_) return false;
    used_ += bytes;
    return true;
  }
  void give_back(std::size_t bytes) { used_ -= bytes; }
  std::size_t used() const { return used_; }

 private:
  std::size_t bytes_max_;
  std::size_t used_ = 0;
};

/// One accepted connection: its bytes in and out. Nothing here waits. One thread.
class ZmtpConnection {
 public:
  static constexpr std::size_t always_held_bytes = std::size_t{16} << 10;

  struct Limits {
    ZmtpLimits message;
    std::size_t send_queue_max = 1000;  ///< messages that wait for the peer to read
  };
  enum class Io : std::uint8_t { done = 1, nothing, closed };

  ZmtpConnection(Descriptor socket, const Limits& limits, ZmtpBudget& budget);
  ~ZmtpConnection();
  ZmtpConnection(const ZmtpConnection&) = delete;
  ZmtpConnection& operator=(const ZmtpConnection&) = delete;

  int socket() const { return socket_.get(); }
  ZmtpDecoder& decoder() { return decoder_; }

  /// One read of what there is. `closed`: the peer has gone, or wants more room than there is.
  Io read();
  /// What was read and not yet used.
  std::string_view unread() const { return {in_.data() + begin_, end_ - begin_}; }
  void use(std::size_t bytes) { begin_ += bytes; }

  /// A whole message, or nothing of it: `full` when the peer does not read.
  Sent send(std::span<const std::string_view> frames);
  /// Words of the protocol itself; false when the peer is to be ended.
  bool say(std::string_view bytes);
  /// What could not be sent before. `closed`: the peer is gone.
  Io flush();
  bool has_unsent() const { return out_begin_ < out_.size(); }

 private:
  bool make_room();
  void settle();
  bool give(std::string_view bytes);
  bool keep(std::string_view bytes);

  Descriptor socket_;
  Limits limits_;
  ZmtpBudget& budget_;
  ZmtpDecoder decoder_;
  std::string in_;  // what is filled of it: begin_ to end_
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
  std::string out_;
  std::size_t out_begin_ = 0;
  std::size_t out_charged_ = 0;
  std::deque<std::size_t> waiting_;  // where in `out_` each unsent message ends
  std::string writing_;              // reused
};

}  // namespace signalbox
