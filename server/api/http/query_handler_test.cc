#include "server/api/http/query_handler.h"

#include <algorithm>

#include "server/api/http/testing/http_test.h"

namespace clogs::api::testing {
namespace {

using ::testing::HasSubstr;

constexpr std::string_view edn = "application/edn";

class QueryTest : public HttpTest {
 protected:
  Response query(std::string_view text, std::string_view accept = "", std::string_view type = edn) {
    return connect().post("/query", type, text,
                          accept.empty() ? "" : "Accept: " + std::string(accept) + "\r\n");
  }
};

TEST_F(QueryTest, TheAnswerHasTheTypeOfTheQuestionUnlessAcceptSaysOtherwise) {
  EXPECT_EQ(query("{}").field("content-type"), "application/edn");
  EXPECT_EQ(query("{}", "*/*").field("content-type"), "application/edn");
  EXPECT_EQ(query("{}", "", "application/json").field("content-type"), "application/json");
  EXPECT_EQ(query("{}", "application/json").field("content-type"), "application/json");
  EXPECT_EQ(query("{}", "text/csv").field("content-type"), "text/csv; charset=utf-8");
  EXPECT_EQ(query("{}", "application/json;q=0.5, application/x-ndjson").field("content-type"),
            "application/x-ndjson");
  EXPECT_EQ(query("{}", "text/html").field("content-type"), "application/edn");
}

TEST_F(QueryTest, ShortAnswersAreWhole) {
  const Response response = query("{:rows 2}");
  EXPECT_EQ(response.status, 200u);
  EXPECT_NE(response.field("content-length"), "");
  EXPECT_EQ(response.body, "{\"n\":0,\"text\":\"row\"}\n{\"n\":1,\"text\":\"row\"}\n:edn");
}

TEST_F(QueryTest, RowsHaveTotalsInTrailers) {
  const Response response = query("{:rows 2 :partial true}", "application/x-ndjson");
  EXPECT_EQ(response.field("transfer-encoding"), "chunked");
  EXPECT_THAT(response.field("trailer"), HasSubstr("Clogs-Partial"));
  EXPECT_EQ(response.body, "{\"n\":0,\"text\":\"row\"}\n{\"n\":1,\"text\":\"row\"}\n");
  EXPECT_EQ(response.trailers.at("clogs-count"), "2");
  EXPECT_EQ(response.trailers.at("clogs-total-count"), "2");
  EXPECT_EQ(response.trailers.at("clogs-total-relation"), "eq");
  EXPECT_EQ(response.trailers.at("clogs-partial"), "true");
  EXPECT_EQ(response.trailers.at("clogs-warnings"), R"(["a \"warning\"\r\nof two lines"])");
  EXPECT_TRUE(response.whole);
}

TEST_F(QueryTest, LongAnswersAreStreamed) {
  const Response response = query("{:rows 100000}");
  EXPECT_EQ(response.field("transfer-encoding"), "chunked");
  EXPECT_TRUE(response.whole);
  EXPECT_EQ(std::count(response.body.begin(), response.body.end(), '\n'), 100'000);
}

TEST_F(QueryTest, Http10GetsItsAnswerUntilTheEnd) {
  Client client = connect();
  ASSERT_TRUE(client.send(
      "POST /query HTTP/1.0\r\nContent-Type: application/edn\r\nAccept: application/x-ndjson\r\n"
      "Content-Length: 13\r\n\r\n{:rows 20000}"));
  const Response response = client.receive();
  EXPECT_EQ(response.field("transfer-encoding"), "");
  EXPECT_EQ(std::count(response.body.begin(), response.body.end(), '\n'), 20'000);
}

TEST_F(QueryTest, FailuresBeforeTheAnswerHaveAStatus) {
  const Response bad = query("{:bad true}");
  EXPECT_EQ(bad.status, 400u);
  EXPECT_EQ(bad.body,
            "{:success false :error \"Invalid query: unknown key :bad\" :details {:code "
            ":clogs/unknown-key}}\n");
  EXPECT_EQ(query("{:bad true}", "application/json").field("content-type"), "application/json");
  const Response later = query("{:later true}");
  EXPECT_EQ(later.status, 400u);
  EXPECT_THAT(later.body, HasSubstr(":clogs/not-implemented"));
  const Response busy = query("{:busy true}");
  EXPECT_EQ(busy.status, 429u);
  EXPECT_EQ(busy.field("retry-after"), "1");
  const Response broken = query("{:rows 5 :fail true}");
  EXPECT_EQ(broken.status, 500u);
  EXPECT_THAT(broken.body, HasSubstr(":id "));
  EXPECT_EQ(query("{} {}").status, 400u);
  EXPECT_EQ(query("").status, 400u);
}

TEST_F(QueryTest, UnsupportedTypesAre400) {
  const Response response = query("{}", "", "text/plain");
  EXPECT_EQ(response.status, 400u);
  EXPECT_THAT(response.body, HasSubstr("Invalid request body or unsupported content type: "));
}

TEST_F(QueryTest, AFailureMidStreamCutsTheConnection) {
  Client client = connect();
  const Response response = client.post("/query", edn, "{:rows 100000 :fail true}");
  EXPECT_EQ(response.status, 200u);
  EXPECT_FALSE(response.whole);
}

TEST_F(QueryTest, ADisconnectedClientCancelsItsQuery) {
  Client client = connect();
  ASSERT_TRUE(
      client.send("POST /query HTTP/1.1\r\nHost: t\r\nContent-Type: application/edn\r\n"
                  "Content-Length: 13\r\n\r\n{:block true}"));
  script.wait_running();
  client.close();
  script.wait_cancelled();
}

TEST_F(QueryTest, ASlowReaderStopsTheQueryAndIsCut) {
  options.timeouts.write = std::chrono::milliseconds(100);
  options.limits.stream_buffer_bytes = 1 << 16;
  Client client = connect();
  client.set_receive_buffer(1 << 18);
  ASSERT_TRUE(
      client.send("POST /query HTTP/1.1\r\nHost: t\r\nContent-Type: application/edn\r\n"
                  "Content-Length: 20\r\n\r\n{:rows 900000000   }"));
  script.wait_stopped_by_reader();
  EXPECT_FALSE(client.receive().whole);
}

TEST_F(QueryTest, AFullQueueIs429) {
  options.limits.query_queue = 0;
  const Response response = query("{}");
  EXPECT_EQ(response.status, 429u);
  EXPECT_EQ(response.field("retry-after"), "1");
  EXPECT_EQ(connect().get("/fields").status, 429u);
}

}  // namespace
}  // namespace clogs::api::testing
