#include "server/api/auth.h"

#include <utility>

#include <openssl/crypto.h>
#include <openssl/sha.h>

namespace clogs::api {
namespace {

std::string sha256(std::string_view text) {
  std::string digest(SHA256_DIGEST_LENGTH, '\0');
  SHA256(reinterpret_cast<const unsigned char*>(text.data()), text.size(),
         reinterpret_cast<unsigned char*>(digest.data()));
  return digest;
}

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }

// The token of "Bearer <token>"; empty if the header is anything else. The scheme is
// case-insensitive (RFC 9110, 11.1).
std::string_view bearer_token(std::string_view header) {
  constexpr std::string_view scheme = "bearer ";
  if (header.size() <= scheme.size()) return {};
  for (size_t i = 0; i < scheme.size(); ++i) {
    if (lower(header[i]) != scheme[i]) return {};
  }
  header.remove_prefix(scheme.size());
  while (!header.empty() && header.front() == ' ') header.remove_prefix(1);
  while (!header.empty() && header.back() == ' ') header.remove_suffix(1);
  return header;
}

}  // namespace

std::string_view right_name(Rights right) {
  if (right & right_ingest) return "ingest";
  if (right & right_query) return "query";
  return "admin";
}

Authorizer::Authorizer(std::vector<ApiKey> keys) {
  keys_.reserve(keys.size());
  for (ApiKey& key : keys) {
    keys_.push_back({std::move(key.name), sha256(key.secret), key.rights});
  }
}

Result<Principal> Authorizer::authorize(std::string_view header, Rights needed) const {
  if (open()) return Principal{};
  if (header.empty()) {
    return Status(Code::unauthenticated, "An API key is needed: send Authorization: Bearer <key>",
                  "{:code :clogs/no-credential}");
  }
  // Digests of equal length are compared in full, for every key: neither the length nor a common
  // prefix of a secret shows in the time.
  const std::string_view token = bearer_token(header);
  const std::string digest = sha256(token);
  const Entry* match = nullptr;
  for (const Entry& entry : keys_) {
    const bool same = CRYPTO_memcmp(entry.digest.data(), digest.data(), digest.size()) == 0;
    match = same && !token.empty() ? &entry : match;
  }
  if (match == nullptr) {
    return Status(Code::unauthenticated, "The API key is not known", "{:code :clogs/unknown-key}");
  }
  if ((match->rights & needed) != needed) {
    const std::string right(right_name(needed & ~match->rights));
    return Status(Code::permission_denied,
                  "The API key '" + match->name + "' has no right to " + right,
                  "{:code :clogs/missing-right :needed :" + right + "}");
  }
  return Principal{std::string(default_tenant), match->name, match->rights};
}

Result<Principal> Authorizer::enter(Principal who, std::string_view tenant, Rights needed) {
  if (tenant.empty() || tenant == who.tenant) return who;
  // The tenant is not repeated in the answer: it is any text of a client's.
  if (tenant != system_tenant) {
    return Status(Code::permission_denied, "There is no such tenant for this caller",
                  "{:code :clogs/unknown-tenant}");
  }
  if (needed != right_query) {
    return Status(Code::permission_denied, "The system tenant can only be read",
                  "{:code :clogs/read-only-tenant}");
  }
  if ((who.rights & right_admin) == 0) {
    return Status(
        Code::permission_denied,
        "The API key '" + who.key + "' has no right to admin, which the system tenant needs",
        "{:code :clogs/missing-right :needed :admin}");
  }
  who.tenant = system_tenant;
  return who;
}

}  // namespace clogs::api
