#pragma once

#include <memory>
#include <string_view>

#include "messages/result.hpp"
#include "messages/secret.hpp"
#include "messages/text.hpp"

namespace signalbox {

/// Long enough for Ed25519 in base64 (88) and HMAC-SHA256 in hex (64).
using Signature = Text<88>;

/// Signs request bytes with an account's key. The key never leaves it. One thread, the owner's.
class Signer {
 public:
  virtual ~Signer() = default;
  virtual Signature sign(std::string_view payload) = 0;
};

enum class SignatureText : std::uint8_t { hex = 1, base64 = 2 };

/// HMAC-SHA256. The two hash states after the key are computed once, so a signature costs the
/// payload's blocks and two more: about 0.25 µs for an order. Both states are as good as the key
/// and live in secret pages.
class HmacSha256Signer : public Signer {
 public:
  explicit HmacSha256Signer(const Secret& key, SignatureText as = SignatureText::hex);
  Signature sign(std::string_view payload) override;

 private:
  struct States;
  SecretPages pages_;
  SignatureText as_;
};

/// Ed25519, as base64. About 60 µs: venues that offer a session log-on need it once per session.
class Ed25519Signer : public Signer {
 public:
  /// A PKCS#8 private key, as PEM or as the base64 between its lines.
  static Result<std::unique_ptr<Ed25519Signer>> make(const Secret& pkcs8);
  ~Ed25519Signer() override;
  Signature sign(std::string_view payload) override;

 private:
  struct Impl;
  explicit Ed25519Signer(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace signalbox
