#include "connectors/transport/es256.hpp"

#include <openssl/bn.h>
#include <openssl/ec.h>
#include <openssl/ecdsa.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>

#include <cassert>

namespace signalbox {
namespace {

constexpr std::size_t pem_bytes_max = 4096;  // a P-256 key takes about 240
constexpr int half = 32;                     // bytes of r and of s

template <auto Free>
struct Freed {
  template <class T>
  void operator()(T* it) const {
    Free(it);
  }
};
using Bio = std::unique_ptr<BIO, Freed<BIO_free>>;
using DerSignature = std::unique_ptr<ECDSA_SIG, Freed<ECDSA_SIG_free>>;
using Context = std::unique_ptr<EVP_MD_CTX, Freed<EVP_MD_CTX_free>>;

/// Line ends that a configuration file spells out.
Secret with_line_ends(std::string_view pem) {
  std::string text;
  text.reserve(pem.size());  // growing would leave copies of the key behind
  for (std::size_t i = 0; i < pem.size(); ++i) {
    const bool written = pem[i] == '\\' && i + 1 < pem.size() && pem[i + 1] == 'n';
    text.push_back(written ? '\n' : pem[i]);
    i += written;
  }
  return Secret::take(std::move(text));
}

/// Nobody is there to be asked.
int no_password(char*, int, int, void*) { return 0; }

bool is_p256(const EVP_PKEY* key) {
  std::array<char, 32> name{};
  std::size_t size = 0;
  return EVP_PKEY_get_base_id(key) == EVP_PKEY_EC &&
         EVP_PKEY_get_group_name(key, name.data(), name.size(), &size) == 1 &&
         std::string_view{name.data(), size} == "prime256v1";
}

const unsigned char* bytes_of(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

}  // namespace

struct Es256Key::Impl {
  EVP_PKEY* key = nullptr;
  Context context{EVP_MD_CTX_new()};
  Impl() = default;
  Impl(const Impl&) = delete;
  ~Impl() { EVP_PKEY_free(key); }  // wipes the private part
};

Es256Key::Es256Key(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Es256Key::~Es256Key() = default;

Result<std::unique_ptr<Es256Key>> Es256Key::make(const Secret& pem) {
  const auto refused = [] {
    ERR_clear_error();
    return failed(Fault::bad_input, "the API secret is no EC P-256 private key in PEM");
  };
  if (pem.empty() || pem.reveal().size() > pem_bytes_max) return refused();
  const auto text = with_line_ends(pem.reveal());
  const Bio bio{BIO_new_mem_buf(text.reveal().data(), static_cast<int>(text.reveal().size()))};
  auto impl = std::make_unique<Impl>();
  impl->key = PEM_read_bio_PrivateKey(bio.get(), nullptr, no_password, nullptr);
  if (!impl->key || !is_p256(impl->key)) return refused();
  return std::unique_ptr<Es256Key>(new Es256Key(std::move(impl)));
}

RawSignature Es256Key::sign(std::string_view payload) const {
  std::array<unsigned char, 80> der;  // at most 72
  std::size_t size = der.size();
  const auto fine =
      EVP_MD_CTX_reset(impl_->context.get()) == 1 &&
      EVP_DigestSignInit(impl_->context.get(), nullptr, EVP_sha256(), nullptr, impl_->key) == 1 &&
      EVP_DigestSign(impl_->context.get(), der.data(), &size, bytes_of(payload), payload.size()) ==
          1;
  RawSignature raw{};
  assert(fine);
  if (!fine) return raw;  // refused by the venue, harmlessly
  const unsigned char* at = der.data();
  const DerSignature parts{d2i_ECDSA_SIG(nullptr, &at, static_cast<long>(size))};
  assert(parts);
  BN_bn2binpad(ECDSA_SIG_get0_r(parts.get()), raw.data(), half);
  BN_bn2binpad(ECDSA_SIG_get0_s(parts.get()), raw.data() + half, half);
  return raw;
}

bool Es256Key::verifies(std::string_view payload, const RawSignature& signature) const {
  const DerSignature parts{ECDSA_SIG_new()};
  ECDSA_SIG_set0(parts.get(), BN_bin2bn(signature.data(), half, nullptr),
                 BN_bin2bn(signature.data() + half, half, nullptr));
  std::array<unsigned char, 80> der;
  unsigned char* end = der.data();
  const int size = i2d_ECDSA_SIG(parts.get(), &end);
  if (size <= 0) return false;
  const Context context{EVP_MD_CTX_new()};
  return EVP_DigestVerifyInit(context.get(), nullptr, EVP_sha256(), nullptr, impl_->key) == 1 &&
         EVP_DigestVerify(context.get(), der.data(), static_cast<std::size_t>(size),
                          bytes_of(payload), payload.size()) == 1;
}

void append_base64url(std::string& out, std::string_view bytes) {
  constexpr std::string_view letters =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  std::uint32_t bits = 0;
  int have = 0;
  for (const char c : bytes) {
    bits = (bits << 8) | static_cast<unsigned char>(c);
    for (have += 8; have >= 6; have -= 6) out.push_back(letters[(bits >> (have - 6)) & 63]);
  }
  if (have > 0) out.push_back(letters[(bits << (6 - have)) & 63]);
}

}  // namespace signalbox
