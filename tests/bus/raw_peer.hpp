#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace signalbox::test {

using Frames = std::vector<std::string>;

/// A ZeroMQ peer as any client would be one: a context of its own, libzmq's sockets, no code of
/// the bus. Nothing in it waits.
class RawPeer {
 public:
  enum class Kind : std::uint8_t { req = 1, dealer, sub, xsub, curve_server };
  struct Options {
    std::string routing_id;  // empty: ZeroMQ's own
    std::string server_key;  // CURVE, all three in Z85
    std::string public_key;
    std::string secret_key;
    int receive_queue = 1000;
    bool hears_events = false;
  };

  explicit RawPeer(Kind kind) : RawPeer(kind, Options{}) {}
  RawPeer(Kind kind, const Options& options);
  ~RawPeer();

  void connect(const std::string& address);
  std::string bind(const std::string& address);
  void subscribe(std::string_view prefix);
  void unsubscribe(std::string_view prefix);

  /// False when the socket would block.
  bool send(const Frames& frames);
  std::optional<Frames> receive();

  /// Events of the connection heard so far (`hears_events`), as libzmq's bits.
  bool heard_event(int bits);

  /// Gone at once, with whatever it had not sent yet.
  void vanish();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

inline constexpr int event_handshake_succeeded = 0x1000;
inline constexpr int event_handshake_failed = 0x0800 | 0x2000 | 0x4000;
inline constexpr int event_disconnected = 0x0200;

}  // namespace signalbox::test
