#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

#include "messages/result.hpp"
#include "messages/secret.hpp"

namespace signalbox {

/// The public half of a CURVE key: who a peer is. Its text is Z85, 40 characters.
class CurvePublicKey {
 public:
  static constexpr std::size_t bytes = 32;
  static constexpr std::size_t text_size = 40;

  CurvePublicKey() = default;
  static Result<CurvePublicKey> parse(std::string_view z85);
  /// As it arrives in a handshake; exactly `bytes` of them.
  static Result<CurvePublicKey> from_bytes(std::string_view raw);

  std::string text() const;

  friend bool operator==(const CurvePublicKey&, const CurvePublicKey&) = default;
  friend auto operator<=>(const CurvePublicKey&, const CurvePublicKey&) = default;

 private:
  std::array<std::uint8_t, bytes> raw_{};
};

/// Both halves; the secret one is Z85 too, and never leaves `Secret` but towards libzmq.
struct CurveKeys {
  CurvePublicKey public_key;
  Secret secret_key;

  static Result<CurveKeys> generate();
  /// The public half follows from the secret one.
  static Result<CurveKeys> from_secret(Secret z85);
};

}  // namespace signalbox
