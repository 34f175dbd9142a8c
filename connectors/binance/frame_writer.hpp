#pragma once

#include <string>
#include <string_view>

#include "connectors/binance/request_buffer.hpp"
#include "messages/time.hpp"

namespace signalbox::binance {

/// How a request goes over the websocket API. `proof`: the session has not logged on, so each
/// request is signed.
struct Framed {
  std::string_view id;
  bool proof = true;
};

/// Requests of the websocket API, spot and futures alike: the same parameters as by REST, as JSON,
/// and signed sorted by name and not encoded. Loop thread only.
class FrameWriter {
 public:
  static constexpr std::size_t parameters_max = 40;

  /// `out` signs.
  explicit FrameWriter(RequestBuffer& out) : out_(out) {}
  ~FrameWriter();

  /// `form`: the parameters as `Query` wrote them, stamped, at most `parameters_max`. With `proof`
  /// the key and a signature are added; a session that has logged on needs none. What is returned
  /// is valid until the next call.
  std::string_view write(std::string_view id, std::string_view method, std::string_view form,
                         bool proof);
  /// What the key proves once for a whole connection; only an Ed25519 key may.
  std::string_view log_on(std::string_view id, WallTime now);

 private:
  RequestBuffer& out_;
  std::string values_;  // decoded
  std::string payload_;
  std::string frame_;
};

}  // namespace signalbox::binance
