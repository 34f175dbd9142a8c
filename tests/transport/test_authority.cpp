#include "tests/transport/test_authority.hpp"

#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <stdexcept>

namespace signalbox::test {
namespace {

constexpr long day_s = 24 * 60 * 60;

template <class T>
T* made(T* what) {
  if (!what) throw std::runtime_error("OpenSSL could not make a test certificate");
  return what;
}

EVP_PKEY* new_key() {
  return made(
      EVP_PKEY_Q_keygen(nullptr, nullptr, "EC", const_cast<char*>("P-256")));  // variadic in C
}

void add_extension(X509* certificate, X509* issuer, int id, const std::string& value) {
  X509V3_CTX context;
  X509V3_set_ctx_nodb(&context);
  X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
  auto* const extension = made(X509V3_EXT_conf_nid(nullptr, &context, id, value.c_str()));
  X509_add_ext(certificate, extension, -1);
  X509_EXTENSION_free(extension);
}

X509* new_certificate(const std::string& name, EVP_PKEY* key, X509* issuer, EVP_PKEY* issuer_key,
                      bool authority, long from_s, long to_s) {
  static long serial = 1;
  auto* const certificate = made(X509_new());
  X509_set_version(certificate, 2);
  ASN1_INTEGER_set(X509_get_serialNumber(certificate), ++serial);
  X509_gmtime_adj(X509_getm_notBefore(certificate), from_s);
  X509_gmtime_adj(X509_getm_notAfter(certificate), to_s);
  X509_set_pubkey(certificate, key);
  X509_NAME_add_entry_by_txt(X509_get_subject_name(certificate), "CN", MBSTRING_UTF8,
                             reinterpret_cast<const unsigned char*>(name.c_str()), -1, -1, 0);
  if (!issuer) issuer = certificate;
  X509_set_issuer_name(certificate, X509_get_subject_name(issuer));
  if (authority) {
    add_extension(certificate, issuer, NID_basic_constraints, "critical,CA:TRUE");
  } else {
    const bool numeric = name.find_first_not_of("0123456789.:") == name.npos;
    add_extension(certificate, issuer, NID_subject_alt_name, (numeric ? "IP:" : "DNS:") + name);
  }
  if (X509_sign(certificate, issuer_key, EVP_sha256()) == 0)
    throw std::runtime_error("OpenSSL could not sign a test certificate");
  return certificate;
}

template <class Write>
std::string pem(Write write) {
  auto* const memory = made(BIO_new(BIO_s_mem()));
  write(memory);
  char* data = nullptr;
  const auto size = BIO_ctrl(memory, BIO_CTRL_INFO, 0, &data);
  std::string text{data, static_cast<std::size_t>(size)};
  BIO_free(memory);
  return text;
}

}  // namespace

struct TestAuthority::Impl {
  EVP_PKEY* key = new_key();
  X509* certificate =
      new_certificate("signalbox test authority", key, nullptr, key, true, -day_s, day_s);
  Impl() = default;
  Impl(const Impl&) = delete;
  ~Impl() {
    X509_free(certificate);
    EVP_PKEY_free(key);
  }
  Issued issue(const std::string& host, long from_s, long to_s) const {
    auto* const host_key = new_key();
    auto* const leaf = new_certificate(host, host_key, certificate, key, false, from_s, to_s);
    Issued issued{pem([&](BIO* out) { PEM_write_bio_X509(out, leaf); }), pem([&](BIO* out) {
                    PEM_write_bio_PrivateKey(out, host_key, nullptr, nullptr, 0, nullptr, nullptr);
                  })};
    X509_free(leaf);
    EVP_PKEY_free(host_key);
    return issued;
  }
};

TestAuthority::TestAuthority() : impl_(std::make_unique<Impl>()) {
  ca_file_ = (std::filesystem::temp_directory_path() / "signalbox-test-ca-XXXXXX").string();
  const int fd = mkstemp(ca_file_.data());
  if (fd < 0) throw std::runtime_error("no temporary file for the test authority");
  ::close(fd);
  std::ofstream{ca_file_} << pem([&](BIO* out) { PEM_write_bio_X509(out, impl_->certificate); });
}

TestAuthority::~TestAuthority() {
  std::error_code ignored;
  std::filesystem::remove(ca_file_, ignored);
}

TestAuthority::Issued TestAuthority::issue(const std::string& host) const {
  return impl_->issue(host, -day_s, day_s);
}
TestAuthority::Issued TestAuthority::issue_expired(const std::string& host) const {
  return impl_->issue(host, -2 * day_s, -day_s);
}

}  // namespace signalbox::test
