#include "server/api/http/tls.h"

#include <cstdio>
#include <filesystem>

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <unistd.h>

#include "server/api/http/testing/http_test.h"

namespace clogs::api::testing {
namespace {

using ::testing::HasSubstr;

// A self-signed certificate, which is its own CA, in a directory of its own.
class TlsTest : public HttpTest {
 protected:
  TlsTest() {
    std::string pattern = (std::filesystem::temp_directory_path() / "clogs-tls-XXXXXX").string();
    directory_ = mkdtemp(pattern.data());
    key_ = EVP_EC_gen("P-256");
    X509* certificate = X509_new();
    ASN1_INTEGER_set(X509_get_serialNumber(certificate), 1);
    X509_gmtime_adj(X509_getm_notBefore(certificate), 0);
    X509_gmtime_adj(X509_getm_notAfter(certificate), 3600);
    X509_set_pubkey(certificate, key_);
    X509_NAME* name = X509_get_subject_name(certificate);
    X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC,
                               reinterpret_cast<const unsigned char*>("localhost"), -1, -1, 0);
    X509_set_issuer_name(certificate, name);
    X509_sign(certificate, key_, EVP_sha256());
    std::FILE* file = std::fopen(path("cert.pem").c_str(), "w");
    PEM_write_X509(file, certificate);
    std::fclose(file);
    file = std::fopen(path("key.pem").c_str(), "w");
    PEM_write_PrivateKey(file, key_, nullptr, nullptr, 0, nullptr, nullptr);
    std::fclose(file);
    X509_free(certificate);
    options.tls = TlsOptions{path("cert.pem"), path("key.pem"), ""};
  }
  ~TlsTest() override {
    stop();
    EVP_PKEY_free(key_);
    std::filesystem::remove_all(directory_);
  }

  std::string path(const char* name) const { return directory_ + "/" + name; }

  // The answer to GET /health over TLS; empty if there was none.
  std::string ask(int newest_version, bool with_certificate) {
    SSL_CTX* context = SSL_CTX_new(TLS_client_method());
    SSL_CTX_set_max_proto_version(context, newest_version);
    SSL_CTX_set_min_proto_version(context, TLS1_VERSION);
    if (with_certificate) {
      SSL_CTX_use_certificate_file(context, path("cert.pem").c_str(), SSL_FILETYPE_PEM);
      SSL_CTX_use_PrivateKey_file(context, path("key.pem").c_str(), SSL_FILETYPE_PEM);
    }
    BIO* connection = BIO_new_ssl_connect(context);
    BIO_set_conn_hostname(connection, ("127.0.0.1:" + std::to_string(server().port())).c_str());
    std::string answer;
    constexpr std::string_view request =
        "GET /health HTTP/1.1\r\nHost: t\r\nConnection: close\r\n\r\n";
    if (BIO_do_connect(connection) == 1 &&
        BIO_write(connection, request.data(), static_cast<int>(request.size())) > 0) {
      char piece[4096];
      int count = 0;
      while ((count = BIO_read(connection, piece, sizeof(piece))) > 0) {
        answer.append(piece, static_cast<size_t>(count));
      }
    }
    BIO_free_all(connection);
    SSL_CTX_free(context);
    return answer;
  }

 private:
  std::string directory_;
  EVP_PKEY* key_ = nullptr;
};

TEST_F(TlsTest, RequestsAreAnsweredOverTls12AndNewer) {
  EXPECT_THAT(ask(TLS1_2_VERSION, false), HasSubstr("HTTP/1.1 200 OK\r\n"));
  EXPECT_THAT(ask(TLS1_3_VERSION, false), HasSubstr("\"status\":\"ok\""));
  EXPECT_EQ(ask(TLS1_1_VERSION, false), "");
}

TEST_F(TlsTest, ClientCertificatesAreAskedFor) {
  options.tls->client_ca_file = path("cert.pem");
  EXPECT_THAT(ask(TLS1_3_VERSION, true), HasSubstr("HTTP/1.1 200 OK\r\n"));
  EXPECT_EQ(ask(TLS1_3_VERSION, false), "");
  EXPECT_EQ(ask(TLS1_2_VERSION, false), "");
}

TEST_F(TlsTest, PlainTextIsNotAnswered) {
  Client client = connect();
  ASSERT_TRUE(client.send("GET /health HTTP/1.1\r\nHost: t\r\n\r\n"));
  EXPECT_EQ(client.receive().status, 0u);
}

TEST_F(TlsTest, SilentHandshakesAreCut) {
  options.timeouts.handshake = std::chrono::milliseconds(60);
  Client client = connect();
  EXPECT_TRUE(client.ended());
}

TEST_F(TlsTest, UnusableFilesAreNamed) {
  HttpOptions wrong;
  wrong.port = 0;
  Services services;
  wrong.tls = TlsOptions{path("none.pem"), path("key.pem"), ""};
  Status status = HttpServer::start(wrong, services).status();
  EXPECT_EQ(status.code(), Code::invalid_argument);
  EXPECT_THAT(status.message(), HasSubstr("none.pem"));
  wrong.tls = TlsOptions{path("cert.pem"), path("cert.pem"), ""};
  EXPECT_EQ(HttpServer::start(wrong, services).status().code(), Code::invalid_argument);
  wrong.tls = TlsOptions{path("cert.pem"), path("key.pem"), path("none.pem")};
  EXPECT_EQ(HttpServer::start(wrong, services).status().code(), Code::invalid_argument);
}

}  // namespace
}  // namespace clogs::api::testing
