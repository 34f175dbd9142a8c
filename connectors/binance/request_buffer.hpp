#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "connectors/transport/signer.hpp"
#include "connectors/transport/url.hpp"
#include "messages/secret.hpp"
#include "messages/time.hpp"

namespace signalbox::binance {

/// Where the requests of this venue are written and signed, spot and futures alike.
///
/// The fixed lines are prepared once per path. The parameters are written and signed in place and
/// the head is put in front of them, so an order is one pass over one buffer without allocation.
/// What is returned is valid until the next call. Loop thread only.
class RequestBuffer {
 public:
  /// Of requests whose delay does no harm: cancels and reads.
  static constexpr Duration window_default = std::chrono::seconds{5};
  static constexpr Duration window_max = std::chrono::seconds{60};

  /// `host` as it stands in the Host header; `paths` as "POST /api/v3/order", named by their
  /// position. The secret is an Ed25519 private key (PKCS#8, PEM or the base64 between its lines)
  /// or else a text to make HMAC-SHA256 with. Throws std::invalid_argument for a key that cannot
  /// be used; the text never holds it.
  RequestBuffer(std::string_view host, const Secret& api_key, const Secret& api_secret,
                std::span<const std::string_view> paths);
  ~RequestBuffer();

  /// Parameters in the body.
  Query begin_body();
  std::string_view end_body(Query& query, std::size_t path, Duration window, WallTime now);

  /// Parameters in the target: "DELETE /api/v3/order?".
  Query begin_target(std::string_view method_and_path);
  std::string_view end_target(Query& query, WallTime now);
  /// Neither signed nor with the key.
  std::string_view end_public();
  /// With the key and an empty body, without a signature.
  std::string_view end_with_key();

  Signature sign(std::string_view payload) { return signer_->sign(payload); }
  std::string_view key() const { return key_.reveal(); }
  /// The venue lets Ed25519 keys alone log a websocket on.
  bool can_log_on() const { return can_log_on_; }

 private:
  void sign(Query& query);

  std::unique_ptr<Signer> signer_;
  bool can_log_on_ = false;
  Secret key_;
  std::vector<std::string> heads_;  // "POST … Content-Length: "
  std::string public_lines_;        // " HTTP/1.1 … \r\n\r\n" after a target
  std::string key_lines_;           // the same with the key
  std::string bare_lines_;          // and with an empty body
  std::string buffer_;
};

/// `recvWindow` and `timestamp`.
void stamp(Query& query, Duration window, WallTime now);

}  // namespace signalbox::binance
