#include "simulator/binance/signature.hpp"

#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/x509.h>

#include <array>
#include <memory>
#include <optional>
#include <vector>

namespace signalbox::simulator::binance {
namespace {

const unsigned char* bytes(std::string_view s) {
  return reinterpret_cast<const unsigned char*>(s.data());
}

std::optional<std::vector<unsigned char>> from_base64(std::string_view text) {
  if (text.empty() || text.size() % 4 != 0 || text.size() > 4096) return std::nullopt;
  std::vector<unsigned char> out(text.size());
  const int size = EVP_DecodeBlock(out.data(), bytes(text), static_cast<int>(text.size()));
  if (size < 0) return std::nullopt;
  std::size_t padding = 0;
  while (padding < 2 && text[text.size() - 1 - padding] == '=') ++padding;
  out.resize(static_cast<std::size_t>(size) - padding);
  return out;
}

char lower(char c) { return c >= 'A' && c <= 'F' ? static_cast<char>(c + 32) : c; }

}  // namespace

std::string hmac_sha256_hex(std::string_view secret, std::string_view payload) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> mac{};
  unsigned int size = 0;
  HMAC(EVP_sha256(), secret.data(), static_cast<int>(secret.size()), bytes(payload), payload.size(),
       mac.data(), &size);
  constexpr std::string_view digits = "0123456789abcdef";
  std::string hex;
  for (unsigned int i = 0; i < size; ++i) {
    hex += digits[mac[i] >> 4];
    hex += digits[mac[i] & 15];
  }
  return hex;
}

bool same_hex(std::string_view a, std::string_view b) {
  if (a.size() != b.size()) return false;
  unsigned int different = 0;
  for (std::size_t i = 0; i < a.size(); ++i)
    different |= static_cast<unsigned int>(lower(a[i]) ^ lower(b[i]));
  return different == 0;
}

bool ed25519_verifies(std::string_view public_key, std::string_view payload,
                      std::string_view signature_base64) {
  const auto spki = from_base64(public_key);
  const auto signature = from_base64(signature_base64);
  if (!spki || !signature) return false;
  const unsigned char* at = spki->data();
  const std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> key{
      d2i_PUBKEY(nullptr, &at, static_cast<long>(spki->size())), EVP_PKEY_free};
  if (!key || EVP_PKEY_base_id(key.get()) != EVP_PKEY_ED25519) return false;
  const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context{EVP_MD_CTX_new(),
                                                                        EVP_MD_CTX_free};
  return context &&
         EVP_DigestVerifyInit(context.get(), nullptr, nullptr, nullptr, key.get()) == 1 &&
         EVP_DigestVerify(context.get(), signature->data(), signature->size(), bytes(payload),
                          payload.size()) == 1;
}

}  // namespace signalbox::simulator::binance
