#include "server/api/grpc/testing/certificates.h"

#include <fstream>
#include <system_error>

#include <openssl/bio.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <stdlib.h>

namespace clogs::api::testing {
namespace {

struct Free {
  void operator()(X509* certificate) const { X509_free(certificate); }
  void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
  void operator()(BIO* bio) const { BIO_free(bio); }
};
using KeyPtr = std::unique_ptr<EVP_PKEY, Free>;
using CertificatePtr = std::unique_ptr<X509, Free>;

template <typename Write>
std::string pem(Write write) {
  const std::unique_ptr<BIO, Free> bio(BIO_new(BIO_s_mem()));
  write(bio.get());
  char* data = nullptr;
  const long size = BIO_get_mem_data(bio.get(), &data);
  return std::string(data, static_cast<size_t>(size));
}

void extend(X509* certificate, int what, const char* value) {
  X509_EXTENSION* extension = X509V3_EXT_conf_nid(nullptr, nullptr, what, value);
  X509_add_ext(certificate, extension, -1);
  X509_EXTENSION_free(extension);
}

CertificatePtr make(EVP_PKEY* key, const char* name, long serial, X509* issuer) {
  CertificatePtr certificate(X509_new());
  X509_set_version(certificate.get(), 2);
  ASN1_INTEGER_set(X509_get_serialNumber(certificate.get()), serial);
  X509_gmtime_adj(X509_getm_notBefore(certificate.get()), -3600);
  X509_gmtime_adj(X509_getm_notAfter(certificate.get()), 3600);
  X509_set_pubkey(certificate.get(), key);
  X509_NAME* subject = X509_get_subject_name(certificate.get());
  X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_ASC,
                             reinterpret_cast<const unsigned char*>(name), -1, -1, 0);
  X509_set_issuer_name(certificate.get(), issuer ? X509_get_subject_name(issuer) : subject);
  return certificate;
}

}  // namespace

struct Authority::Impl {
  KeyPtr key{EVP_EC_gen("P-256")};
  CertificatePtr certificate{make(key.get(), "test authority", 1, nullptr)};
};

Authority::Authority() : impl_(std::make_unique<Impl>()) {
  extend(impl_->certificate.get(), NID_basic_constraints, "critical,CA:TRUE");
  X509_sign(impl_->certificate.get(), impl_->key.get(), EVP_sha256());
  certificate_ = pem([&](BIO* bio) { PEM_write_bio_X509(bio, impl_->certificate.get()); });
}

Authority::~Authority() = default;

Pem Authority::issue() const {
  const KeyPtr key(EVP_EC_gen("P-256"));
  const CertificatePtr certificate = make(key.get(), "localhost", 2, impl_->certificate.get());
  extend(certificate.get(), NID_subject_alt_name, "DNS:localhost,IP:127.0.0.1");
  X509_sign(certificate.get(), impl_->key.get(), EVP_sha256());
  Pem out;
  out.certificate = pem([&](BIO* bio) { PEM_write_bio_X509(bio, certificate.get()); });
  out.key = pem([&](BIO* bio) {
    PEM_write_bio_PrivateKey(bio, key.get(), nullptr, nullptr, 0, nullptr, nullptr);
  });
  return out;
}

TempDir::TempDir() {
  std::string pattern = (std::filesystem::temp_directory_path() / "clogs-grpc-XXXXXX").string();
  path_ = mkdtemp(pattern.data());
}

TempDir::~TempDir() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

std::string TempDir::write(const std::string& name, const std::string& text) const {
  const std::filesystem::path file = path_ / name;
  std::ofstream(file, std::ios::binary) << text;
  return file.string();
}

}  // namespace clogs::api::testing
