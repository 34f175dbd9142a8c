#include <openssl/ecdsa.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/pem.h>
#include <openssl/sha.h>

#include <algorithm>
#include <array>

#include "tests/vectors/judge.hpp"

namespace signalbox::vectors {
namespace {

std::string hmac_hex(std::string_view key, std::string_view payload) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> mac;
  unsigned size = 0;
  HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()),
       reinterpret_cast<const unsigned char*>(payload.data()), payload.size(), mac.data(), &size);
  constexpr std::string_view digits = "0123456789abcdef";
  std::string hex;
  for (unsigned i = 0; i < size; ++i) {
    hex += digits[mac[i] >> 4];
    hex += digits[mac[i] & 15];
  }
  return hex;
}

/// Of the query or body in front of it, which it ends.
std::optional<bool> binance(const kit::ShownRequest& request, const VectorWorld& world) {
  const auto query_at = request.url.find('?');
  const std::string query = query_at == std::string::npos ? "" : request.url.substr(query_at + 1);
  const auto& source = request.body.empty() ? query : request.body;
  constexpr std::string_view name = "signature=";
  const auto at = source.rfind(name);
  if (at == std::string::npos) return std::nullopt;
  const auto payload = source.substr(0, at == 0 ? 0 : at - 1);
  const bool has_key =
      std::find(request.headers.begin(), request.headers.end(),
                std::pair<std::string, std::string>{"X-MBX-APIKEY", world.credential("apiKey")}) !=
      request.headers.end();
  return has_key &&
         source.substr(at + name.size()) == hmac_hex(world.credential("secret"), payload);
}

/// Of time, key, window and what is asked, in a header.
std::optional<bool> bybit(const kit::ShownRequest& request, const VectorWorld& world) {
  const auto header = [&](std::string_view name) -> std::string {
    for (const auto& [key, value] : request.headers)
      if (key == name) return value;
    return {};
  };
  const auto signature = header("X-BAPI-SIGN");
  if (signature.empty()) return std::nullopt;
  const auto query_at = std::min(request.url.find('?'), request.url.size());
  const auto query = request.url.substr(std::min(query_at + 1, request.url.size()));
  const auto payload = header("X-BAPI-TIMESTAMP") + world.credential("apiKey") +
                       header("X-BAPI-RECV-WINDOW") + (request.body.empty() ? query : request.body);
  return header("X-BAPI-API-KEY") == world.credential("apiKey") &&
         signature == hmac_hex(world.credential("secret"), payload);
}

std::string from_base64url(std::string_view text) {
  constexpr std::string_view letters =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  std::string out;
  std::uint32_t bits = 0;
  int have = 0;
  for (const char c : text) {
    bits = (bits << 6) | static_cast<std::uint32_t>(letters.find(c) & 63);
    have += 6;
    if (have < 8) continue;
    have -= 8;
    out.push_back(static_cast<char>((bits >> have) & 255));
  }
  return out;
}

/// ES256 with the public half that the file gives.
bool is_es256(const std::string& pem, std::string_view payload, std::string_view raw) {
  constexpr int half = 32;
  if (raw.size() != 2 * half) return false;
  const auto* bytes = reinterpret_cast<const unsigned char*>(raw.data());
  auto* parts = ECDSA_SIG_new();
  ECDSA_SIG_set0(parts, BN_bin2bn(bytes, half, nullptr), BN_bin2bn(bytes + half, half, nullptr));
  unsigned char* der = nullptr;
  const int size = i2d_ECDSA_SIG(parts, &der);
  auto* bio = BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size()));
  auto* key = PEM_read_bio_PUBKEY(bio, nullptr, nullptr, nullptr);
  auto* context = EVP_MD_CTX_new();
  const bool right =
      key && size > 0 && EVP_DigestVerifyInit(context, nullptr, EVP_sha256(), nullptr, key) == 1 &&
      EVP_DigestVerify(context, der, static_cast<std::size_t>(size),
                       reinterpret_cast<const unsigned char*>(payload.data()), payload.size()) == 1;
  EVP_MD_CTX_free(context);
  EVP_PKEY_free(key);
  BIO_free(bio);
  OPENSSL_free(der);
  ECDSA_SIG_free(parts);
  return right;
}

