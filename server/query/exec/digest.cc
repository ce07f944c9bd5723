#include "server/query/exec/digest.h"

#include <array>

#include <openssl/evp.h>

#include "core/edn/printer.h"

namespace clogs::query {

struct Digest::Impl {
  std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context{EVP_MD_CTX_new(),
                                                                  EVP_MD_CTX_free};
};

Digest::Digest() : impl_(std::make_unique<Impl>()) {
  EVP_DigestInit_ex(impl_->context.get(), EVP_sha256(), nullptr);
}

Digest::~Digest() = default;

void Digest::add(edn::View row) {
  const std::string line = edn::print_canonical(row) + "\n";
  EVP_DigestUpdate(impl_->context.get(), line.data(), line.size());
}

std::string Digest::text() {
  std::array<unsigned char, EVP_MAX_MD_SIZE> bytes{};
  unsigned length = 0;
  EVP_DigestFinal_ex(impl_->context.get(), bytes.data(), &length);
  constexpr std::string_view hex = "0123456789abcdef";
  std::string text = "sha256:";
  for (unsigned i = 0; i < length; ++i) {
    text.push_back(hex[bytes[i] >> 4]);
    text.push_back(hex[bytes[i] & 15U]);
  }
  return text;
}

}  // namespace clogs::query
