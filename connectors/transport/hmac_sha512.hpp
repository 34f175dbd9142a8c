#pragma once

#include <memory>
#include <string_view>

#include "connectors/transport/signer.hpp"

namespace signalbox {

/// HMAC-SHA512 over a text and the SHA-256 of another, as base64: how Kraken wants a request
/// signed (its path, then the hash of nonce and body). The two hash states after the key are
/// computed once and live in secret pages; a signature allocates nothing. One thread, the owner's.
class HmacSha512Signer {
 public:
  /// The key as base64, as the venue hands it out. The error never holds any of it.
  static Result<std::unique_ptr<HmacSha512Signer>> make(const Secret& base64_key);

  Signature sign(std::string_view plain, std::string_view hashed);

 private:
  struct States;
  explicit HmacSha512Signer(std::string_view key);
  SecretPages pages_;
};

}  // namespace signalbox
