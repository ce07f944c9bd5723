#include "core/send/tls_trust.h"

#include <string_view>

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <unistd.h>

namespace clogs::send {
namespace {

// Where distributions keep all authorities in one file; a statically linked OpenSSL knows only the
// folder that it was built for.
constexpr const char* system_bundles[] = {
    "/etc/ssl/certs/ca-certificates.crt",                 // Debian, Alpine, Arch
    "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",  // Fedora, RHEL
    "/etc/pki/tls/certs/ca-bundle.crt",                   // older RHEL
    "/etc/ssl/ca-bundle.pem",                             // SUSE
    "/etc/ssl/cert.pem",                                  // Alpine, macOS, BSD
};

Status file_problem(std::string_view what, const std::string& file) {
  return unavailable("Cannot use the " + std::string(what) + " '" + file +
                     "': " + openssl_problem());
}

// What SSL_CERT_FILE and SSL_CERT_DIR name, or else the first bundle that is there. None at all is
// no failure here: the handshake then says that it cannot verify.
void trust_the_system(SSL_CTX* context) {
  SSL_CTX_set_default_verify_paths(context);
  for (const char* bundle : system_bundles) {
    if (::access(bundle, R_OK) == 0 &&
        SSL_CTX_load_verify_locations(context, bundle, nullptr) == 1) {
      break;
    }
  }
  ERR_clear_error();
}

Status load_identity(const TlsOptions& options, SSL_CTX* context) {
  if (options.cert_file.empty() != options.key_file.empty()) {
    return unavailable("A client certificate needs both its file and its key's file");
  }
  if (options.cert_file.empty()) return {};
  if (SSL_CTX_use_certificate_chain_file(context, options.cert_file.c_str()) != 1) {
    return file_problem("client certificate", options.cert_file);
  }
  if (SSL_CTX_use_PrivateKey_file(context, options.key_file.c_str(), SSL_FILETYPE_PEM) != 1 ||
      SSL_CTX_check_private_key(context) != 1) {
    return file_problem("client key", options.key_file);
  }
  return {};
}

}  // namespace

std::string openssl_problem() {
  const unsigned long error = ERR_peek_last_error();
  ERR_clear_error();
  if (error == 0) return "unknown reason";
  // A file that cannot be opened is an error of the system, which has no reason string.
  char text[256];
  const char* reason = ERR_reason_error_string(error);
  if (reason != nullptr) return reason;
  ERR_error_string_n(error, text, sizeof text);
  return text;
}

Status load_trust(const TlsOptions& options, SSL_CTX* context) {
  ERR_clear_error();
  if (options.ca_file.empty()) {
    trust_the_system(context);
  } else if (SSL_CTX_load_verify_locations(context, options.ca_file.c_str(), nullptr) != 1) {
    return file_problem("CA file", options.ca_file);
  }
  return load_identity(options, context);
}

}  // namespace clogs::send
