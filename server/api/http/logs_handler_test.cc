#include "server/api/http/logs_handler.h"

#include "server/api/http/testing/http_test.h"

namespace clogs::api::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

constexpr std::string_view json = "application/json";
constexpr std::string_view ndjson = "application/x-ndjson";
constexpr std::string_view edn = "application/edn";

class LogsTest : public HttpTest {};

TEST_F(LogsTest, OneRecordIsAnsweredWith201) {
  Client client = connect();
  const Response response = client.post("/logs", json, R"({"message":"hi","level":"info"})");
  EXPECT_EQ(response.status, 201u);
  EXPECT_EQ(response.body, "{\"message\":\"Log entry stored successfully\",\"accepted\":1}\n");
  EXPECT_EQ(response.field("content-type"), "application/json");
  EXPECT_EQ(sink.lines(), "{:message \"hi\" :level \"info\"}\n");
}

TEST_F(LogsTest, EveryFormIsTaken) {
  Client client = connect();
  EXPECT_EQ(client.post("/logs", json, R"([{"message":"a"},{"message":"b"}])").status, 201u);
  EXPECT_EQ(client.post("/logs", ndjson, "{\"message\":\"c\"}\n{\"message\":\"d\"}\n").status,
            201u);
  EXPECT_EQ(client.post("/logs", edn, "{:message \"e\"} {:message \"f\"}").status, 201u);
  EXPECT_EQ(client.post("/logs", "Application/EDN; charset=UTF-8", "[{:message \"g\"}]").status,
            201u);
  EXPECT_EQ(sink.batches().size(), 4u);
}

TEST_F(LogsTest, TheAnswerIsEdnWhereAcceptNamesIt) {
  Client client = connect();
  const Response response =
      client.post("/logs", edn, "{:message \"e\"}", "Accept: application/edn\r\n");
  EXPECT_EQ(response.body, "{:message \"Log entry stored successfully\" :accepted 1}\n");
  EXPECT_EQ(client.post("/logs", edn, "{:message \"e\"}", "Accept: */*\r\n").body,
            "{\"message\":\"Log entry stored successfully\",\"accepted\":1}\n");
}

TEST_F(LogsTest, GoodRecordsAreStoredAndBadOnesReported) {
  Client client = connect();
  const Response response =
      client.post("/logs", ndjson, "{\"message\":\"good\"}\n{\"message\":7}\n{}\n");
  EXPECT_EQ(response.status, 201u);
  EXPECT_THAT(response.body, HasSubstr("\"accepted\":1"));
  EXPECT_THAT(response.body, HasSubstr("\"index\":1"));
  EXPECT_THAT(response.body, HasSubstr("\"index\":2"));
  EXPECT_EQ(sink.lines(), "{:message \"good\"}\n");
}

TEST_F(LogsTest, WithoutAGoodRecordNothingIsStored) {
  Client client = connect();
  for (const char* body : {"[{},{}]", "{}", "[]", "", "{\"message\":7}", "nonsense", "{"}) {
    const Response response = client.post("/logs", json, body);
    EXPECT_EQ(response.status, 400u) << body;
    EXPECT_THAT(response.body,
                StartsWith("{\"success\":false,\"error\":\"Invalid request body or unsupported "
                           "content type: "))
        << body;
  }
  EXPECT_TRUE(sink.batches().empty());
}

TEST_F(LogsTest, UnsupportedTypesAndEncodingsAre400) {
  Client client = connect();
  for (const char* type : {"", "text/plain", "application/x-www-form-urlencoded",
                           "application/json; charset=latin1"}) {
    const Response response = client.post("/logs", type, "{\"message\":\"a\"}");
    EXPECT_EQ(response.status, 400u) << type;
    EXPECT_THAT(response.body, HasSubstr("Invalid request body or unsupported content type: "));
  }
  for (const char* coding : {"deflate", "br", "gzip, gzip"}) {
    const Response response = client.post("/logs", json, "{\"message\":\"a\"}",
                                          "Content-Encoding: " + std::string(coding) + "\r\n");
    EXPECT_EQ(response.status, 400u) << coding;
    EXPECT_THAT(response.body, HasSubstr("Content-Encoding"));
  }
  EXPECT_TRUE(sink.batches().empty());
}

