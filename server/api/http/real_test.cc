// gRPC-Web over the real store and engine, in both of its forms: what a browser's client sends and
// reads.
#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "clogs/v1/ingest.pb.h"
#include "clogs/v1/query.pb.h"
#include "core/base/clock.h"
#include "google/rpc/error_details.pb.h"
#include "google/rpc/status.pb.h"
#include "server/api/auth.h"
#include "server/api/calls.h"
#include "server/api/http/base64.h"
#include "server/api/http/grpc_web.h"
#include "server/api/http/server.h"
#include "server/api/http/testing/client.h"
#include "server/api/worker_pool.h"
#include "server/ingest/service.h"
#include "server/query/engine.h"
#include "server/store/store.h"

namespace clogs::api::testing {
namespace {

using ::testing::HasSubstr;

class Folder {
 public:
  Folder() {
    std::string pattern = (std::filesystem::temp_directory_path() / "clogs-web-XXXXXX").string();
    path_ = mkdtemp(pattern.data());
  }
  ~Folder() { std::filesystem::remove_all(path_); }
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

struct WebAnswer {
  std::vector<std::string> messages;
  std::map<std::string, std::string> trailers;

  std::string trailer(const std::string& name) const {
    const auto found = trailers.find(name);
    return found == trailers.end() ? "" : found->second;
  }
};

WebAnswer parse_answer(std::string_view body) {
  WebAnswer answer;
  while (body.size() >= 5) {
    size_t length = 0;
    for (int i = 1; i < 5; ++i) length = length << 8 | static_cast<uint8_t>(body[i]);
    const std::string_view frame = body.substr(5, length);
    if (static_cast<uint8_t>(body[0]) == data_flag) {
      answer.messages.emplace_back(frame);
    } else {
      for (size_t at = 0; at < frame.size();) {
        const size_t end = frame.find("\r\n", at);
        const std::string_view line = frame.substr(at, end - at);
        const size_t colon = line.find(": ");
        answer.trailers[std::string(line.substr(0, colon))] = line.substr(colon + 2);
        at = end + 2;
      }
    }
    body.remove_prefix(std::min(body.size(), 5 + length));
  }
  EXPECT_TRUE(body.empty()) << "bytes behind the last frame";
  return answer;
}

// The parameter: the -text form.
class WebTest : public ::testing::TestWithParam<bool> {
 protected:
  WebTest() {
    services_.ingest = &ingest_;
    services_.sink = store_.get();
    services_.engine = &engine_;
    calls_ = std::make_unique<Calls>(services_, workers_);
    services_.calls = calls_.get();
    HttpOptions options;
    options.port = 0;
    server_ = HttpServer::start(options, services_).value();
  }

  std::string_view type() const {
    return GetParam() ? "application/grpc-web-text+proto" : "application/grpc-web+proto";
  }
  std::string framed(const std::string& message) const {
    std::string out;
    append_grpc_web_frame(data_flag, message, GetParam(), out);
    return out;
  }
  template <typename Request>
  WebAnswer call(const std::string& method, const Request& request, std::string_view fields = {}) {
    Client client(server_->port());
    const Response response =
        client.post("/clogs.v1." + method, type(), framed(request.SerializeAsString()), fields);
    EXPECT_EQ(response.status, 200U);
    EXPECT_TRUE(response.whole);
    EXPECT_EQ(response.field("content-type"), type());
    std::string body = GetParam() ? "" : response.body;
    EXPECT_TRUE(!GetParam() || base64_decode(response.body, body));
    return parse_answer(body);
  }
  WebAnswer send(const std::string& edn) {
    v1::IngestRequest request;
    request.mutable_batch()->set_edn(edn);
    return call("IngestLog/Ingest", request);
  }
  static std::unique_ptr<store::Store> open(const std::string& dir) {
    store::StoreOptions options;
    options.dir = dir;
    return store::Store::open(std::move(options)).value();
  }

