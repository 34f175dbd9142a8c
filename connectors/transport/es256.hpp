#pragma once

#include <array>
#include <memory>
#include <string>
#include <string_view>

#include "messages/result.hpp"
#include "messages/secret.hpp"

namespace signalbox {

/// r and s, 32 bytes each: what JSON web signatures carry instead of DER.
using RawSignature = std::array<unsigned char, 64>;

/// ECDSA on P-256 over SHA-256 ("ES256"). A signature takes some 30 µs, so nobody makes one while
/// an order waits. One thread, the owner's.
class Es256Key {
 public:
  /// A private key as PEM, SEC1 or PKCS#8; its line ends may be written as `\n`, as configuration
  /// files hold them. Another curve or an encrypted key is refused. No text of the key is in the
  /// error.
  static Result<std::unique_ptr<Es256Key>> make(const Secret& pem);
  ~Es256Key();
  Es256Key(const Es256Key&) = delete;

  RawSignature sign(std::string_view payload) const;
  bool verifies(std::string_view payload, const RawSignature& signature) const;

 private:
  struct Impl;
  explicit Es256Key(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

/// base64url without padding, as RFC 7515 wants it.
void append_base64url(std::string& out, std::string_view bytes);

}  // namespace signalbox
