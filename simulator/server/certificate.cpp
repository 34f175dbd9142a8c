#include "simulator/server/certificate.hpp"

#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <memory>

namespace signalbox::simulator {
namespace {

template <class T, void (*free_it)(T*)>
struct Freed {
  void operator()(T* p) const { free_it(p); }
};
using Key = std::unique_ptr<EVP_PKEY, Freed<EVP_PKEY, EVP_PKEY_free>>;
using Certificate = std::unique_ptr<X509, Freed<X509, X509_free>>;

constexpr long valid_for_s = 30L * 24 * 3600;
constexpr long clock_slack_s = 3600;

/// Only ever text that this file builds.
bool add_extension(X509* certificate, X509* issuer, int id, const char* value) {
  X509V3_CTX context;
  X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
  X509_EXTENSION* extension = X509V3_EXT_conf_nid(nullptr, &context, id, value);
  if (!extension) return false;
  const bool added = X509_add_ext(certificate, extension, -1) == 1;
  X509_EXTENSION_free(extension);
  return added;
}

Certificate make_certificate(EVP_PKEY* key, const char* name, X509* issuer, EVP_PKEY* issuer_key) {
  Certificate made{X509_new()};
  if (!made) return nullptr;
  auto* c = made.get();
  X509_set_pubkey(c, key);
  // Serial numbers must differ wherever the names are the same: they come from the key.
  unsigned char serial[EVP_MAX_MD_SIZE];
  unsigned int size = 0;
  if (X509_pubkey_digest(c, EVP_sha256(), serial, &size) != 1) return nullptr;
  serial[0] &= 0x7f;
  const std::unique_ptr<BIGNUM, Freed<BIGNUM, BN_free>> number{BN_bin2bn(serial, 16, nullptr)};
  BN_to_ASN1_INTEGER(number.get(), X509_get_serialNumber(c));
  X509_set_version(c, 2);
  X509_gmtime_adj(X509_getm_notBefore(c), -clock_slack_s);
  X509_gmtime_adj(X509_getm_notAfter(c), valid_for_s);
  auto* subject = X509_get_subject_name(c);
  X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_ASC,
                             reinterpret_cast<const unsigned char*>(name), -1, -1, 0);
  X509* signer = issuer ? issuer : c;
  X509_set_issuer_name(c, X509_get_subject_name(signer));
  const bool good =
      issuer ? add_extension(c, signer, NID_basic_constraints, "critical,CA:FALSE") &&
                   add_extension(c, signer, NID_subject_alt_name, "DNS:localhost,IP:127.0.0.1") &&
                   add_extension(c, signer, NID_ext_key_usage, "serverAuth") &&
                   add_extension(c, signer, NID_authority_key_identifier, "keyid")
             : add_extension(c, signer, NID_basic_constraints, "critical,CA:TRUE") &&
                   add_extension(c, signer, NID_key_usage, "critical,keyCertSign,cRLSign") &&
                   add_extension(c, signer, NID_subject_key_identifier, "hash");
  if (!good || X509_sign(c, issuer_key, EVP_sha256()) == 0) return nullptr;
  return made;
}

std::string to_pem(X509* certificate) {
  const std::unique_ptr<BIO, Freed<BIO, BIO_free_all>> bio{BIO_new(BIO_s_mem())};
  PEM_write_bio_X509(bio.get(), certificate);
  char* data = nullptr;
  const auto size = BIO_get_mem_data(bio.get(), &data);
  return {data, static_cast<std::size_t>(size)};
}

std::string to_pem(EVP_PKEY* key) {
  const std::unique_ptr<BIO, Freed<BIO, BIO_free_all>> bio{BIO_new(BIO_s_mem())};
  PEM_write_bio_PrivateKey(bio.get(), key, nullptr, nullptr, 0, nullptr, nullptr);
  char* data = nullptr;
  const auto size = BIO_get_mem_data(bio.get(), &data);
  return {data, static_cast<std::size_t>(size)};
}

}  // namespace

Result<Certificates> make_certificates() {
  const Key ca_key{EVP_EC_gen("P-256")};
  const Key server_key{EVP_EC_gen("P-256")};
  if (!ca_key || !server_key) return failed(Fault::internal, "cannot make keys");
  const auto ca = make_certificate(ca_key.get(), "signalbox simulator CA", nullptr, ca_key.get());
  const auto server =
      ca ? make_certificate(server_key.get(), "localhost", ca.get(), ca_key.get()) : nullptr;
  if (!server) return failed(Fault::internal, "cannot make certificates");
  return Certificates{to_pem(ca.get()), to_pem(server.get()), to_pem(server_key.get())};
}

}  // namespace signalbox::simulator
