#include <set>
#include <thread>

#include <grpcpp/support/sync_stream.h>

#include "server/api/grpc/testing/grpc_test.h"

namespace clogs::api::testing {
namespace {

using grpc::StatusCode;

class IngestStreamTest : public GrpcTest {
 protected:
  using Stream = grpc::ClientReaderWriter<v1::IngestStreamRequest, v1::IngestStreamResponse>;

  void open() {
    limit(context_);
    stub_ = ingest_log();
    stream_ = stub_->IngestStream(&context_);
  }
  bool write(const v1::Batch& batch) {
    v1::IngestStreamRequest request;
    *request.mutable_batch() = batch;
    return stream_->Write(request);
  }
  v1::IngestStreamResponse read() {
    v1::IngestStreamResponse response;
    EXPECT_TRUE(stream_->Read(&response));
    return response;
  }
  void wait_stored(size_t count) {
    while (sink.batches().size() < count) std::this_thread::yield();
  }

  grpc::ClientContext context_;
  std::unique_ptr<v1::IngestLog::Stub> stub_;
  std::unique_ptr<Stream> stream_;
};

TEST_F(IngestStreamTest, EveryBatchIsAnswered) {
  open();
  std::set<uint64_t> sequences;
  for (uint64_t i = 1; i <= 200; ++i) ASSERT_TRUE(write(one_record("x", "p", i)));
  stream_->WritesDone();
  for (uint64_t i = 1; i <= 200; ++i) {
    const v1::IngestStreamResponse response = read();
    EXPECT_EQ(response.producer(), "p");
    EXPECT_EQ(response.accepted(), 1U);
    EXPECT_FALSE(response.has_error());
    sequences.insert(response.sequence());
  }
  EXPECT_EQ(sequences.size(), 200U);
  EXPECT_TRUE(stream_->Finish().ok());
  ASSERT_EQ(sink.batches().size(), 200U);
  // In the order sent.
  for (uint64_t i = 0; i < 200; ++i) EXPECT_EQ(sink.batches()[i].id->sequence, i + 1);
}

TEST_F(IngestStreamTest, ARefusedBatchDoesNotEndTheCall) {
  open();
  v1::Batch bad;
  bad.set_producer("p");
  bad.set_sequence(1);
  bad.add_records();
  ASSERT_TRUE(write(bad));
  const v1::IngestStreamResponse refused = read();
  EXPECT_EQ(refused.sequence(), 1U);
  EXPECT_EQ(refused.error().code(), StatusCode::INVALID_ARGUMENT);
  EXPECT_EQ(refused.error().retry_after_ms(), 0U);
  EXPECT_EQ(refused.rejected_size(), 1);
  sink.fail_with(resource_exhausted("full"));
  ASSERT_TRUE(write(one_record("x", "p", 2)));
  const v1::IngestStreamResponse busy = read();
  EXPECT_EQ(busy.producer(), "p");
  EXPECT_EQ(busy.sequence(), 2U);
  EXPECT_EQ(busy.error().code(), StatusCode::RESOURCE_EXHAUSTED);
  EXPECT_EQ(busy.error().message(), "full");
  EXPECT_EQ(busy.error().retry_after_ms(), 250U);
  sink.fail_with({});
  ASSERT_TRUE(write(one_record("x", "p", 2)));
  EXPECT_EQ(read().accepted(), 1U);
  stream_->WritesDone();
  EXPECT_TRUE(stream_->Finish().ok());
}

TEST_F(IngestStreamTest, ADuplicateIsNotStoredAgain) {
  open();
  ASSERT_TRUE(write(one_record("x", "p", 1)));
  EXPECT_FALSE(read().duplicate());
  ASSERT_TRUE(write(one_record("x", "p", 1)));
  EXPECT_TRUE(read().duplicate());
  stream_->WritesDone();
  EXPECT_TRUE(stream_->Finish().ok());
  EXPECT_EQ(sink.batches().size(), 1U);
}

TEST_F(IngestStreamTest, ReadsAheadToItsBoundAndNoFurther) {
  options.limits.batches_in_flight = 3;
  sink.hold();
  open();
  for (uint64_t i = 1; i <= 5; ++i) ASSERT_TRUE(write(one_record("x", "p", i)));
  wait_stored(3);
  ASSERT_TRUE(sink.release_one());
  EXPECT_EQ(read().sequence(), 1U);
  wait_stored(4);
  EXPECT_EQ(sink.batches().size(), 4U);
  for (int released = 1; released < 5;) released += sink.release_one() ? 1 : 0;
  stream_->WritesDone();
  for (int i = 0; i < 4; ++i) read();
  EXPECT_TRUE(stream_->Finish().ok());
}

TEST_F(IngestStreamTest, CancellingWithBatchesInFlightLeavesNothingBehind) {
  sink.hold();
  open();
  ASSERT_TRUE(write(one_record("x", "p", 1)));
  wait_stored(1);
  context_.TryCancel();
  EXPECT_EQ(stream_->Finish().error_code(), StatusCode::CANCELLED);
  EXPECT_TRUE(sink.release_one());
  while (sink.reserved() != 0) std::this_thread::yield();
  stop();
  EXPECT_EQ(sink.batches().size(), 1U);
}

TEST_F(IngestStreamTest, WithoutAKeyTheCallEnds) {
  keys = {{"writer", "secret", right_ingest}};
  open();
  v1::IngestStreamResponse response;
  EXPECT_FALSE(stream_->Read(&response));
  EXPECT_EQ(stream_->Finish().error_code(), StatusCode::UNAUTHENTICATED);
}

TEST_F(IngestStreamTest, DrainingAnswersWhatWasReadAndSaysWhy) {
  sink.hold();
  open();
  ASSERT_TRUE(write(one_record("x", "p", 1)));
  wait_stored(1);
  std::thread drainer(
      [&] { server().drain(std::chrono::system_clock::now() + std::chrono::seconds(20)); });
  ASSERT_TRUE(sink.release_one());
  EXPECT_EQ(read().accepted(), 1U);
  v1::IngestStreamResponse response;
  EXPECT_FALSE(stream_->Read(&response));
  const grpc::Status status = stream_->Finish();
  drainer.join();
  EXPECT_EQ(status.error_code(), StatusCode::UNAVAILABLE);
  EXPECT_EQ(retry_ms(status), 2000);
}

TEST_F(IngestStreamTest, GarbageIsAnsweredAndTheCallGoesOn) {
  open();
  v1::Batch batch;
  batch.set_producer("p");
  batch.set_sequence(9);
  batch.set_edn("{:a");
  ASSERT_TRUE(write(batch));
  const v1::IngestStreamResponse response = read();
  EXPECT_EQ(response.sequence(), 9U);
  EXPECT_EQ(response.error().code(), StatusCode::INVALID_ARGUMENT);
  stream_->WritesDone();
  EXPECT_TRUE(stream_->Finish().ok());
}

}  // namespace
}  // namespace clogs::api::testing