/// A token of two minutes, bound to method, host and path.
std::optional<bool> coinbase(const kit::ShownRequest& request, const VectorWorld& world) {
  std::string_view token;
  constexpr std::string_view scheme = "Bearer ";
  for (const auto& [name, value] : request.headers)
    if (name == "Authorization" && value.starts_with(scheme))
      token = std::string_view{value}.substr(scheme.size());
  if (token.empty()) return std::nullopt;
  const auto first = token.find('.'), second = token.rfind('.');
  if (first == token.npos || first == second) return false;
  JsonReader header_reader, claims_reader;
  const auto header_text = from_base64url(token.substr(0, first));
  const auto claims_text = from_base64url(token.substr(first + 1, second - first - 1));
  const auto header = header_reader.object(header_text);
  const auto claims = claims_reader.object(claims_text);
  if (!header || !claims) return false;
  constexpr std::string_view before_host = "https://";
  const auto path_end = std::min(request.url.find('?'), request.url.size());
  const auto uri =
      request.method + " " + request.url.substr(before_host.size(), path_end - before_host.size());
  const auto says = [](const JsonObject& from, std::string_view name) {
    return std::string{json_text(from, name).value_or("")};
  };
  const auto from = json_integer(*claims, "nbf").value_or(0);
  constexpr std::int64_t life = 120;  // seconds
  return says(*header, "kid") == world.credential("apiKey") && !says(*header, "nonce").empty() &&
         says(*claims, "sub") == world.credential("apiKey") && says(*claims, "uri") == uri &&
         from > 0 && json_integer(*claims, "exp").value_or(0) == from + life &&
         is_es256(world.credential("publicKeyPem"), token.substr(0, second),
                  from_base64url(token.substr(second + 1)));
}
std::string header(const kit::ShownRequest& request, std::string_view name) {
  for (const auto& [key, value] : request.headers)
    if (key == name) return value;
  return {};
}

std::string from_base64(std::string_view text) {
  std::string bytes(text.size() / 4 * 3, '\0');
  EVP_DecodeBlock(reinterpret_cast<unsigned char*>(bytes.data()),
                  reinterpret_cast<const unsigned char*>(text.data()),
                  static_cast<int>(text.size()));
  bytes.resize(bytes.size() - static_cast<std::size_t>(std::count(text.begin(), text.end(), '=')));
  return bytes;
}

/// Of the path, and the hash of nonce and body.
std::optional<bool> kraken(const kit::ShownRequest& request, const VectorWorld& world) {
  const auto signature = header(request, "API-Sign");
  if (signature.empty()) return std::nullopt;
  constexpr std::string_view name = "nonce=";
  if (!request.body.starts_with(name)) return false;
  const auto nonce = request.body.substr(name.size(), request.body.find('&') - name.size());
  const auto hashed = nonce + request.body;
  std::array<unsigned char, SHA256_DIGEST_LENGTH> hash;
  SHA256(reinterpret_cast<const unsigned char*>(hashed.data()), hashed.size(), hash.data());
  auto payload = request.url.substr(request.url.find('/', std::string_view{"https://"}.size()));
  payload.append(reinterpret_cast<const char*>(hash.data()), hash.size());
  const auto key = from_base64(world.credential("secret"));
  std::array<unsigned char, EVP_MAX_MD_SIZE> mac;
  unsigned size = 0;
  HMAC(EVP_sha512(), key.data(), static_cast<int>(key.size()),
       reinterpret_cast<const unsigned char*>(payload.data()), payload.size(), mac.data(), &size);
  const auto bytes = from_base64(signature);
  return header(request, "API-Key") == world.credential("apiKey") &&
         bytes == std::string_view{reinterpret_cast<const char*>(mac.data()), size};
}

/// Of the time, the method, the path with its query, and the body.
std::optional<bool> okx(const kit::ShownRequest& request, const VectorWorld& world) {
  const auto signature = header(request, "OK-ACCESS-SIGN");
  if (signature.empty()) return std::nullopt;
  const auto payload =
      header(request, "OK-ACCESS-TIMESTAMP") + request.method +
      request.url.substr(request.url.find('/', std::string_view{"https://"}.size())) + request.body;
  const auto key = world.credential("secret");
  std::array<unsigned char, EVP_MAX_MD_SIZE> mac;
  unsigned size = 0;
  HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()),
       reinterpret_cast<const unsigned char*>(payload.data()), payload.size(), mac.data(), &size);
  const auto bytes = from_base64(signature);
  return header(request, "OK-ACCESS-KEY") == world.credential("apiKey") &&
         header(request, "OK-ACCESS-PASSPHRASE") == world.credential("password") &&
         bytes == std::string_view{reinterpret_cast<const char*>(mac.data()), size};
}

}  // namespace

CheckSignature signature_check(std::string_view exchange) {
  if (exchange == "binance" || exchange == "binanceusdm") return binance;
  if (exchange == "bybit") return bybit;
  if (exchange == "coinbase") return coinbase;
  if (exchange == "kraken") return kraken;
  if (exchange == "okx") return okx;
  return nullptr;
}

}  // namespace signalbox::vectors
