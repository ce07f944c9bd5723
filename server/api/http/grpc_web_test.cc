#include "server/api/http/grpc_web.h"

#include <thread>

#include "server/api/http/base64.h"
#include "server/api/http/testing/http_test.h"

namespace clogs::api::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

std::string frame(std::string_view message, bool text = false) {
  std::string out;
  append_grpc_web_frame(data_flag, message, text, out);
  return out;
}

// clogs.v1.IngestRequest{batch{ndjson: text}} for texts of up to 100 bytes.
std::string ingest_request(std::string_view ndjson) {
  std::string batch = "\x3a";
  batch.push_back(static_cast<char>(ndjson.size()));
  batch.append(ndjson);
  std::string request = "\x0a";
  request.push_back(static_cast<char>(batch.size()));
  return request + batch;
}

// clogs.v1.QueryRequest{query: text}; TailRequest begins the same.
std::string query_request(std::string_view text) {
  std::string request = "\x0a";
  request.push_back(static_cast<char>(text.size()));
  return request.append(text);
}

class GrpcWebTest : public HttpTest {};

TEST(GrpcWebFrames, BodiesOfOneMessage) {
  EXPECT_EQ(*read_grpc_web_body(frame("abc"), false), "abc");
  EXPECT_EQ(*read_grpc_web_body(frame(""), false), "");
  EXPECT_EQ(*read_grpc_web_body(frame("abc", true), true), "abc");
}

TEST(GrpcWebFrames, BrokenBodies) {
  const std::string compressed = std::string("\x01\0\0\0\1x", 6);
  EXPECT_EQ(read_grpc_web_body(compressed, false).status().code(), Code::unimplemented);
  for (const std::string& body : {std::string(), std::string("\0\0\0", 3), frame("abc") + "x",
                                  frame("abc").substr(0, 7), std::string("\x80\0\0\0\0", 5)}) {
    EXPECT_EQ(read_grpc_web_body(body, false).status().code(), Code::invalid_argument);
  }
  EXPECT_FALSE(read_grpc_web_body("!!!!", true).ok());
}

TEST(GrpcWebFrames, TimeoutsAndMessages) {
  EXPECT_EQ(parse_grpc_timeout_ms("5S"), 5000);
  EXPECT_EQ(parse_grpc_timeout_ms("250m"), 250);
  EXPECT_EQ(parse_grpc_timeout_ms("S"), std::nullopt);
  EXPECT_EQ(parse_grpc_timeout_ms("5x"), std::nullopt);
  EXPECT_EQ(parse_grpc_timeout_ms("123456789S"), std::nullopt);
  EXPECT_EQ(encode_grpc_message("50% \xC3\xA9\n"), "50%25 %C3%A9%0A");
}

TEST_F(GrpcWebTest, UnaryCallsAreAnswered) {
  Client client = connect();
  const Response response = client.post("/clogs.v1.IngestLog/Ingest", "application/grpc-web+proto",
                                        frame(ingest_request("{\"message\":\"a\"}\n")));
  EXPECT_EQ(response.status, 200u);
  EXPECT_EQ(response.field("content-type"), "application/grpc-web+proto");
  // IngestResponse{accepted: 1}, then the trailers.
  EXPECT_THAT(response.body, StartsWith(frame("\x08\x01")));
  EXPECT_THAT(response.body, HasSubstr("\x80"));
  EXPECT_THAT(response.body, HasSubstr("grpc-status: 0\r\n"));
  EXPECT_EQ(sink.lines(), "{:message \"a\"}\n");
}

TEST_F(GrpcWebTest, TextFormIsBase64) {
  Client client = connect();
  const Response response = client.post("/clogs.v1.IngestLog/Ingest", "application/grpc-web-text",
                                        frame(ingest_request("{\"message\":\"a\"}\n"), true));
  EXPECT_EQ(response.field("content-type"), "application/grpc-web-text+proto");
  std::string decoded;
  ASSERT_TRUE(base64_decode(response.body, decoded));
  EXPECT_THAT(decoded, HasSubstr("grpc-status: 0\r\n"));
}

TEST_F(GrpcWebTest, FailuresAreInTheTrailers) {
  Client client = connect();
  const Response bad = client.post("/clogs.v1.IngestLog/Ingest", "application/grpc-web",
                                   frame(ingest_request("{}\n")));
  EXPECT_EQ(bad.status, 200u);
  EXPECT_THAT(bad.body, HasSubstr("grpc-status: 3\r\n"));
  EXPECT_THAT(client.post("/clogs.v1.Nothing/Here", "application/grpc-web", frame("")).body,
              HasSubstr("grpc-status: 12\r\n"));
  EXPECT_THAT(client.post("/clogs.v1.IngestLog/Ingest", "application/grpc-web", "nonsense").body,
              HasSubstr("grpc-status: 3\r\n"));
  EXPECT_EQ(client.post("/clogs.v1.IngestLog/Ingest", "application/json", "{}").status, 400u);
}

TEST_F(GrpcWebTest, KeysAreAskedFor) {
  keys = {{"app", "s3cret", right_ingest}};
  Client client = connect();
  EXPECT_THAT(client
                  .post("/clogs.v1.IngestLog/Ingest", "application/grpc-web",
                        frame(ingest_request("{\"message\":\"a\"}\n")))
                  .body,
              HasSubstr("grpc-status: 16\r\n"));
}

TEST_F(GrpcWebTest, QueriesStream) {
  Client client = connect();
  const Response response = client.post("/clogs.v1.QueryLogs/Query", "application/grpc-web+proto",
                                        frame(query_request("{:rows 3}")));
  EXPECT_EQ(response.status, 200u);
  EXPECT_TRUE(response.whole);
  EXPECT_THAT(response.body, HasSubstr("grpc-status: 0\r\n"));
}

