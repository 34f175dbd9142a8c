#include "bus/curve.hpp"

#include <string.h>  // explicit_bzero
#include <zmq.h>

#include <algorithm>

namespace signalbox {
namespace {

using Z85 = std::array<char, CurvePublicKey::text_size + 1>;  // libzmq ends it with a zero

}  // namespace

Result<CurvePublicKey> CurvePublicKey::parse(std::string_view z85) {
  CurvePublicKey key;
  const std::string text{z85};
  if (text.size() != text_size || zmq_z85_decode(key.raw_.data(), text.c_str()) == nullptr)
    return failed(Fault::bad_input, "a CURVE public key is 40 characters of Z85");
  return key;
}

Result<CurvePublicKey> CurvePublicKey::from_bytes(std::string_view raw) {
  if (raw.size() != bytes)
    return failed(Fault::bad_input, "a CURVE public key is 32 bytes in a handshake");
  CurvePublicKey key;
  std::transform(raw.begin(), raw.end(), key.raw_.begin(),
                 [](char c) { return static_cast<std::uint8_t>(c); });
  return key;
}

std::string CurvePublicKey::text() const {
  Z85 text{};
  zmq_z85_encode(text.data(), raw_.data(), raw_.size());
  return text.data();
}

Result<CurveKeys> CurveKeys::generate() {
  Z85 public_text{};
  Z85 secret_text{};
  if (zmq_curve_keypair(public_text.data(), secret_text.data()) != 0)
    return failed(Fault::unavailable, "this libzmq was built without CURVE");
  std::string secret{secret_text.data(), CurvePublicKey::text_size};
  explicit_bzero(secret_text.data(), secret_text.size());
  return CurvePublicKey::parse(public_text.data()).map([&](CurvePublicKey key) {
    return CurveKeys{key, Secret::take(std::move(secret))};
  });
}

Result<CurveKeys> CurveKeys::from_secret(Secret z85) {
  Z85 public_text{};
  Z85 secret_text{};
  const auto wrong = failed(Fault::bad_input, "a CURVE secret key is 40 characters of Z85");
  if (z85.reveal().size() != CurvePublicKey::text_size) return wrong;
  z85.reveal().copy(secret_text.data(), CurvePublicKey::text_size);
  const int answer = zmq_curve_public(public_text.data(), secret_text.data());
  explicit_bzero(secret_text.data(), secret_text.size());
  if (answer != 0) return wrong;
  return CurvePublicKey::parse(public_text.data()).map([&](CurvePublicKey key) {
    return CurveKeys{key, std::move(z85)};
  });
}

}  // namespace signalbox
