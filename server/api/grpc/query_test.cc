#include <thread>

#include <grpcpp/support/sync_stream.h>

#include "server/api/grpc/testing/grpc_test.h"

namespace clogs::api::testing {
namespace {

using grpc::StatusCode;
using ::testing::HasSubstr;

class QueryTest : public GrpcTest {
 protected:
  struct Answer {
    grpc::Status status;
    std::vector<v1::QueryResponse> parts;
  };

  Answer run(const v1::QueryRequest& request, const std::string& key = "") {
    grpc::ClientContext context;
    limit(context);
    if (!key.empty()) context.AddMetadata("authorization", "Bearer " + key);
    const auto stub = query_logs();
    const auto reader = stub->Query(&context, request);
    Answer answer;
    v1::QueryResponse part;
    while (reader->Read(&part)) answer.parts.push_back(part);
    answer.status = reader->Finish();
    return answer;
  }
  Answer run(const std::string& text, v1::RowFormat format = v1::ROW_FORMAT_EDN) {
    v1::QueryRequest request;
    request.set_query(text);
    request.set_format(format);
    return run(request);
  }
};

TEST_F(QueryTest, RowsComeBetweenHeaderAndTrailer) {
  const Answer answer = run("{:rows 3}");
  ASSERT_TRUE(answer.status.ok()) << answer.status.error_message();
  ASSERT_EQ(answer.parts.size(), 3U);
  EXPECT_TRUE(answer.parts[0].has_header());
  EXPECT_EQ(answer.parts[1].rows().edn(),
            "{:n 0 :text \"row\"}\n{:n 1 :text \"row\"}\n{:n 2 :text \"row\"}\n");
  EXPECT_EQ(answer.parts[1].rows().count(), 3U);
  EXPECT_EQ(answer.parts[2].trailer().count(), 3U);
  EXPECT_EQ(answer.parts[2].trailer().total(), 3U);
  EXPECT_TRUE(answer.parts[2].trailer().total_is_exact());
}

TEST_F(QueryTest, RowsAsJson) {
  const Answer answer = run("{:rows 1}", v1::ROW_FORMAT_JSON);
  ASSERT_EQ(answer.parts.size(), 3U);
  EXPECT_EQ(answer.parts[1].rows().json(), "{\"n\":0,\"text\":\"row\"}\n");
}

TEST_F(QueryTest, RowsAsColumns) {
  const Answer answer = run("{:rows 3}", v1::ROW_FORMAT_UNSPECIFIED);
  ASSERT_EQ(answer.parts.size(), 3U);
  const v1::Columns& columns = answer.parts[1].rows().columns();
  EXPECT_EQ(columns.rows(), 3U);
  ASSERT_EQ(columns.columns_size(), 2);
  EXPECT_EQ(columns.columns(0).name(), "n");
  EXPECT_THAT(columns.columns(0).ints().values(), ::testing::ElementsAre(0, 1, 2));
  EXPECT_THAT(columns.columns(1).strings().values(), ::testing::Each("row"));
}

TEST_F(QueryTest, NoRowsIsHeaderAndTrailer) { EXPECT_EQ(run("{:rows 0}").parts.size(), 2U); }

TEST_F(QueryTest, ManyRowsComeInBlocks) {
  const Answer answer = run("{:rows 50000}");
  ASSERT_TRUE(answer.status.ok());
  size_t rows = 0;
  for (const v1::QueryResponse& part : answer.parts) {
    rows += part.rows().count();
    EXPECT_LT(part.ByteSizeLong(), 80'000U);
  }
  EXPECT_EQ(rows, 50'000U);
  EXPECT_GT(answer.parts.size(), 10U);
}

TEST_F(QueryTest, ABadQueryIsInvalidWithItsReason) {
  const grpc::Status status = run("{:bad true}").status;
  EXPECT_EQ(status.error_code(), StatusCode::INVALID_ARGUMENT);
  EXPECT_EQ(status.error_message(), "Invalid query: unknown key :bad");
  const auto bad = detail_of<google::rpc::BadRequest>(status);
  ASSERT_TRUE(bad);
  EXPECT_EQ(bad->field_violations(0).description(), status.error_message());
  const auto info = detail_of<google::rpc::ErrorInfo>(status);
  ASSERT_TRUE(info);
  EXPECT_EQ(info->reason(), "UNKNOWN_KEY");
  EXPECT_EQ(info->domain(), "clogs");
}

TEST_F(QueryTest, UnreadableTextIsInvalid) {
  EXPECT_EQ(run("{:rows").status.error_code(), StatusCode::INVALID_ARGUMENT);
}

TEST_F(QueryTest, WhatIsNotBuiltIsUnimplemented) {
  const grpc::Status status = run("{:later true}").status;
  EXPECT_EQ(status.error_code(), StatusCode::UNIMPLEMENTED);
  EXPECT_EQ(detail_of<google::rpc::ErrorInfo>(status)->reason(), "NOT_IMPLEMENTED");
}

TEST_F(QueryTest, UnknownChoicesAreInvalid) {
  v1::QueryRequest request;
  request.set_query("{:rows 1}");
  request.set_format(static_cast<v1::RowFormat>(77));
  EXPECT_EQ(run(request).status.error_code(), StatusCode::INVALID_ARGUMENT);
  request.set_format(v1::ROW_FORMAT_EDN);
  request.set_syntax(static_cast<v1::QuerySyntax>(77));
  const grpc::Status status = run(request).status;
  EXPECT_EQ(status.error_code(), StatusCode::INVALID_ARGUMENT);
  EXPECT_EQ(detail_of<google::rpc::BadRequest>(status)->field_violations(0).field(), "[:syntax]");
}

TEST_F(QueryTest, AFailureAmidRowsIsTheStatus) {
  const Answer answer = run("{:rows 10000 :fail true}");
  EXPECT_GT(answer.parts.size(), 1U);
  EXPECT_EQ(answer.status.error_code(), StatusCode::INTERNAL);
}

TEST_F(QueryTest, ABusyEngineSaysWhenToComeBack) {
  const grpc::Status status = run("{:busy true}").status;
  EXPECT_EQ(status.error_code(), StatusCode::RESOURCE_EXHAUSTED);
  EXPECT_EQ(retry_ms(status), 250);
}

TEST_F(QueryTest, TooManyWaitingCallsAreRefused) {
  worker_threads = 1;
  worker_queue = 1;
  const auto stub = query_logs();
  grpc::ClientContext first;
  grpc::ClientContext second;
  v1::QueryRequest request;
  request.set_query("{:block true}");
  const auto running = stub->Query(&first, request);
  script.wait_running();
  const auto waiting = stub->Query(&second, request);
  // One of the two that follow finds the queue full, whichever comes first.
  grpc::Status status;
  do {
    status = run("{:rows 1}").status;
  } while (status.error_code() == StatusCode::OK);
  EXPECT_EQ(status.error_code(), StatusCode::RESOURCE_EXHAUSTED);
  EXPECT_EQ(retry_ms(status), 250);
  first.TryCancel();
  second.TryCancel();
  EXPECT_EQ(running->Finish().error_code(), StatusCode::CANCELLED);
  EXPECT_EQ(waiting->Finish().error_code(), StatusCode::CANCELLED);
}

TEST_F(QueryTest, CancellingStopsTheQuery) {
  const auto stub = query_logs();
  grpc::ClientContext context;
  v1::QueryRequest request;
  request.set_query("{:block true}");
  const auto reader = stub->Query(&context, request);
  script.wait_running();
  context.TryCancel();
  script.wait_cancelled();
  EXPECT_EQ(reader->Finish().error_code(), StatusCode::CANCELLED);
}

TEST_F(QueryTest, TheDeadlineStopsTheQuery) {
  const auto stub = query_logs();
  grpc::ClientContext context;
  context.set_deadline(std::chrono::system_clock::now() + std::chrono::milliseconds(100));
  v1::QueryRequest request;
  request.set_query("{:block true}");
  const auto reader = stub->Query(&context, request);
  EXPECT_EQ(reader->Finish().error_code(), StatusCode::DEADLINE_EXCEEDED);
  script.wait_cancelled();
}

TEST_F(QueryTest, AReaderThatStopsReadingLosesItsQuery) {
  options.limits.write_timeout = std::chrono::milliseconds(50);
  const auto stub = query_logs();
  grpc::ClientContext context;
  limit(context);
  v1::QueryRequest request;
  request.set_query("{:rows 10000000}");
  request.set_format(v1::ROW_FORMAT_EDN);
  const auto reader = stub->Query(&context, request);
  script.wait_stopped_by_reader();
  v1::QueryResponse part;
  while (reader->Read(&part)) {
  }
  EXPECT_FALSE(reader->Finish().ok());
}

TEST_F(QueryTest, AReaderThatGoesAwayStopsItsQuery) {
  const auto stub = query_logs();
  grpc::ClientContext context;
  v1::QueryRequest request;
  request.set_query("{:rows 100000000}");
  request.set_format(v1::ROW_FORMAT_EDN);
  const auto reader = stub->Query(&context, request);
  v1::QueryResponse part;
  ASSERT_TRUE(reader->Read(&part));
  context.TryCancel();
  script.wait_stopped_by_reader();
  EXPECT_EQ(reader->Finish().error_code(), StatusCode::CANCELLED);
}

TEST_F(QueryTest, KeysAreAskedFor) {
  keys = {{"writer", "w", right_ingest}, {"reader", "r", right_query}};
  v1::QueryRequest request;
  request.set_query("{:rows 1}");
  EXPECT_EQ(run(request).status.error_code(), StatusCode::UNAUTHENTICATED);
  EXPECT_EQ(run(request, "w").status.error_code(), StatusCode::PERMISSION_DENIED);
  EXPECT_TRUE(run(request, "r").status.ok());
}

TEST_F(QueryTest, GarbageIsInvalid) {
  std::string response;
  for (const char* path : {"/clogs.v1.QueryLogs/Explain", "/clogs.v1.QueryLogs/Fields"}) {
    EXPECT_EQ(call(path, "\xff\xff\xff", response).error_code(), StatusCode::INVALID_ARGUMENT);
  }
}

TEST_F(QueryTest, FieldsHaveTypesAndCounts) {
  grpc::ClientContext context;
  limit(context);
  v1::FieldsRequest request;
  v1::FieldsResponse response;
  const grpc::Status status = query_logs()->Fields(&context, request, &response);
  ASSERT_TRUE(status.ok()) << status.error_message();
  ASSERT_EQ(response.fields_size(), 2);
  EXPECT_EQ(response.fields(0).name(), "level");
  EXPECT_EQ(response.fields(0).count(), 3U);
  EXPECT_EQ(response.fields(0).types().at("string"), 2U);
  EXPECT_FALSE(response.partial());
}

TEST_F(QueryTest, FieldsBeyondTheLimitMakeItPartial) {
  grpc::ClientContext context;
  limit(context);
  v1::FieldsRequest request;
  request.set_limit(1);
  v1::FieldsResponse response;
  ASSERT_TRUE(query_logs()->Fields(&context, request, &response).ok());
  EXPECT_EQ(response.fields_size(), 1);
  EXPECT_THAT(response.warnings(), ::testing::ElementsAre("there are more than 1"));
  EXPECT_TRUE(response.partial());
}

TEST_F(QueryTest, AFieldHasItsValues) {
  grpc::ClientContext context;
  limit(context);
  v1::FieldsRequest request;
  request.set_field("level");
  v1::FieldsResponse response;
  ASSERT_TRUE(query_logs()->Fields(&context, request, &response).ok());
  ASSERT_EQ(response.values_size(), 2);
  EXPECT_EQ(response.values(0).value().string_value(), "level");
  EXPECT_EQ(response.values(0).count(), 2U);
  EXPECT_EQ(response.values(1).value().keyword(), "x");
}

TEST_F(QueryTest, RequestsAreCounted) {
  ASSERT_TRUE(run("{:rows 1}").status.ok());
  EXPECT_THAT(metrics.text(), HasSubstr("QueryLogs/Query"));
}

}  // namespace
}  // namespace clogs::api::testing
