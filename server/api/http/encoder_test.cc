#include "server/api/http/encoder.h"

#include <zlib.h>
#include <zstd.h>

#include "server/api/http/testing/http_test.h"

namespace clogs::api::testing {
namespace {

using ::testing::HasSubstr;

constexpr Coding codings[] = {Coding::gzip, Coding::zstd};

std::string decode(Coding coding, std::string_view encoded, bool whole = true) {
  std::string out;
  const auto decoder = make_decoder(coding);
  const Status fed = decoder->feed(encoded, out, [](size_t) { return ok_status(); });
  EXPECT_TRUE(fed.ok()) << fed.to_string();
  EXPECT_EQ(decoder->finish().ok(), whole);
  return out;
}

std::string decode(std::string_view coding, std::string_view encoded) {
  return decode(coding == "gzip" ? Coding::gzip : Coding::zstd, encoded);
}

TEST(Encoder, WhatIsDecodedIsWhatWasEncoded) {
  std::string text;
  for (int i = 0; i < 100'000; ++i) text += std::to_string(i * 7919) + ",";
  for (const Coding coding : codings) {
    const auto encoder = make_encoder(coding);
    std::string encoded;
    ASSERT_TRUE(encoder->feed(text, encoded).ok());
    ASSERT_TRUE(encoder->feed("", encoded).ok());
    ASSERT_TRUE(encoder->finish(encoded).ok());
    EXPECT_LT(encoded.size(), text.size() / 2);
    EXPECT_EQ(decode(coding, encoded), text);
  }
  EXPECT_EQ(make_encoder(Coding::identity), nullptr);
}

TEST(Encoder, EachPieceReachesTheReaderBeforeTheNext) {
  for (const Coding coding : codings) {
    const auto encoder = make_encoder(coding);
    std::string encoded;
    std::string expected;
    for (const std::string piece : {"first row\n", "second row\n", "third row\n"}) {
      ASSERT_TRUE(encoder->feed(piece, encoded).ok());
      expected += piece;
      EXPECT_EQ(decode(coding, encoded, false), expected);
    }
  }
}

// Answers of a whole server.
class CompressionTest : public HttpTest {
 protected:
  Response query(std::string_view text, std::string_view accept_encoding,
                 std::string_view accept = "application/x-ndjson") {
    return connect().post("/query", "application/edn", text,
                          "Accept: " + std::string(accept) +
                              "\r\nAccept-Encoding: " + std::string(accept_encoding) + "\r\n");
  }
  Response ask(std::string_view method, std::string_view path, std::string_view accept_encoding) {
    Client client = connect();
    client.send(std::string(method) + " " + std::string(path) +
                " HTTP/1.1\r\nHost: t\r\nAccept-Encoding: " + std::string(accept_encoding) +
                "\r\n\r\n");
    return client.receive(method == "HEAD");
  }
};

TEST_F(CompressionTest, WholeAnswersAreSentInTheCodingThatTheClientLikesBest) {
  const Response plain = query("{:rows 200}", "identity", "application/json");
  EXPECT_EQ(plain.field("content-encoding"), "");
  EXPECT_EQ(plain.field("vary"), "Accept-Encoding");
  for (const auto& [field, coding] :
       {std::pair("gzip", "gzip"), {"gzip, zstd", "zstd"}, {"zstd;q=0.1, gzip;q=0.2", "gzip"}}) {
    const Response response = query("{:rows 200}", field, "application/json");
    EXPECT_EQ(response.status, 200u);
    EXPECT_EQ(response.field("content-encoding"), coding);
    EXPECT_EQ(response.field("vary"), "Accept-Encoding");
    EXPECT_EQ(response.field("content-length"), std::to_string(response.body.size()));
    EXPECT_LT(response.body.size(), plain.body.size() / 2);
    EXPECT_EQ(decode(coding, response.body), plain.body);
  }
}

TEST_F(CompressionTest, StreamedAnswersKeepTheirTrailers) {
  const Response plain = query("{:rows 20000}", "");
  for (const char* coding : {"gzip", "zstd"}) {
    const Response response = query("{:rows 20000}", coding);
    EXPECT_EQ(response.field("transfer-encoding"), "chunked");
    EXPECT_EQ(response.field("content-encoding"), coding);
    EXPECT_EQ(response.trailers.at("clogs-count"), "20000");
    EXPECT_TRUE(response.whole);
    EXPECT_EQ(decode(coding, response.body), plain.body);
  }
}

TEST_F(CompressionTest, ShortAnswersAreSentAsTheyAre) {
  const Response response = query("{:rows 1}", "gzip", "application/json");
  EXPECT_EQ(response.field("content-encoding"), "");
  EXPECT_EQ(response.field("vary"), "Accept-Encoding");
  EXPECT_THAT(response.body, HasSubstr("\"n\":0"));
}

TEST_F(CompressionTest, MetricsAndTheirHeadAreCompressed) {
  const Response metrics_answer = ask("GET", "/metrics", "gzip");
  EXPECT_EQ(metrics_answer.field("content-encoding"), "gzip");
  EXPECT_THAT(decode("gzip", metrics_answer.body), HasSubstr("# HELP clogs_"));
  const Response head = ask("HEAD", "/metrics", "gzip");
  EXPECT_EQ(head.field("content-encoding"), "gzip");
  EXPECT_EQ(head.body, "");
}

TEST_F(CompressionTest, FailuresKeepTheirStatus) {
  const Response bad = query("{:bad true}", "gzip");
  EXPECT_EQ(bad.status, 400u);
  EXPECT_THAT(bad.body, HasSubstr("unknown key :bad"));
  const Response cut = query("{:rows 20000 :fail true}", "gzip");
  EXPECT_FALSE(cut.whole);
}

TEST_F(CompressionTest, TailsAndAcknowledgementsAreNot) {
  Client tail = connect();
  tail.send("GET /tail HTTP/1.1\r\nHost: t\r\nAccept-Encoding: gzip\r\n\r\n");
  EXPECT_TRUE(tail.wait_for(": following\n\n"));
  EXPECT_THAT(tail.unread(), ::testing::Not(HasSubstr("Content-Encoding")));
  const Response stored = connect().post("/logs", "application/json", "{\"message\":\"a\"}",
                                         "Accept-Encoding: gzip\r\n");
  EXPECT_EQ(stored.status, 201u);
  EXPECT_EQ(stored.field("content-encoding"), "");
  EXPECT_EQ(stored.field("vary"), "");
}

TEST_F(CompressionTest, ADisconnectedClientCancelsItsQuery) {
  Client client = connect();
  ASSERT_TRUE(
      client.send("POST /query HTTP/1.1\r\nHost: t\r\nContent-Type: application/edn\r\n"
                  "Accept-Encoding: zstd\r\nContent-Length: 20\r\n\r\n{:rows 900000000   }"));
  ASSERT_TRUE(client.wait_for("Content-Encoding: zstd\r\n"));
  client.close();
  script.wait_stopped_by_reader();
}

TEST_F(CompressionTest, ASlowReaderStopsTheQueryAndIsCut) {
  options.timeouts.write = std::chrono::milliseconds(100);
  options.limits.stream_buffer_bytes = 1 << 16;
  Client client = connect();
  client.set_receive_buffer(1 << 18);
  ASSERT_TRUE(
      client.send("POST /query HTTP/1.1\r\nHost: t\r\nContent-Type: application/edn\r\n"
                  "Accept-Encoding: gzip\r\nContent-Length: 20\r\n\r\n{:rows 900000000   }"));
  script.wait_stopped_by_reader();
  EXPECT_FALSE(client.receive().whole);
}

}  // namespace
}  // namespace clogs::api::testing
