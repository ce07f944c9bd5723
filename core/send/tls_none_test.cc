// Linked with tls_none.cc in place of OpenSSL's, as a build with CLOGS_TLS=OFF is.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/send/testing/client.h"
#include "core/send/testing/frame_peer.h"

namespace clogs::send {
namespace {

using testing::FramePeer;
using testing::PeerConnection;
using testing::quick;
using testing::TestClient;

TEST(BuildWithoutTls, FailsHttpsEndpointsAndSaysWhy) {
  FramePeer peer([](PeerConnection& c) { c.read_to_end(); });
  TestClient client(quick("https://127.0.0.1:" + std::to_string(peer.port())));
  const Outcome outcome = client.echo();
  EXPECT_EQ(outcome.status.code(), Code::unavailable);
  EXPECT_THAT(outcome.status.message(), ::testing::HasSubstr("TLS is not in this build"));
  EXPECT_TRUE(outcome.unprocessed);
  EXPECT_FALSE(has_tls());
}

TEST(BuildWithoutTls, CallsPlainEndpoints) {
  FramePeer peer([](PeerConnection& c) {
    c.open();
    c.answer(c.read_request(), "plain");
    c.read_to_end();
  });
  TestClient client(peer.port());
  EXPECT_EQ(client.echo().response, "plain");
}

}  // namespace
}  // namespace clogs::send
