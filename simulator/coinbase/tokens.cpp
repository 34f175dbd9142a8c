#include "simulator/coinbase/tokens.hpp"

#include <openssl/ecdsa.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <simdjson.h>

#include <array>
#include <stdexcept>

namespace signalbox::simulator::coinbase {
namespace {

namespace dom = simdjson::dom;

const unsigned char* bytes_of(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

std::optional<std::string> from_base64url(std::string_view text) {
  constexpr std::string_view letters =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  std::string out;
  std::uint32_t bits = 0;
  int have = 0;
  for (const char c : text) {
    const auto value = letters.find(c);
    if (value == letters.npos) return std::nullopt;  // padding is refused too
    bits = (bits << 6) | static_cast<std::uint32_t>(value);
    have += 6;
    if (have < 8) continue;
    have -= 8;
    out.push_back(static_cast<char>((bits >> have) & 255));
  }
  return out;
}

struct Parsed {
  dom::parser parser;
  dom::element root;

  static std::unique_ptr<Parsed> of(std::string_view part) {
    const auto text = from_base64url(part);
    auto made = std::make_unique<Parsed>();
    if (!text || made->parser.parse(text->data(), text->size()).get(made->root)) return nullptr;
    return made;
  }
  std::string_view text(std::string_view name) const {
    std::string_view value;
    return root[name].get(value) ? std::string_view{} : value;
  }
  std::int64_t number(std::string_view name) const {
    std::int64_t value = 0;
    return root[name].get(value) ? 0 : value;
  }
};

}  // namespace

struct TokenDesk::Key {
  std::string name;
  AccountId account{};
  EVP_PKEY* key = nullptr;
  Key() = default;
  Key(const Key&) = delete;
  ~Key() { EVP_PKEY_free(key); }

  bool verifies(std::string_view payload, std::string_view raw) const {
    constexpr int half = 32;
    if (raw.size() != 2 * half) return false;
    auto* parts = ECDSA_SIG_new();
    ECDSA_SIG_set0(parts, BN_bin2bn(bytes_of(raw), half, nullptr),
                   BN_bin2bn(bytes_of(raw) + half, half, nullptr));
    std::array<unsigned char, 80> der{};
    unsigned char* end = der.data();
    const int size = i2d_ECDSA_SIG(parts, &end);
    ECDSA_SIG_free(parts);
    if (size <= 0) return false;
    auto* context = EVP_MD_CTX_new();
    const bool good = EVP_DigestVerifyInit(context, nullptr, EVP_sha256(), nullptr, key) == 1 &&
                      EVP_DigestVerify(context, der.data(), static_cast<std::size_t>(size),
                                       bytes_of(payload), payload.size()) == 1;
    EVP_MD_CTX_free(context);
    return good;
  }
};

TokenDesk::TokenDesk(std::vector<ApiKey> keys) {
  for (const auto& each : keys) {
    auto made = std::make_unique<Key>();
    made->name = each.name;
    made->account = each.account;
    auto* bio = BIO_new_mem_buf(each.pem.data(), static_cast<int>(each.pem.size()));
    made->key = PEM_read_bio_PrivateKey(bio, nullptr, nullptr, nullptr);
    BIO_free(bio);
    if (!made->key) throw std::invalid_argument("simulator: an account's secret is no EC key");
    keys_.push_back(std::move(made));
  }
}

TokenDesk::~TokenDesk() = default;

std::optional<AccountId> TokenDesk::owner(std::string_view token, std::string_view uri,
                                          WallTime now) {
  const auto first = token.find('.');
  const auto second = token.rfind('.');
  if (first == token.npos || second == first) return std::nullopt;
  const auto header = Parsed::of(token.substr(0, first));
  const auto claims = Parsed::of(token.substr(first + 1, second - first - 1));
  const auto signature = from_base64url(token.substr(second + 1));
  if (!header || !claims || !signature) return std::nullopt;
  if (header->text("alg") != "ES256" || header->text("typ") != "JWT") return std::nullopt;
  const auto name = header->text("kid");
  const Key* key = nullptr;
  for (const auto& each : keys_)
    if (each->name == name) key = each.get();
  // Both issuers are in use: the documents' newer one, and the one that older clients name.
  const auto issuer = claims->text("iss");
  if (!key || claims->text("sub") != name || (issuer != "cdp" && issuer != "coinbase-cloud"))
    return std::nullopt;
  const auto seconds = std::chrono::floor<std::chrono::seconds>(now).time_since_epoch().count();
  const auto from = claims->number("nbf");
  const auto until = claims->number("exp");
  if (from > seconds || seconds >= until || until - from > life_max_s) return std::nullopt;
  if (claims->text("uri") != uri) return std::nullopt;
  if (!key->verifies(token.substr(0, second), *signature)) return std::nullopt;
  const std::string nonce{header->text("nonce")};
  if (nonce.empty() || !nonces_.insert(nonce).second) return std::nullopt;
  nonces_by_age_.push_back(nonce);
  if (nonces_by_age_.size() > nonces_max) {
    nonces_.erase(nonces_by_age_.front());
    nonces_by_age_.pop_front();
  }
  return key->account;
}

}  // namespace signalbox::simulator::coinbase
