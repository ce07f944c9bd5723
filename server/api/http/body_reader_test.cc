#include "server/api/http/body_reader.h"

#include <thread>

#include <zlib.h>
#include <zstd.h>

#include "server/api/http/testing/http_test.h"

namespace clogs::api::testing {
namespace {

using ::testing::HasSubstr;

std::string gzip(std::string_view text) {
  z_stream stream{};
  deflateInit2(&stream, 9, Z_DEFLATED, 16 + MAX_WBITS, 8, Z_DEFAULT_STRATEGY);
  std::string out(deflateBound(&stream, text.size()), '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
  stream.avail_in = static_cast<uInt>(text.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  deflate(&stream, Z_FINISH);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}

std::string zstd(std::string_view text) {
  std::string out(ZSTD_compressBound(text.size()), '\0');
  out.resize(ZSTD_compress(out.data(), out.size(), text.data(), text.size(), 3));
  return out;
}

class BodyTest : public HttpTest {
 protected:
  Response post(std::string_view body, std::string_view coding) {
    return connect().post("/logs", "application/json", body,
                          "Content-Encoding: " + std::string(coding) + "\r\n");
  }
};

TEST_F(BodyTest, CompressedBodiesAreTaken) {
  EXPECT_EQ(post(gzip("{\"message\":\"a\"}"), "gzip").status, 201u);
  EXPECT_EQ(post(zstd("{\"message\":\"b\"}"), "zstd").status, 201u);
  EXPECT_EQ(post(gzip("[{\"message\":\"c\"},") + gzip("{\"message\":\"d\"}]"), "GZIP").status,
            201u);
  EXPECT_EQ(post(zstd("[{\"message\":\"e\"},") + zstd("{\"message\":\"f\"}]"), "zstd").status,
            201u);
  EXPECT_EQ(post("{\"message\":\"g\"}", "identity").status, 201u);
  EXPECT_EQ(sink.batches().size(), 5u);
}

TEST_F(BodyTest, BombsAreRefusedWithTheLimit) {
  options.limits.expanded_bytes = 1 << 20;
  const std::string zeros(64 << 20, '0');
  for (const auto& [body, coding] :
       {std::pair(gzip(zeros), "gzip"), std::pair(zstd(zeros), "zstd")}) {
    const Response response = post(body, coding);
    EXPECT_EQ(response.status, 413u) << coding;
    EXPECT_THAT(response.body, HasSubstr("\"limit\":1048576")) << coding;
  }
  EXPECT_EQ(sink.reserved(), 0u);
}

TEST_F(BodyTest, BrokenCompressionIs400) {
  const std::string good = gzip("{\"message\":\"a\"}");
  const std::string good_zstd = zstd("{\"message\":\"a\"}");
  EXPECT_EQ(post("not gzip at all", "gzip").status, 400u);
  EXPECT_EQ(post("not zstd at all", "zstd").status, 400u);
  EXPECT_EQ(post(good.substr(0, good.size() - 5), "gzip").status, 400u);
  EXPECT_EQ(post(good_zstd.substr(0, good_zstd.size() - 2), "zstd").status, 400u);
  EXPECT_EQ(post(good + "rest", "gzip").status, 400u);
  EXPECT_EQ(post(good_zstd + "rest", "zstd").status, 400u);
  EXPECT_TRUE(sink.batches().empty());
}

TEST_F(BodyTest, TooLongBodiesAreRefusedBeforeTheyAreRead) {
  Client client = connect();
  ASSERT_TRUE(
      client.send("POST /logs HTTP/1.1\r\nHost: t\r\nContent-Type: application/json\r\n"
                  "Content-Length: 67108865\r\n\r\n"));
  const Response response = client.receive();
  EXPECT_EQ(response.status, 413u);
  EXPECT_THAT(response.body, HasSubstr("\"limit\":67108864"));
  EXPECT_EQ(response.field("connection"), "close");
}

TEST_F(BodyTest, ChunkedBodiesAreCountedAsTheyCome) {
  options.limits.body_bytes = 1000;
  Client client = connect();
  ASSERT_TRUE(
      client.send("POST /logs HTTP/1.1\r\nHost: t\r\nContent-Type: application/json\r\n"
                  "Transfer-Encoding: chunked\r\n\r\n"));
  const std::string chunk = "100\r\n" + std::string(256, ' ') + "\r\n";
  for (int i = 0; i < 5; ++i) client.send(chunk);
  EXPECT_EQ(client.receive().status, 413u);
}

TEST_F(BodyTest, LargeBodiesWork) {
  std::string body = "[";
  while (body.size() < (3 << 20)) body += "{\"message\":\"" + std::string(1000, 'x') + "\"},";
  body.back() = ']';
  EXPECT_EQ(connect().post("/logs", "application/json", body).status, 201u);
  EXPECT_EQ(post(gzip(body), "gzip").status, 201u);
  // Given back by the thread that read the body, perhaps just after the answer.
  while (sink.reserved() != 0) std::this_thread::yield();
}

}  // namespace
}  // namespace clogs::api::testing
