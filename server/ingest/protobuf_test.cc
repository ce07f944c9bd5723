#include <optional>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "clogs/v1/ingest.pb.h"
#include "server/ingest/service.h"
#include "server/ingest/testing/fake_sink.h"

namespace clogs::ingest {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

class ProtobufTest : public ::testing::Test {
 protected:
  Result<Outcome> send(const v1::IngestRequest& request) {
    return send_bytes(request.SerializeAsString());
  }

  Result<Outcome> send_bytes(std::string bytes) {
    Request request;
    request.format = Format::protobuf;
    request.body = std::move(bytes);
    std::optional<Result<Outcome>> answer;
    service_.ingest(std::move(request),
                    [&](Result<Outcome> outcome) { answer.emplace(std::move(outcome)); });
    EXPECT_TRUE(answer.has_value());
    return answer ? *answer : Result<Outcome>(internal_error("no answer"));
  }

  static void add_common(v1::Batch& batch, const std::string& key, const std::string& text) {
    v1::Field* field = batch.add_common();
    field->set_key(key);
    field->mutable_value()->set_string_value(text);
  }

  testing::FakeSink sink_;
  Service service_{sink_, {}};
};

TEST_F(ProtobufTest, RecordsWithEnvelopeAndCommonFields) {
  v1::IngestRequest request;
  v1::Batch& batch = *request.mutable_batch();
  batch.set_producer("agent-1");
  batch.set_sequence(300);
  batch.set_stream("web");
  add_common(batch, "service", "auth");
  add_common(batch, "host", "h1");
  batch.add_records()->set_message("one");
  batch.add_records()->set_service("own");
  const Result<Outcome> outcome = send(request);
  ASSERT_TRUE(outcome.ok()) << outcome.status().to_string();
  EXPECT_EQ(outcome->accepted, 2u);
  EXPECT_FALSE(outcome->single);
  ASSERT_TRUE(outcome->id.has_value());
  EXPECT_EQ(outcome->id->producer, "agent-1");
  EXPECT_EQ(outcome->id->sequence, 300u);
  EXPECT_EQ(sink_.batches().at(0).stream, "web");
  EXPECT_EQ(sink_.lines(),
            "{:message \"one\" :service \"auth\" :host \"h1\"}\n{:service \"own\" :host \"h1\"}\n");
}

TEST_F(ProtobufTest, BadRecordsCostOnlyThemselves) {
  v1::IngestRequest request;
  v1::Batch& batch = *request.mutable_batch();
  batch.add_records()->set_message("one");
  batch.add_records();
  v1::Record* twice = batch.add_records();
  twice->set_host("a");
  twice->add_fields()->set_key("host");
  batch.add_records()->set_timestamp_unix_nanos(-1);
  const Result<Outcome> outcome = send(request);
  ASSERT_TRUE(outcome.ok()) << outcome.status().to_string();
  EXPECT_EQ(outcome->accepted, 1u);
  ASSERT_EQ(outcome->rejected.size(), 3u);
  EXPECT_EQ(outcome->rejected[0].error, "record 1: the record is an empty map");
  EXPECT_EQ(outcome->rejected[1].error, "record 2: the key :host is there twice");
  EXPECT_THAT(outcome->rejected[2].error, HasSubstr("is before 1970"));
}

TEST_F(ProtobufTest, EdnAndNdjsonInABatch) {
  v1::IngestRequest edn;
  edn.mutable_batch()->set_edn("{:a 1}\n{:a }}\n{:a 2}\n");
  const Result<Outcome> first = send(edn);
  ASSERT_TRUE(first.ok()) << first.status().to_string();
  EXPECT_EQ(first->accepted, 2u);
  EXPECT_EQ(first->rejected.at(0).index, 1u);
  v1::IngestRequest ndjson;
  ndjson.mutable_batch()->set_ndjson("{\"a\":3}\n");
  EXPECT_EQ(send(ndjson)->accepted, 1u);
  EXPECT_EQ(sink_.lines(), "{:a 1}\n{:a 2}\n{:a 3}\n");
}

TEST_F(ProtobufTest, OneKindOfBodyABatch) {
  v1::IngestRequest request;
  request.mutable_batch()->set_ndjson("{\"a\":3}\n");
  request.mutable_batch()->add_records()->set_message("m");
  EXPECT_EQ(
      send(request).status().message(),
      std::string(bad_body_prefix) + "a batch has one of records, edn and ndjson, not several");
}

TEST_F(ProtobufTest, MalformedBytesRefuseTheBody) {
  v1::IngestRequest request;
  request.mutable_batch()->add_records()->set_message("some message");
  const std::string bytes = request.SerializeAsString();
  for (size_t size = 1; size < bytes.size(); ++size) {
    const Result<Outcome> outcome = send_bytes(bytes.substr(0, size));
    ASSERT_FALSE(outcome.ok()) << size;
    EXPECT_THAT(outcome.status().message(), StartsWith(bad_body_prefix));
    EXPECT_THAT(outcome.status().details(), StartsWith("{:code :clogs/bad-protobuf"));
  }
  EXPECT_TRUE(sink_.batches().empty());
}

TEST_F(ProtobufTest, UnknownFieldsAreSkipped) {
  v1::IngestRequest request;
  request.mutable_batch()->add_records()->set_message("m");
  // Field 15, varint 1.
  EXPECT_EQ(send_bytes(request.SerializeAsString() + "\x78\x01")->accepted, 1u);
}

TEST_F(ProtobufTest, NamesAreChecked) {
  v1::IngestRequest stream;
  stream.mutable_batch()->set_stream("../etc");
  stream.mutable_batch()->add_records()->set_message("m");
  EXPECT_THAT(send(stream).status().details(), StartsWith("{:code :clogs/"));
  v1::IngestRequest producer;
  producer.mutable_batch()->set_producer(std::string(300, 'p'));
  producer.mutable_batch()->add_records()->set_message("m");
  EXPECT_THAT(send(producer).status().details(), StartsWith("{:code :clogs/bad-producer"));
  v1::IngestRequest common;
  add_common(*common.mutable_batch(), "a b", "x");
  common.mutable_batch()->add_records()->set_message("m");
  EXPECT_THAT(send(common).status().details(), StartsWith("{:code :clogs/bad-value"));
}

TEST(ProtobufSchemaTest, NumbersAreThoseOfTheProtoFile) {
  const auto* batch = v1::Batch::descriptor();
  const std::pair<const char*, int> numbers[] = {{"producer", 1}, {"sequence", 2}, {"stream", 3},
                                                 {"common", 4},   {"records", 5},  {"edn", 6},
                                                 {"ndjson", 7}};
  for (const auto& [name, number] : numbers) {
    ASSERT_NE(batch->FindFieldByName(name), nullptr) << name;
    EXPECT_EQ(batch->FindFieldByName(name)->number(), number) << name;
  }
  EXPECT_EQ(batch->field_count(), 7);
  EXPECT_EQ(v1::IngestRequest::descriptor()->FindFieldByName("batch")->number(), 1);
}

}  // namespace
}  // namespace clogs::ingest