TEST_F(LogsTest, StreamAndBatchIdReachTheSink) {
  Client client = connect();
  const std::string fields = "Clogs-Stream: audit\r\nClogs-Batch-Id: host/web-1/42\r\n";
  const Response first = client.post("/logs", json, "{\"message\":\"a\"}", fields);
  EXPECT_EQ(first.status, 201u);
  EXPECT_EQ(first.field("clogs-duplicate"), "");
  ASSERT_EQ(sink.batches().size(), 1u);
  EXPECT_EQ(sink.batches()[0].stream, "audit");
  EXPECT_EQ(sink.batches()[0].id->producer, "host/web-1");
  EXPECT_EQ(sink.batches()[0].id->sequence, 42u);
  const Response again = client.post("/logs", json, "{\"message\":\"a\"}", fields);
  EXPECT_EQ(again.status, 201u);
  EXPECT_EQ(again.body, first.body);
  EXPECT_EQ(again.field("clogs-duplicate"), "true");
  EXPECT_EQ(sink.batches().size(), 1u);
}

TEST_F(LogsTest, BadBatchIdsAndStreamsAre400) {
  Client client = connect();
  for (const char* field : {"Clogs-Batch-Id: web-1", "Clogs-Batch-Id: /1", "Clogs-Batch-Id: a/-1",
                            "Clogs-Batch-Id: a/18446744073709551616", "Clogs-Stream: a b"}) {
    EXPECT_EQ(client.post("/logs", json, "{\"message\":\"a\"}", std::string(field) + "\r\n").status,
              400u)
        << field;
  }
}

TEST_F(LogsTest, FailuresOfTheSinkHaveTheirStatus) {
  Client client = connect();
  const auto post = [&] { return client.post("/logs", json, "{\"message\":\"a\"}"); };
  sink.fail_with(resource_exhausted("The memory budget is used up"));
  Response response = post();
  EXPECT_EQ(response.status, 429u);
  EXPECT_EQ(response.field("retry-after"), "1");
  sink.fail_with(unavailable("The disk is full"));
  response = post();
  EXPECT_EQ(response.status, 503u);
  EXPECT_EQ(response.field("retry-after"), "5");
  EXPECT_THAT(response.body, HasSubstr("The disk is full"));
  sink.fail_with(failed_precondition("Sequence 3 is below the window"));
  EXPECT_EQ(post().status, 409u);
  sink.fail_with(internal_error("secret detail"));
  response = post();
  EXPECT_EQ(response.status, 500u);
  EXPECT_THAT(response.body, HasSubstr("\"id\":\""));
  EXPECT_THAT(response.body, ::testing::Not(HasSubstr("secret")));
  sink.fail_with(ok_status());
  EXPECT_EQ(post().status, 201u);
}

TEST_F(LogsTest, AcknowledgementsMayComeLate) {
  sink.hold();
  Client client = connect();
  ASSERT_TRUE(
      client.send("POST /logs HTTP/1.1\r\nHost: t\r\nContent-Type: application/json\r\n"
                  "Content-Length: 15\r\n\r\n{\"message\":\"a\"}"));
  while (!sink.release_one()) std::this_thread::yield();
  EXPECT_EQ(client.receive().status, 201u);
}

TEST_F(LogsTest, MemoryIsReservedAndGivenBack) {
  sink.set_memory(1000);
  Client client = connect();
  const Response refused = client.post("/logs", json, std::string(2000, ' ') + "{\"message\":1}");
  EXPECT_EQ(refused.status, 429u);
  EXPECT_EQ(refused.field("retry-after"), "1");
  EXPECT_EQ(client.post("/logs", json, "{\"message\":\"a\"}").status, 201u);
  EXPECT_EQ(sink.reserved(), 0u);
}

TEST_F(LogsTest, IngestIsMeasured) {
  Client client = connect();
  client.post("/logs", ndjson, "{\"message\":\"good\"}\n{}\n");
  const std::string text = client.get("/metrics").body;
  EXPECT_THAT(text, HasSubstr("outcome=\"accepted\",transport=\"http\"} 1\n"));
  EXPECT_THAT(text, HasSubstr("outcome=\"rejected\",transport=\"http\"} 1\n"));
  EXPECT_THAT(text, HasSubstr("call=\"/logs\",code=\"201\",transport=\"http\"} 1\n"));
}

}  // namespace
}  // namespace clogs::api::testing
