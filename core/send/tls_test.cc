// TLS: what is trusted, what is not, and that the reason is named.
#include <gmock/gmock.h>
#include <grpcpp/security/server_credentials.h>
#include <gtest/gtest.h>

#include "core/send/testing/client.h"
#include "core/send/testing/frame_peer.h"
#include "core/send/testing/grpc_server.h"
#include "core/send/testing/tls_server.h"
#include "server/api/grpc/testing/certificates.h"

namespace clogs::send {
namespace {

using api::testing::Authority;
using api::testing::Pem;
using api::testing::TempDir;
using ::testing::AnyOf;
using testing::FramePeer;
using testing::GrpcServer;
using ::testing::HasSubstr;
using testing::PeerConnection;
using testing::quick;
using testing::TestClient;
using testing::TlsServer;

class Tls : public ::testing::Test {
 protected:
  Authority authority;
  TempDir folder;
  std::string ca = folder.write("ca.pem", authority.certificate());
  Pem server = authority.issue();

  std::shared_ptr<grpc::ServerCredentials> credentials(bool mutual = false) {
    grpc::SslServerCredentialsOptions options(
        mutual ? GRPC_SSL_REQUEST_AND_REQUIRE_CLIENT_CERTIFICATE_AND_VERIFY
               : GRPC_SSL_DONT_REQUEST_CLIENT_CERTIFICATE);
    options.pem_key_cert_pairs.push_back({server.key, server.certificate});
    if (mutual) options.pem_root_certs = authority.certificate();
    return grpc::SslServerCredentials(options);
  }
  GrpcServer::Options secure(bool mutual = false) {
    GrpcServer::Options options;
    options.credentials = credentials(mutual);
    return options;
  }
  Http2Options to(int port) {
    Http2Options options = quick("https://localhost:" + std::to_string(port));
    options.tls.ca_file = ca;
    return options;
  }
  TlsServer::Options odd() {
    TlsServer::Options options;
    options.certificate = server.certificate;
    options.key = server.key;
    options.alpn = "h2";
    return options;
  }
  // The failure of a call that must fail as unavailable.
  static std::string failure(const Http2Options& options) {
    TestClient client(options);
    const Outcome outcome = client.echo();
    EXPECT_EQ(outcome.status.code(), Code::unavailable) << outcome.status.to_string();
    EXPECT_TRUE(outcome.by_transport);
    return outcome.status.message();
  }
};

TEST_F(Tls, CallsGoThrough) {
  GrpcServer grpc(secure());
  TestClient client(to(grpc.port()));
  const std::string body(1'000'000, 'x');
  for (int i = 0; i < 3; ++i) {
    const Outcome outcome = client.echo(body);
    ASSERT_TRUE(outcome.status.ok()) << outcome.status.to_string();
    EXPECT_TRUE(outcome.response == body);
  }
}

TEST_F(Tls, AddressInTheCertificateIsVerifiedAsWell) {
  GrpcServer grpc(secure());
  Http2Options options = to(grpc.port());
  options.endpoint = "https://127.0.0.1:" + std::to_string(grpc.port());
  TestClient client(options);
  EXPECT_TRUE(client.echo().status.ok());
}

TEST_F(Tls, ServerNameOverridesTheHost) {
  GrpcServer grpc(secure());
  Http2Options options = to(grpc.port());
  options.tls_server_name = "other.example";
  EXPECT_THAT(failure(options), HasSubstr("hostname mismatch"));
  options.endpoint = "https://127.0.0.1:" + std::to_string(grpc.port());
  options.tls_server_name = "localhost";
  TestClient client(options);
  EXPECT_TRUE(client.echo().status.ok());
}

TEST_F(Tls, ForeignAuthorityIsNotTrusted) {
  GrpcServer grpc(secure());
  Authority foreign;
  Http2Options options = to(grpc.port());
  options.tls.ca_file = folder.write("foreign.pem", foreign.certificate());
  EXPECT_THAT(failure(options), AnyOf(HasSubstr("unable to get local issuer"),
                                      HasSubstr("certificate signature failure"),
                                      HasSubstr("self-signed certificate")));
}

TEST_F(Tls, SystemsAuthoritiesDoNotTrustATestsOwn) {
  GrpcServer grpc(secure());
  Http2Options options = to(grpc.port());
  options.tls.ca_file.clear();
  EXPECT_THAT(failure(options), HasSubstr("the server's certificate"));
}

TEST_F(Tls, ClientCertificateIsShown) {
  GrpcServer grpc(secure(true));
  const Pem pem = authority.issue();
  Http2Options options = to(grpc.port());
  options.tls.cert_file = folder.write("client.pem", pem.certificate);
  options.tls.key_file = folder.write("client.key", pem.key);
  TestClient client(options);
  const Outcome outcome = client.echo();
  EXPECT_TRUE(outcome.status.ok()) << outcome.status.to_string();
}

TEST_F(Tls, ServersAlertAboutAMissingClientCertificateIsNamed) {
  TlsServer::Options wants = odd();
  wants.want_client_certificate = true;
  wants.client_ca_file = ca;
  TlsServer tls(wants);
  EXPECT_THAT(failure(to(tls.port())), HasSubstr("certificate required"));
}

TEST_F(Tls, FilesThatCannotBeUsedAreNamed) {
  GrpcServer grpc(secure());
  Http2Options options = to(grpc.port());
  options.tls.ca_file = folder.path() + "/missing.pem";
  EXPECT_THAT(failure(options), HasSubstr("missing.pem"));
  options = to(grpc.port());
  options.tls.cert_file = ca;
  EXPECT_THAT(failure(options), HasSubstr("both"));
  options.tls.key_file = folder.write("other.key", authority.issue().key);
  EXPECT_THAT(failure(options), HasSubstr("other.key"));
}

TEST_F(Tls, FilesThatAppearLaterAreUsed) {
  GrpcServer grpc(secure());
  Http2Options options = to(grpc.port());
  options.tls.ca_file = folder.path() + "/later.pem";
  TestClient client(options);
  EXPECT_EQ(client.echo().status.code(), Code::unavailable);
  folder.write("later.pem", authority.certificate());
  EXPECT_TRUE(client.echo().status.ok());
}

TEST_F(Tls, TransportsThatShareAContextReadTheFilesOnce) {
  GrpcServer grpc(secure());
  Http2Options options = to(grpc.port());
  options.tls.ca_file = folder.write("once.pem", authority.certificate());
  options.shared_tls = std::make_shared<SharedTls>();
  TestClient first(options);
  EXPECT_TRUE(first.echo().status.ok());
  folder.write("once.pem", "no certificate any more");
  TestClient second(options);
  EXPECT_TRUE(second.echo().status.ok());
  options.shared_tls.reset();
  EXPECT_THAT(failure(options), HasSubstr("once.pem"));
}

TEST_F(Tls, ServerWithoutHttp2IsRefused) {
  TlsServer::Options options = odd();
  options.alpn.clear();
  TlsServer none(options);
  EXPECT_THAT(failure(to(none.port())), HasSubstr("ALPN"));
}

TEST_F(Tls, ServerThatChoosesAnotherProtocolIsRefused) {
  TlsServer::Options options = odd();
  options.alpn = "http/1.1";
  TlsServer other(options);
  EXPECT_THAT(failure(to(other.port())), HasSubstr("ALPN"));
}

TEST_F(Tls, OldTlsIsRefused) {
  TlsServer::Options options = odd();
  options.only_tls_1_1 = true;
  TlsServer old(options);
  EXPECT_THAT(failure(to(old.port())), HasSubstr("protocol version"));
}

TEST_F(Tls, PlainServerIsNamed) {
  GrpcServer plain;
  EXPECT_THAT(failure(to(plain.port())), HasSubstr("does the server speak TLS"));
}

TEST_F(Tls, PlainClientAtATlsServerIsToldSo) {
  GrpcServer grpc(secure());
  const std::string plain = failure(quick("localhost:" + std::to_string(grpc.port())));
  EXPECT_THAT(plain, AnyOf(HasSubstr("https://"), HasSubstr("TLS")));
}

TEST_F(Tls, ServerThatHangsUpInTheHandshakeIsUnavailable) {
  FramePeer peer([](PeerConnection& c) { c.read(); });
  EXPECT_THAT(failure(to(peer.port())), HasSubstr("TLS: "));
}

}  // namespace
}  // namespace clogs::send
