#pragma once

// Internal to transport: names Asio.
#include <openssl/ssl.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "connectors/transport/endpoint.hpp"
#include "connectors/transport/tls.hpp"
#include "messages/time.hpp"

namespace signalbox {

/// One TCP connection with TLS on it, or without towards this machine. Reads and writes are
/// immediate: they take or give what there is and say when to come back, so a request on an idle
/// connection costs one encryption and one `send`. How many bytes the kernel has taken is known
/// exactly. Made for one connection attempt, then thrown away. Owned by shared_ptr; loop thread
/// only.
class Wire : public std::enable_shared_from_this<Wire> {
 public:
  enum class Io : std::uint8_t {
    done,        ///< `bytes` were moved, at least one
    want_read,   ///< nothing now: wait for the socket to be readable
    want_write,  ///< nothing now: wait for the socket to be writable
    closed,      ///< the peer said it is done (close_notify, or FIN without TLS)
    failed,      ///< reset, cut off, broken: `why()`
  };
  struct Moved {
    Io io = Io::failed;
    std::size_t bytes = 0;
  };
  /// Empty: connected, handshake done. Otherwise why not.
  using Connected = std::function<void(std::string_view why)>;

  static constexpr std::size_t addresses_max = 8;  ///< tried of one name

  Wire(boost::asio::io_context& loop, Endpoint endpoint, std::shared_ptr<TlsContext> tls);
  ~Wire();
  Wire(const Wire&) = delete;

  /// One call of `connected`, never from inside; none after `close`.
  void connect(Duration within, Connected connected);

  Moved read(std::span<char> into);
  Moved write(std::span<const char> from);
  /// Decrypted or received bytes wait here without the socket being readable.
  bool has_pending() const { return ssl_ && SSL_has_pending(ssl_) == 1; }
  /// Bytes the kernel has taken from us since the connection was made.
  std::uint64_t taken() const { return link_.taken; }
  std::string why() const;

  boost::asio::io_context& loop() { return loop_; }
  boost::asio::ip::tcp::socket& socket() { return socket_; }
  /// Says goodbye if it can at once, and closes. Pending waits end with an error.
  void close();

 private:
  /// What OpenSSL's reads and writes end in: the socket, without SIGPIPE, and counted.
  struct Link {
    int fd = -1;
    std::uint64_t taken = 0;
    int error = 0;  // errno of the last real failure
    bool ended = false;
  };
  static BIO_METHOD* bio_method();
  static int bio_write(BIO* bio, const char* data, int size);
  static int bio_read(BIO* bio, char* data, int size);
  static long bio_control(BIO* bio, int command, long number, void* pointer);
  static long send_some(Link& link, const void* data, std::size_t size);
  static long receive_some(Link& link, void* data, std::size_t size);
  Moved plain(long n, Io wait);
  Moved secured(int result, std::size_t bytes);

  void look_up();
  void try_next();
  void secure();
  void handshake();
  void finish(std::string why);

  boost::asio::io_context& loop_;
  boost::asio::ip::tcp::socket socket_;
  boost::asio::ip::tcp::resolver resolver_;
  boost::asio::steady_timer timer_;
  Endpoint endpoint_;
  std::shared_ptr<TlsContext> tls_;
  std::vector<boost::asio::ip::tcp::endpoint> addresses_;
  std::size_t next_address_ = 0;
  std::string last_why_;
  Connected connected_;
  SSL* ssl_ = nullptr;
  Link link_;
  bool up_ = false;
};

}  // namespace signalbox
