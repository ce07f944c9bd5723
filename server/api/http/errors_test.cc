// Each status of the table of errors in docs/api.md, provoked over a socket.
#include <sstream>

#include <spdlog/logger.h>
#include <spdlog/sinks/ostream_sink.h>

#include "server/api/http/testing/http_test.h"

namespace clogs::api::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

constexpr std::string_view json = "application/json";
constexpr std::string_view record = "{\"message\":\"a\"}";

class ErrorsTest : public HttpTest {
 protected:
  Response post(std::string_view fields = {}, std::string_view body = record) {
    return connect().post("/logs", json, body, fields);
  }
  Response query(std::string_view text) {
    return connect().post("/query", "application/edn", text, "Accept: application/json\r\n");
  }
  static void expect_error(const Response& response, unsigned status, std::string_view sentence) {
    EXPECT_EQ(response.status, status);
    EXPECT_EQ(response.field("content-type"), "application/json");
    EXPECT_THAT(response.body, StartsWith("{\"success\":false,\"error\":\""));
    EXPECT_THAT(response.body, HasSubstr(std::string(sentence)));
    EXPECT_THAT(response.body, HasSubstr("\"details\":{"));
  }
};

TEST_F(ErrorsTest, BadBodiesTypesRecordsAndQueriesAre400) {
  constexpr const char* problem = "Invalid request body or unsupported content type: ";
  expect_error(post({}, "{"), 400, problem);
  expect_error(post({}, "{}"), 400, problem);
  expect_error(connect().post("/logs", "text/xml", "<a/>"), 400, problem);
  expect_error(connect().post("/query", "text/xml", "<a/>"), 400, problem);
  expect_error(query("{:bad true}"), 400, "Invalid query: ");
  expect_error(connect().get("/fields?q=%7B:bad%20true%7D"), 400, "Invalid query: ");
}

TEST_F(ErrorsTest, StrangersAre401AndKeysWithoutTheRight403) {
  keys = {{"app", "s3cret", right_ingest}};
  const Response stranger = post();
  expect_error(stranger, 401, "An API key is needed");
  EXPECT_EQ(stranger.field("www-authenticate"), "Bearer");
  expect_error(connect().get("/fields", "Authorization: Bearer s3cret\r\n"), 403,
               "no right to query");
}

TEST_F(ErrorsTest, UnknownRoutesAre404AndOtherMethods405WithAllow) {
  expect_error(connect().get("/nothing"), 404, "There is nothing at /nothing");
  const Response get = connect().get("/logs");
  expect_error(get, 405, "GET is not allowed here");
  EXPECT_EQ(get.field("allow"), "POST, OPTIONS");
}

TEST_F(ErrorsTest, SlowRequestsAre408) {
  options.timeouts.body = std::chrono::milliseconds(60);
  Client client = connect();
  ASSERT_TRUE(
      client.send("POST /logs HTTP/1.1\r\nHost: t\r\nContent-Type: application/json\r\n"
                  "Content-Length: 15\r\n\r\n{"));
  expect_error(client.receive(), 408, "did not come in time");
}

TEST_F(ErrorsTest, SequencesBelowTheWindowAre409) {
  sink.fail_with(failed_precondition("Sequence 3 is below the window"));
  expect_error(post("Clogs-Batch-Id: p/3\r\n"), 409, "Sequence 3 is below the window");
}

TEST_F(ErrorsTest, BodiesOverALimitAre413WithTheLimit) {
  options.limits.body_bytes = 1000;
  expect_error(post({}, std::string(1001, ' ')), 413, "\"limit\":1000");
}

TEST_F(ErrorsTest, ABusyServerIs429AndAnUnableOne503WithRetryAfter) {
  sink.fail_with(resource_exhausted("The queue is full"));
  const Response busy = post();
  expect_error(busy, 429, "The queue is full");
  EXPECT_EQ(busy.field("retry-after"), "1");
  sink.fail_with(unavailable("The disk is full"));
  const Response unable = post();
  expect_error(unable, 503, "The disk is full");
  EXPECT_EQ(unable.field("retry-after"), "5");
  const Response queries = query("{:busy true}");
  expect_error(queries, 429, "Too many queries");
  EXPECT_EQ(queries.field("retry-after"), "1");
}

TEST_F(ErrorsTest, FaultsOfOursAre500WithAnIdThatTheLogShows) {
  std::ostringstream logged;
  log = std::make_shared<spdlog::logger>("test",
                                         std::make_shared<spdlog::sinks::ostream_sink_mt>(logged));
  sink.fail_with(internal_error("what the client is not told"));
  const Response fault = post();
  expect_error(fault, 500, "Internal error; the server's log has it under ");
  EXPECT_EQ(fault.body.find("not told"), std::string::npos);
  constexpr std::string_view before_id = "\"id\":\"";
  const size_t at = fault.body.find(before_id);
  ASSERT_NE(at, std::string::npos);
  const std::string id = fault.body.substr(at + before_id.size(), 16);
  stop();
  EXPECT_THAT(logged.str(), HasSubstr("request failed"));
  EXPECT_THAT(logged.str(), HasSubstr(id));
  EXPECT_THAT(logged.str(), HasSubstr("what the client is not told"));
}

}  // namespace
}  // namespace clogs::api::testing
