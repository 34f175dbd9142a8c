// See signer.cpp for why the deprecated functions are used: their states can be copied.
#define OPENSSL_SUPPRESS_DEPRECATED

#include "connectors/transport/hmac_sha512.hpp"

#include <openssl/evp.h>
#include <openssl/sha.h>

#include <algorithm>
#include <array>
#include <new>

namespace signalbox {
namespace {

constexpr std::size_t key_text_max = 1024;  // Kraken's have 88

const unsigned char* bytes(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

}  // namespace

struct HmacSha512Signer::States {
  SHA512_CTX inner;
  SHA512_CTX outer;
};

Result<std::unique_ptr<HmacSha512Signer>> HmacSha512Signer::make(const Secret& base64_key) {
  const auto text = base64_key.reveal();
  const auto refused = [] {
    return failed(Fault::bad_input, "the API secret is no base64, as the venue shows it");
  };
  if (text.empty() || text.size() % 4 != 0 || text.size() > key_text_max) return refused();
  SecretPages decoded{text.size() / 4 * 3};
  auto* const key = static_cast<unsigned char*>(decoded.data());
  const int size = EVP_DecodeBlock(key, bytes(text), static_cast<int>(text.size()));
  if (size <= 0) return refused();
  // The decoder counts the padding as zeros of the key, wherever it stands.
  const auto padding = std::count(text.begin(), text.end(), '=');
  if (padding > 2 || std::count(text.end() - padding, text.end(), '=') != padding) return refused();
  const std::string_view exact{static_cast<const char*>(decoded.data()),
                               static_cast<std::size_t>(size - padding)};
  return std::unique_ptr<HmacSha512Signer>(new HmacSha512Signer(exact));
}

HmacSha512Signer::HmacSha512Signer(std::string_view key) : pages_(sizeof(States)) {
  SecretPages pads{2 * SHA512_CBLOCK};
  auto* const block = static_cast<unsigned char*>(pads.data());
  if (key.size() > SHA512_CBLOCK)
    SHA512(bytes(key), key.size(), block);
  else
    std::copy(key.begin(), key.end(), block);

  auto* const pad = block + SHA512_CBLOCK;
  auto* const states = new (pages_.data()) States;
  const auto start = [&](SHA512_CTX& state, unsigned char mask) {
    std::transform(block, block + SHA512_CBLOCK, pad,
                   [mask](unsigned char c) { return static_cast<unsigned char>(c ^ mask); });
    SHA512_Init(&state);
    SHA512_Update(&state, pad, SHA512_CBLOCK);
  };
  start(states->inner, 0x36);
  start(states->outer, 0x5c);
}

Signature HmacSha512Signer::sign(std::string_view plain, std::string_view hashed) {
  const auto& states = *static_cast<const States*>(pages_.data());
  std::array<unsigned char, SHA256_DIGEST_LENGTH> hash;
  SHA256(bytes(hashed), hashed.size(), hash.data());

  std::array<unsigned char, SHA512_DIGEST_LENGTH> digest;
  SHA512_CTX state = states.inner;
  SHA512_Update(&state, plain.data(), plain.size());
  SHA512_Update(&state, hash.data(), hash.size());
  SHA512_Final(digest.data(), &state);
  state = states.outer;
  SHA512_Update(&state, digest.data(), digest.size());
  SHA512_Final(digest.data(), &state);

  std::array<unsigned char, (SHA512_DIGEST_LENGTH + 2) / 3 * 4 + 1> text;  // OpenSSL adds a zero
  const auto size = EVP_EncodeBlock(text.data(), digest.data(), SHA512_DIGEST_LENGTH);
  return Signature{{reinterpret_cast<const char*>(text.data()), static_cast<std::size_t>(size)}};
}

}  // namespace signalbox
