#pragma once

// Internal to transport: names Asio.
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "connectors/transport/http_reader.hpp"
#include "connectors/transport/wire.hpp"
#include "seams/clock.hpp"
#include "seams/http_lane.hpp"

namespace signalbox {

struct HttpRequest {
  HttpToken token = 0;
  MonoTime deadline{};
  HttpRoute route;
};

/// One keep-alive connection of a pool, with at most one request under way. It decides what became
/// of that request; the pool decides when to connect and what to send. Loop thread only.
class HttpConnection : public std::enable_shared_from_this<HttpConnection> {
 public:
  enum class State : std::uint8_t { down, connecting, idle, busy };

  /// Calls come from the loop, `on_lost` also from inside `start` and `give_up`.
  class Owner {
   public:
    virtual ~Owner() = default;
    virtual void on_connected(HttpConnection& connection) = 0;
    virtual void on_connect_failed(HttpConnection& connection, std::string_view why) = 0;
    /// The connection is idle already, or down if it cannot carry another request.
    virtual void on_answer(HttpConnection& connection, HttpToken token,
                           const HttpAnswer& answer) = 0;
    /// The connection is down. If it was busy: what became of the request.
    virtual void on_lost(HttpConnection& connection, const HttpRequest* request,
                         HttpFailure failure, std::string_view why) = 0;
  };

  HttpConnection(boost::asio::io_context& loop, const Clock& clock, HttpBounds bounds, Owner& owner)
      : loop_(loop), clock_(clock), owner_(&owner), reader_(bounds) {}

  State state() const { return state_; }
  /// Since when it is in this state.
  MonoTime since() const { return since_; }
  MonoTime connected_at() const { return connected_at_; }
  const HttpRequest& request() const { return request_; }

  void connect(const Endpoint& endpoint, std::shared_ptr<TlsContext> tls, Duration within);
  /// Idle only. False: not one byte could be written, the connection is down and the request may
  /// go elsewhere.
  [[nodiscard]] bool start(const HttpRequest& request, std::string_view bytes);
  /// Closes; a request under way gets its `on_lost`.
  void give_up(std::string_view why);
  /// No further call to the owner.
  void leave_owner() { owner_ = nullptr; }

 private:
  void become(State state);
  void wait_readable();
  void wait_writable();
  void on_readable();
  void write_rest();
  bool has_rest() const { return rest_from_ < rest_.size(); }
  void on_bytes(HttpReader::State state);
  void lose(std::string_view why);
  void answer();

  boost::asio::io_context& loop_;
  const Clock& clock_;
  Owner* owner_;
  HttpReader reader_;
  std::shared_ptr<Wire> wire_;  // one per attempt; a handler of an earlier one is told by it
  State state_ = State::down;
  MonoTime since_{};
  MonoTime connected_at_{};
  HttpRequest request_;
  std::uint64_t taken_before_ = 0;  // by the kernel, when the request began
  std::string rest_;                // of a request the socket could not take at once
  std::size_t rest_from_ = 0;       // what of it has been taken since
  bool waits_readable_ = false;
};

}  // namespace signalbox
