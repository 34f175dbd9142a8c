#include <openssl/evp.h>
#include <openssl/hmac.h>

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

}  // namespace

CheckSignature signature_check(std::string_view exchange) {
  if (exchange == "binance" || exchange == "binanceusdm") return binance;
  if (exchange == "bybit") return bybit;
  return nullptr;
}

}  // namespace signalbox::vectors