TEST_F(GrpcWebTest, TheDeadlineEndsAUnaryCallAndItsWork) {
  for (const bool text : {false, true}) {
    const Response response = connect().post(
        "/clogs.v1.QueryLogs/Fields", text ? "application/grpc-web-text" : "application/grpc-web",
        frame(query_request("{:block true}"), text), "Grpc-Timeout: 40m\r\n");
    EXPECT_EQ(response.status, 200u);
    std::string body = text ? "" : response.body;
    EXPECT_TRUE(!text || base64_decode(response.body, body));
    EXPECT_THAT(body, StartsWith("\x80"));
    EXPECT_THAT(body, HasSubstr("grpc-status: 4\r\n"));
    script.wait_cancelled();
  }
}

TEST_F(GrpcWebTest, TheDeadlineEndsAQueryBeforeItsFirstRow) {
  const Response response =
      connect().post("/clogs.v1.QueryLogs/Query", "application/grpc-web",
                     frame(query_request("{:block true}")), "Grpc-Timeout: 40m\r\n");
  EXPECT_THAT(response.body, HasSubstr("grpc-status: 4\r\n"));
  script.wait_cancelled();
}

TEST_F(GrpcWebTest, TheDeadlineEndsAStreamBehindItsRows) {
  Client client = connect();
  const Response response =
      client.post("/clogs.v1.QueryLogs/Query", "application/grpc-web",
                  frame(query_request("{:rows 20000 :block true}")), "Grpc-Timeout: 1S\r\n");
  EXPECT_TRUE(response.whole);
  EXPECT_GT(response.body.size(), 10'000u);
  EXPECT_THAT(response.body.substr(response.body.size() - 200), HasSubstr("grpc-status: 4\r\n"));
  script.wait_cancelled();
  EXPECT_EQ(client.get("/health").status, 200u) << "the connection goes on";
}

TEST_F(GrpcWebTest, TheDeadlineEndsATail) {
  const Response response = connect().post("/clogs.v1.QueryLogs/Tail", "application/grpc-web",
                                           frame(query_request("{}")), "Grpc-Timeout: 40m\r\n");
  EXPECT_THAT(response.body, HasSubstr("grpc-status: 4\r\n"));
  script.wait_tails(0);
}

TEST_F(GrpcWebTest, TheDeadlineDoesNotWaitForTheDisk) {
  sink.hold();
  const Response response =
      connect().post("/clogs.v1.IngestLog/Ingest", "application/grpc-web",
                     frame(ingest_request("{\"message\":\"a\"}\n")), "Grpc-Timeout: 40m\r\n");
  EXPECT_THAT(response.body, HasSubstr("grpc-status: 4\r\n"));
  while (!sink.release_one()) std::this_thread::yield();
}

TEST_F(GrpcWebTest, AnAnswerInTimeHasNothingOfTheDeadline) {
  Client client = connect();
  const Response response = client.post("/clogs.v1.QueryLogs/Query", "application/grpc-web",
                                        frame(query_request("{:rows 3}")), "Grpc-Timeout: 20S\r\n");
  EXPECT_THAT(response.body, HasSubstr("grpc-status: 0\r\n"));
  EXPECT_THAT(client
                  .post("/clogs.v1.QueryLogs/Query", "application/grpc-web",
                        frame(query_request("{:rows 3}")), "Grpc-Timeout: soon\r\n")
                  .body,
              HasSubstr("grpc-status: 3\r\n"));
}

TEST_F(GrpcWebTest, BrowsersAreTold) {
  options.cors_origins = {"https://app.example"};
  Client client = connect();
  ASSERT_TRUE(client.send(
      "OPTIONS /clogs.v1.QueryLogs/Query HTTP/1.1\r\nHost: t\r\nOrigin: https://app.example\r\n"
      "Access-Control-Request-Method: POST\r\n"
      "Access-Control-Request-Headers: content-type,x-grpc-web,grpc-timeout\r\n\r\n"));
  const Response preflight = client.receive();
  EXPECT_EQ(preflight.status, 204u);
  EXPECT_EQ(preflight.field("access-control-allow-origin"), "https://app.example");
  EXPECT_THAT(preflight.field("access-control-allow-methods"), HasSubstr("POST"));
  for (const char* name : {"Content-Type", "X-Grpc-Web", "Grpc-Timeout", "Authorization"}) {
    EXPECT_THAT(preflight.field("access-control-allow-headers"), HasSubstr(name));
  }
  const Response answer =
      client.post("/clogs.v1.QueryLogs/Query", "application/grpc-web",
                  frame(query_request("{:rows 1}")), "Origin: https://app.example\r\n");
  EXPECT_EQ(answer.field("access-control-allow-origin"), "https://app.example");
  EXPECT_THAT(answer.field("access-control-expose-headers"), HasSubstr("Grpc-Status"));
}

TEST_F(GrpcWebTest, ALeavingReaderEndsItsTail) {
  {
    Client client = connect();
    const std::string body = frame(query_request("{}"));
    ASSERT_TRUE(
        client.send("POST /clogs.v1.QueryLogs/Tail HTTP/1.1\r\nHost: t\r\n"
                    "Content-Type: application/grpc-web+proto\r\nContent-Length: " +
                    std::to_string(body.size()) + "\r\n\r\n" + body));
    script.wait_tails(1);
    script.push("{:message \"from the tail\"}");
    EXPECT_TRUE(client.wait_for("from the tail"));
  }
  script.wait_tails(0);
}

}  // namespace
}  // namespace clogs::api::testing
