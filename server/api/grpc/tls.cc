#include "server/api/grpc/tls.h"

#include <fstream>
#include <iterator>
#include <string>

#include <grpcpp/security/server_credentials.h>
#include <openssl/err.h>
#include <openssl/ssl.h>

namespace clogs::api {
namespace {

struct FreeContext {
  void operator()(SSL_CTX* context) const { SSL_CTX_free(context); }
};

Status unusable(std::string_view what, const std::string& file) {
  const unsigned long error = ERR_peek_last_error();
  const char* reason = ERR_reason_error_string(error);
  ERR_clear_error();
  return invalid_argument("The " + std::string(what) + " " + file +
                          " cannot be used: " + (reason != nullptr ? reason : "not PEM"));
}

Status check(const GrpcTls& options) {
  ERR_clear_error();
  const std::unique_ptr<SSL_CTX, FreeContext> context(SSL_CTX_new(TLS_server_method()));
  if (!context) return internal_error("OpenSSL gives no context");
  if (SSL_CTX_use_certificate_chain_file(context.get(), options.cert_file.c_str()) != 1) {
    return unusable("TLS certificate", options.cert_file);
  }
  if (SSL_CTX_use_PrivateKey_file(context.get(), options.key_file.c_str(), SSL_FILETYPE_PEM) != 1 ||
      SSL_CTX_check_private_key(context.get()) != 1) {
    return unusable("TLS key", options.key_file);
  }
  if (!options.client_ca_file.empty() &&
      SSL_CTX_load_verify_locations(context.get(), options.client_ca_file.c_str(), nullptr) != 1) {
    return unusable("client CA", options.client_ca_file);
  }
  return {};
}

Result<std::string> read(const std::string& file) {
  std::ifstream in(file, std::ios::binary);
  std::string text{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
  if (!in.good() && !in.eof()) return not_found("Cannot read " + file);
  return text;
}

}  // namespace

Result<std::shared_ptr<grpc::ServerCredentials>> make_credentials(
    const std::optional<GrpcTls>& options) {
  if (!options) return grpc::InsecureServerCredentials();
  CLOGS_RETURN_IF_ERROR(check(*options));
  grpc::SslServerCredentialsOptions out(
      options->client_ca_file.empty() ? GRPC_SSL_DONT_REQUEST_CLIENT_CERTIFICATE
                                      : GRPC_SSL_REQUEST_AND_REQUIRE_CLIENT_CERTIFICATE_AND_VERIFY);
  grpc::SslServerCredentialsOptions::PemKeyCertPair pair;
  CLOGS_ASSIGN_OR_RETURN(pair.private_key, read(options->key_file));
  CLOGS_ASSIGN_OR_RETURN(pair.cert_chain, read(options->cert_file));
  out.pem_key_cert_pairs.push_back(std::move(pair));
  if (!options->client_ca_file.empty()) {
    CLOGS_ASSIGN_OR_RETURN(out.pem_root_certs, read(options->client_ca_file));
  }
  return grpc::SslServerCredentials(out);
}

}  // namespace clogs::api
