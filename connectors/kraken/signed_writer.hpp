#pragma once

#include <array>
#include <memory>
#include <string>
#include <string_view>

#include "connectors/kraken/nonce.hpp"
#include "connectors/transport/hmac_sha512.hpp"
#include "connectors/transport/url.hpp"
#include "messages/secret.hpp"

namespace signalbox::kraken {

/// The venue's private calls, all of them POST.
enum class Call : std::uint8_t {
  add_order = 0,
  amend_order,
  cancel_order,
  cancel_all,
  open_orders,
  query_orders,
  closed_orders,
  trades,
  balance,
  key_info,
  stream_token,
};
inline constexpr std::size_t calls = 11;

/// HTTP requests with the account's signature. A form is written once, behind room for its head:
/// the nonce stands right before it while both are hashed, then the head takes that place, so an
/// order is one pass over one buffer without allocation. Loop thread only.
class SignedWriter {
 public:
  /// `host` as it stands in the Host header. Throws std::invalid_argument for a key that cannot
  /// stand in a header or a secret that is no base64; the text never holds either.
  SignedWriter(std::string_view host, const Secret& api_key, const Secret& api_secret);
  ~SignedWriter();

  /// A form with its nonce; the rest is added to it, then `end_post`. Views are valid until the
  /// next call.
  Query begin_post(Nonce nonce);
  std::string_view end_post(Call call);

  Query begin_get(std::string_view path);
  std::string_view end_get(const Query& query);

 private:
  std::unique_ptr<HmacSha512Signer> signer_;
  std::array<std::string, calls> heads_;  // up to the signature's value
  std::string public_lines_;              // " HTTP/1.1 … \r\n\r\n" after a target
  std::string buffer_;
  std::size_t signed_from_ = 0;
};

}  // namespace signalbox::kraken
