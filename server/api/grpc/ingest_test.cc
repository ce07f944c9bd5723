#include <algorithm>
#include <thread>

#include <zlib.h>

#include "server/api/grpc/testing/grpc_test.h"

namespace clogs::api::testing {
namespace {

using grpc::StatusCode;
using ::testing::HasSubstr;

using IngestTest = GrpcTest;

TEST_F(IngestTest, ABatchIsStored) {
  v1::IngestResponse response;
  const grpc::Status status = send(one_record("hello"), response);
  ASSERT_TRUE(status.ok()) << status.error_message();
  EXPECT_EQ(response.accepted(), 1U);
  EXPECT_EQ(response.rejected_size(), 0);
  EXPECT_FALSE(response.duplicate());
  EXPECT_EQ(sink.lines(), "{:message \"hello\"}\n");
}

TEST_F(IngestTest, EdnAndJsonLinesAreStored) {
  v1::Batch edn;
  edn.set_edn("{:a 1} {:a 2}");
  v1::Batch json;
  json.set_ndjson("{\"a\":3}\n{\"a\":4}\n");
  v1::IngestResponse response;
  ASSERT_TRUE(send(edn, response).ok());
  ASSERT_TRUE(send(json, response).ok());
  EXPECT_EQ(sink.lines(), "{:a 1}\n{:a 2}\n{:a 3}\n{:a 4}\n");
}

TEST_F(IngestTest, BadRecordsAreReportedAndGoodOnesStored) {
  v1::Batch batch = one_record("good");
  batch.add_records();
  v1::IngestResponse response;
  ASSERT_TRUE(send(batch, response).ok());
  EXPECT_EQ(response.accepted(), 1U);
  ASSERT_EQ(response.rejected_size(), 1);
  EXPECT_EQ(response.rejected(0).index(), 1U);
  EXPECT_NE(response.rejected(0).error(), "");
  EXPECT_THAT(response.rejected(0).details_edn(), HasSubstr(":code"));
}

TEST_F(IngestTest, ABatchWithoutAGoodRecordIsInvalid) {
  v1::Batch batch;
  for (int i = 0; i < 1000; ++i) batch.add_records();
  v1::IngestResponse response;
  const grpc::Status status = send(batch, response);
  EXPECT_EQ(status.error_code(), StatusCode::INVALID_ARGUMENT);
  const auto bad = detail_of<google::rpc::BadRequest>(status);
  ASSERT_TRUE(bad);
  ASSERT_GT(bad->field_violations_size(), 3);
  EXPECT_LT(bad->field_violations_size(), 100);
  EXPECT_EQ(bad->field_violations(1).field(), "records[1]");
  EXPECT_NE(bad->field_violations(1).description(), "");
  // What a client with gRPC's default metadata limit reads.
  EXPECT_LT(status.error_details().size() * 4 / 3, 6000U);
  EXPECT_EQ(sink.batches().size(), 0U);
}

TEST_F(IngestTest, ADuplicateGetsItsFirstAnswer) {
  v1::Batch batch = one_record("once", "p", 7);
  batch.add_records();
  v1::IngestResponse first;
  v1::IngestResponse second;
  ASSERT_TRUE(send(batch, first).ok());
  ASSERT_TRUE(send(batch, second).ok());
  EXPECT_FALSE(first.duplicate());
  EXPECT_TRUE(second.duplicate());
  EXPECT_EQ(second.accepted(), first.accepted());
  EXPECT_EQ(second.rejected_size(), first.rejected_size());
  EXPECT_EQ(sink.batches().size(), 1U);
}

TEST_F(IngestTest, GarbageIsInvalid) {
  std::string response;
  for (const std::string& garbage : {std::string("\xff\xff\xff\xff"), std::string("\x0a\x7f"),
                                     std::string("not protobuf at all"), std::string(1, '\0')}) {
    const grpc::Status status = call("/clogs.v1.IngestLog/Ingest", garbage, response);
    EXPECT_EQ(status.error_code(), StatusCode::INVALID_ARGUMENT);
    EXPECT_NE(status.error_message(), "");
  }
}

TEST_F(IngestTest, AnEmptyMessageIsInvalid) {
  std::string response;
  EXPECT_EQ(call("/clogs.v1.IngestLog/Ingest", "", response).error_code(),
            StatusCode::INVALID_ARGUMENT);
}

TEST_F(IngestTest, AFullStoreSaysWhenToComeBack) {
  sink.fail_with(resource_exhausted("The queue is full"));
  v1::IngestResponse response;
  const grpc::Status status = send(one_record("x"), response);
  EXPECT_EQ(status.error_code(), StatusCode::RESOURCE_EXHAUSTED);
  EXPECT_EQ(status.error_message(), "The queue is full");
  EXPECT_EQ(retry_ms(status), 250);
}

TEST_F(IngestTest, AFullDiskSaysWhenToComeBack) {
  sink.fail_with(unavailable("The disk is full"));
  v1::IngestResponse response;
  const grpc::Status status = send(one_record("x"), response);
  EXPECT_EQ(status.error_code(), StatusCode::UNAVAILABLE);
  EXPECT_EQ(retry_ms(status), 2000);
}

TEST_F(IngestTest, BelowTheWindowIsFinal) {
  sink.fail_with(failed_precondition("The sequence is below the window"));
  v1::IngestResponse response;
  const grpc::Status status = send(one_record("x", "p", 1), response);
  EXPECT_EQ(status.error_code(), StatusCode::FAILED_PRECONDITION);
  EXPECT_EQ(retry_ms(status), -1);
}

TEST_F(IngestTest, WithoutMemoryTheBatchIsRefused) {
  sink.set_memory(4);
  v1::IngestResponse response;
  const grpc::Status status = send(one_record("longer than four bytes"), response);
  EXPECT_EQ(status.error_code(), StatusCode::RESOURCE_EXHAUSTED);
  EXPECT_EQ(retry_ms(status), 250);
  EXPECT_EQ(sink.batches().size(), 0U);
}

TEST_F(IngestTest, MemoryIsGivenBack) {
  v1::IngestResponse response;
  ASSERT_TRUE(send(one_record("x"), response).ok());
  while (sink.reserved() != 0) std::this_thread::yield();
  EXPECT_EQ(sink.reserved(), 0U);
}

TEST_F(IngestTest, AMessageOverTheLimitIsRefusedAndTheConnectionStays) {
  options.limits.message_bytes = 100'000;
  const auto stub = ingest_log();
  v1::IngestRequest request;
  *request.mutable_batch() = one_record(std::string(200'000, 'x'));
  v1::IngestResponse response;
  grpc::ClientContext large;
  limit(large);
  const grpc::Status status = stub->Ingest(&large, request, &response);
  EXPECT_EQ(status.error_code(), StatusCode::RESOURCE_EXHAUSTED);
  EXPECT_EQ(retry_ms(status), -1);
  *request.mutable_batch() = one_record("small");
  grpc::ClientContext small;
  limit(small);
  EXPECT_TRUE(stub->Ingest(&small, request, &response).ok());
}

TEST_F(IngestTest, ALargeMessageIsTaken) {
  v1::Batch batch;
  for (int i = 0; i < 40; ++i) batch.add_records()->set_message(std::string(1'000'000, 'x'));
  v1::IngestResponse response;
  const grpc::Status status = send(batch, response);
  ASSERT_TRUE(status.ok()) << status.error_message();
  EXPECT_EQ(response.accepted(), 40U);
}

TEST_F(IngestTest, AGzipMessageIsTaken) {
  grpc::ClientContext context;
  limit(context);
  context.set_compression_algorithm(GRPC_COMPRESS_GZIP);
  v1::IngestRequest request;
  *request.mutable_batch() = one_record(std::string(100'000, 'x'));
  v1::IngestResponse response;
  const grpc::Status status = ingest_log()->Ingest(&context, request, &response);
  ASSERT_TRUE(status.ok()) << status.error_message();
  EXPECT_EQ(response.accepted(), 1U);
}

// `bytes` zeros as gzip, without ever having them in memory.
std::string gzip_of_zeros(size_t bytes) {
  z_stream stream{};
  EXPECT_EQ(deflateInit2(&stream, 1, Z_DEFLATED, 16 + MAX_WBITS, 8, Z_DEFAULT_STRATEGY), Z_OK);
  std::string zeros(size_t{1} << 20, '\0');
  std::string out(bytes / 100 + 1000, '\0');
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  for (size_t left = bytes; left > 0; left -= std::min(left, zeros.size())) {
    stream.next_in = reinterpret_cast<Bytef*>(zeros.data());
    stream.avail_in = static_cast<uInt>(std::min(left, zeros.size()));
    EXPECT_EQ(deflate(&stream, Z_NO_FLUSH), Z_OK);
  }
  EXPECT_EQ(deflate(&stream, Z_FINISH), Z_STREAM_END);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}

TEST_F(IngestTest, AGzipMessageMayExpandBeyondTheLimitOfWhatIsSent) {
  grpc::ClientContext context;
  limit(context);
  context.set_compression_algorithm(GRPC_COMPRESS_GZIP);
  v1::IngestRequest request;
  for (int i = 0; i < 105; ++i) {
    request.mutable_batch()->add_records()->set_message(std::string(1'000'000, 'x'));
  }
  ASSERT_GT(request.ByteSizeLong(), size_t{100} << 20);
  v1::IngestResponse response;
  const grpc::Status status = ingest_log()->Ingest(&context, request, &response);
  ASSERT_TRUE(status.ok()) << status.error_message();
  EXPECT_EQ(response.accepted(), 105U);
}

TEST_F(IngestTest, AMessageOf65MiBAsSentIsRefused) {
  std::string response;
  const grpc::Status status =
      call("/clogs.v1.IngestLog/Ingest", std::string(size_t{65} << 20, 'x'), response);
  EXPECT_EQ(status.error_code(), StatusCode::RESOURCE_EXHAUSTED);
  EXPECT_THAT(status.error_message(), HasSubstr("67108864"));
  EXPECT_EQ(sink.batches().size(), 0U);
}

TEST_F(IngestTest, ABombBeyond256MiBIsRefusedWithTheLimit) {
  std::string response;
  const grpc::Status status =
      call("/clogs.v1.IngestLog/Ingest", gzip_of_zeros(size_t{300} << 20), response);
  EXPECT_EQ(status.error_code(), StatusCode::RESOURCE_EXHAUSTED);
  EXPECT_THAT(status.error_message(), HasSubstr("over the limit of 268435456 bytes expanded"));
  EXPECT_EQ(retry_ms(status), -1);
  EXPECT_EQ(sink.reserved(), 0U);
}

TEST_F(IngestTest, ExpandingStaysWithinTheBudget) {
  sink.set_memory(1'000'000);
  std::string response;
  for (const char* path : {"/clogs.v1.IngestLog/Ingest", "/clogs.v1.QueryLogs/Explain"}) {
    const grpc::Status status = call(path, gzip_of_zeros(10'000'000), response);
    EXPECT_EQ(status.error_code(), StatusCode::RESOURCE_EXHAUSTED) << path;
    EXPECT_EQ(retry_ms(status), 250) << path;
  }
  EXPECT_EQ(sink.reserved(), 0U);
}

TEST_F(IngestTest, BrokenGzipIsInvalid) {
  std::string response;
  const std::string whole = gzip_of_zeros(100'000);
  for (const std::string& broken :
       {whole.substr(0, whole.size() / 2), std::string("\x1f\x8b no gzip"), whole + "more"}) {
    EXPECT_EQ(call("/clogs.v1.IngestLog/Ingest", broken, response).error_code(),
              StatusCode::INVALID_ARGUMENT);
  }
}

TEST_F(IngestTest, StrangersHaveNothingExpanded) {
  keys = {{"writer", "w-secret", right_ingest}};
  call_limits.expanded_bytes = 1000;
  std::string response;
  EXPECT_EQ(call("/clogs.v1.IngestLog/Ingest", gzip_of_zeros(100'000), response).error_code(),
            StatusCode::UNAUTHENTICATED);
}

TEST_F(IngestTest, DeflateIsNotTaken) {
  grpc::ClientContext context;
  limit(context);
  context.set_compression_algorithm(GRPC_COMPRESS_DEFLATE);
  v1::IngestRequest request;
  *request.mutable_batch() = one_record(std::string(100'000, 'x'));
  v1::IngestResponse response;
  EXPECT_EQ(ingest_log()->Ingest(&context, request, &response).error_code(),
            StatusCode::UNIMPLEMENTED);
  EXPECT_EQ(sink.batches().size(), 0U);
}

TEST_F(IngestTest, TheSystemTenantTakesNoRecords) {
  grpc::ClientContext context;
  limit(context);
  context.AddMetadata("clogs-tenant", "clogs");
  v1::IngestRequest request;
  *request.mutable_batch() = one_record("x");
  v1::IngestResponse response;
  EXPECT_EQ(ingest_log()->Ingest(&context, request, &response).error_code(),
            StatusCode::PERMISSION_DENIED);
  EXPECT_EQ(sink.batches().size(), 0U);
}

TEST_F(IngestTest, KeysAreAskedFor) {
  keys = {{"writer", "w-secret", right_ingest}, {"reader", "r-secret", right_query}};
  v1::IngestResponse response;
  EXPECT_EQ(send(one_record("x"), response).error_code(), StatusCode::UNAUTHENTICATED);
  EXPECT_EQ(send(one_record("x"), response, "wrong").error_code(), StatusCode::UNAUTHENTICATED);
  EXPECT_EQ(send(one_record("x"), response, "r-secret").error_code(),
            StatusCode::PERMISSION_DENIED);
  EXPECT_EQ(sink.batches().size(), 0U);
  EXPECT_TRUE(send(one_record("x"), response, "w-secret").ok());
}

TEST_F(IngestTest, ACancelledCallIsStillStoredOnce) {
  sink.hold();
  const auto stub = ingest_log();
  grpc::ClientContext context;
  limit(context);
  v1::IngestRequest request;
  *request.mutable_batch() = one_record("x", "p", 1);
  v1::IngestResponse response;
  grpc::Status status;
  std::thread caller([&] { status = stub->Ingest(&context, request, &response); });
  while (sink.batches().empty()) std::this_thread::yield();
  context.TryCancel();
  caller.join();
  EXPECT_EQ(status.error_code(), StatusCode::CANCELLED);
  EXPECT_TRUE(sink.release_one());
  EXPECT_EQ(sink.batches().size(), 1U);
}

TEST_F(IngestTest, RequestsAreCounted) {
  v1::IngestResponse response;
  ASSERT_TRUE(send(one_record("x"), response).ok());
  EXPECT_THAT(metrics.text(), HasSubstr("IngestLog/Ingest"));
}

}  // namespace
}  // namespace clogs::api::testing