  const Folder folder_;
  SystemClock clock_;
  std::unique_ptr<store::Store> store_ = open(folder_.path() + "/data");
  ingest::Service ingest_{*store_, record::Limits{}};
  query::Engine engine_{*store_, store_.get(), clock_, query::Options{}};
  WorkerPool workers_{2, 16};
  Services services_;
  std::unique_ptr<Calls> calls_;
  std::unique_ptr<HttpServer> server_;
};

INSTANTIATE_TEST_SUITE_P(Forms, WebTest, ::testing::Values(false, true),
                         [](const auto& form) { return form.param ? "text" : "binary"; });

TEST_P(WebTest, WhatIsStoredIsStreamedWithItsTrailers) {
  const WebAnswer stored = send("{:n 1 :text \"p\u00e4\"} {:n 2} {}");
  EXPECT_EQ(stored.trailer("grpc-status"), "0");
  v1::IngestResponse ingested;
  ASSERT_EQ(stored.messages.size(), 1U);
  ASSERT_TRUE(ingested.ParseFromString(stored.messages[0]));
  EXPECT_EQ(ingested.accepted(), 2U);
  EXPECT_EQ(ingested.rejected_size(), 1);

  v1::QueryRequest request;
  request.set_query("{:order-by [:n] :select [:n]}");
  request.set_format(v1::ROW_FORMAT_EDN);
  const WebAnswer found = call("QueryLogs/Query", request, "Grpc-Timeout: 20S\r\n");
  EXPECT_EQ(found.trailer("grpc-status"), "0");
  ASSERT_EQ(found.messages.size(), 3U);
  v1::QueryResponse part;
  ASSERT_TRUE(part.ParseFromString(found.messages[0]));
  EXPECT_THAT(part.header().columns(), ::testing::ElementsAre("n"));
  ASSERT_TRUE(part.ParseFromString(found.messages[1]));
  EXPECT_EQ(part.rows().edn(), "{:n 1}\n{:n 2}\n");
  ASSERT_TRUE(part.ParseFromString(found.messages[2]));
  EXPECT_EQ(part.trailer().count(), 2U);
}

TEST_P(WebTest, ErrorsHaveTheirDetails) {
  v1::QueryRequest request;
  request.set_query("{:where [:equals :a 1]}");
  const WebAnswer answer = call("QueryLogs/Query", request);
  EXPECT_TRUE(answer.messages.empty());
  EXPECT_EQ(answer.trailer("grpc-status"), "3");
  EXPECT_THAT(answer.trailer("grpc-message"), HasSubstr("did you mean"));
  std::string bytes;
  ASSERT_TRUE(base64_decode(answer.trailer("grpc-status-details-bin"), bytes));
  google::rpc::Status details;
  ASSERT_TRUE(details.ParseFromString(bytes));
  google::rpc::BadRequest bad;
  ASSERT_GT(details.details_size(), 0);
  ASSERT_TRUE(details.details(0).UnpackTo(&bad));
  EXPECT_THAT(bad.field_violations(0).field(), HasSubstr(":where"));
}

TEST_P(WebTest, UnknownMethodsAreUnimplemented) {
  const WebAnswer answer = call("QueryLogs/Guess", v1::QueryRequest());
  EXPECT_EQ(answer.trailer("grpc-status"), "12");
  EXPECT_THAT(answer.trailer("grpc-message"), HasSubstr("QueryLogs/Guess"));
}

TEST_P(WebTest, FieldsThatALimitCutSayWhich) {
  send("{:a 1 :b 2}");
  v1::FieldsRequest request;
  request.set_limit(1);
  const WebAnswer answer = call("QueryLogs/Fields", request);
  ASSERT_EQ(answer.messages.size(), 1U);
  v1::FieldsResponse response;
  ASSERT_TRUE(response.ParseFromString(answer.messages[0]));
  EXPECT_TRUE(response.partial());
  EXPECT_THAT(response.warnings(), ::testing::ElementsAre(HasSubstr("limit of 1")));
}

TEST_P(WebTest, ATailSeesWhatIsStoredUntilItsDeadline) {
  std::atomic<bool> ended{false};
  // The subscription begins some time after the call: records are sent until it has ended.
  std::thread sender([&] {
    while (!ended) send("{:a :stored}");
  });
  v1::TailRequest request;
  request.set_query("{:select [:a]}");
  const WebAnswer answer = call("QueryLogs/Tail", request, "Grpc-Timeout: 1500m\r\n");
  ended = true;
  sender.join();
  EXPECT_EQ(answer.trailer("grpc-status"), "4");
  ASSERT_FALSE(answer.messages.empty());
  v1::TailResponse row;
  ASSERT_TRUE(row.ParseFromString(answer.messages[0]));
  EXPECT_EQ(row.record(), "{:a :stored}");
  EXPECT_EQ(row.sequence(), 1U);
}

}  // namespace
}  // namespace clogs::api::testing
