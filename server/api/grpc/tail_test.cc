#include <thread>

#include <grpcpp/support/sync_stream.h>

#include "server/api/grpc/testing/grpc_test.h"

namespace clogs::api::testing {
namespace {

using grpc::StatusCode;

class TailTest : public GrpcTest {
 protected:
  void open(const v1::TailRequest& request = {}) {
    limit(context_);
    stub_ = query_logs();
    reader_ = stub_->Tail(&context_, request);
  }
  v1::TailResponse read() {
    v1::TailResponse response;
    EXPECT_TRUE(reader_->Read(&response));
    return response;
  }

  grpc::ClientContext context_;
  std::unique_ptr<v1::QueryLogs::Stub> stub_;
  std::unique_ptr<grpc::ClientReader<v1::TailResponse>> reader_;
};

TEST_F(TailTest, RecordsComeAsTheyAreStored) {
  open();
  script.wait_tails(1);
  EXPECT_EQ(script.push("{:a 1}"), 1U);
  EXPECT_EQ(script.push("{:a 2}"), 1U);
  const v1::TailResponse first = read();
  EXPECT_EQ(first.sequence(), 1U);
  EXPECT_EQ(first.record(), "{:a 1}");
  EXPECT_EQ(first.dropped(), 0U);
  EXPECT_EQ(read().record(), "{:a 2}");
}

TEST_F(TailTest, RecordsAsJson) {
  v1::TailRequest request;
  request.set_format(v1::ROW_FORMAT_JSON);
  open(request);
  script.wait_tails(1);
  script.push("{:a 1}");
  EXPECT_EQ(read().record(), "{\"a\":1}");
}

TEST_F(TailTest, ColumnsAreInvalid) {
  v1::TailRequest request;
  request.set_format(v1::ROW_FORMAT_COLUMNS);
  open(request);
  EXPECT_EQ(reader_->Finish().error_code(), StatusCode::INVALID_ARGUMENT);
}

TEST_F(TailTest, ABadQueryIsInvalid) {
  v1::TailRequest request;
  request.set_query("{:bad true}");
  open(request);
  EXPECT_EQ(reader_->Finish().error_code(), StatusCode::INVALID_ARGUMENT);
}

TEST_F(TailTest, CancellingEndsTheSubscription) {
  open();
  script.wait_tails(1);
  context_.TryCancel();
  script.wait_tails(0);
  EXPECT_EQ(reader_->Finish().error_code(), StatusCode::CANCELLED);
}

TEST_F(TailTest, ASlowReaderIsToldWhatItMissed) {
  options.limits.tail_buffer_bytes = 10'000;
  open();
  script.wait_tails(1);
  const std::string record = "{:text \"" + std::string(50'000, 'x') + "\"}";
  // Until connection and buffers are full and records are dropped.
  uint64_t pushed = 1;
  while (script.push(record) == 1) ++pushed;
  uint64_t seen = 0;
  uint64_t dropped = 0;
  std::thread pusher([&] {
    // The one that is taken again, after the reader has made room, tells of the dropped ones.
    while (script.push("{:last true}") == 0) std::this_thread::yield();
  });
  v1::TailResponse response;
  do {
    response = read();
    ++seen;
    dropped += response.dropped();
  } while (response.record() != "{:last true}");
  pusher.join();
  EXPECT_GE(dropped, 1U);
  EXPECT_EQ(seen + dropped, response.sequence());
  EXPECT_GE(response.sequence(), pushed);
}

TEST_F(TailTest, DrainingEndsTailsAtOnce) {
  open();
  script.wait_tails(1);
  server().drain(std::chrono::system_clock::now() + std::chrono::seconds(20));
  script.wait_tails(0);
  const grpc::Status status = reader_->Finish();
  EXPECT_EQ(status.error_code(), StatusCode::UNAVAILABLE);
  EXPECT_EQ(retry_ms(status), 2000);
}

}  // namespace
}  // namespace clogs::api::testing
