#pragma once

#include <cstdint>
#include <string_view>

#include "messages/time.hpp"

namespace signalbox {

/// Chosen by the caller, repeated in the one answer.
using HttpToken = std::uint64_t;

/// Why there is no answer. The difference is money: after `not_sent` the request may be sent
/// again; after `unknown` the venue may have executed it.
enum class HttpFailure : std::uint8_t {
  not_sent = 1,  ///< no byte of the request left this machine
  unknown = 2,   ///< bytes left, no complete answer came back before the deadline or the loss
};

/// The views are valid only during the call.
struct HttpAnswer {
  int status = 0;
  std::string_view headers;  ///< the raw header block, lines ended by CRLF, names in any case
  std::string_view body;
};

class HttpSink {
 public:
  virtual ~HttpSink() = default;
  virtual void on_answer(HttpToken token, const HttpAnswer& answer) = 0;
  /// `why` is for people; it holds no request bytes, so it cannot hold a secret.
  virtual void on_failure(HttpToken token, HttpFailure failure, std::string_view why) = 0;
};

/// How a request shares the connections with the others.
struct HttpRoute {
  /// Requests with the same key (not 0) leave in the order they were given, each after the one
  /// before it has ended: a cancel cannot overtake its order.
  std::uint64_t key = 0;
  /// Exits and cancels: taken before other waiting requests, never refused because of them.
  bool exit = false;
};

/// Requests to one host over warm keep-alive connections. The caller gives the complete request
/// bytes (request line, headers, body) and gets exactly one call on its sink per token, on the
/// loop's thread and never from inside `send`. Bodies and the number of waiting requests are
/// bounded; a full queue is `not_sent`.
class HttpLane {
 public:
  virtual ~HttpLane() = default;
  virtual void send(HttpToken token, std::string_view request, MonoTime deadline) = 0;
  /// A lane that is one queue keeps every order anyway and need not override this.
  virtual void send_routed(const HttpRoute&, HttpToken token, std::string_view request,
                           MonoTime deadline) {
    send(token, request, deadline);
  }
};

/// A header's value in a raw block, without surrounding blanks; empty when it is not there.
std::string_view header_value(std::string_view headers, std::string_view name);

}  // namespace signalbox
