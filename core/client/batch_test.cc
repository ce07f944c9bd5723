#include "core/client/batch.h"

#include <gtest/gtest.h>

#include "clogs/record_writer.h"
#include "core/testing/memory_server.h"

namespace clogs::client {
namespace {

std::string record(std::string_view message) {
  RecordWriter writer;
  writer.message(message);
  std::string field;
  put_record(writer.bytes(), field);
  return field;
}

std::string batch(uint64_t sequence, std::string_view records) {
  std::string common;
  put_common_text("service", "shop", common);
  put_common_integer("process.pid", -7, common);
  const BatchWriter writer("logs", common);
  std::string message;
  writer.begin({.producer = "p", .sequence = sequence}, message);
  message.append(records);
  BatchWriter::end(message);
  return message;
}

TEST(Batch, IsWhatAServerReads) {
  testing::MemoryServer server;
  const send::Outcome outcome = server.ingest(batch(1, record("a") + record("b")), false);
  ASSERT_TRUE(outcome.status.ok()) << outcome.status.to_string();
  ASSERT_EQ(server.records().size(), 2u);
  EXPECT_EQ(server.records()[1].edn, R"({:message "b" :service "shop" :process.pid -7})");
}

TEST(Batch, SurvivesTheSpool) {
  const std::string message = batch(1, record("a"));
  EXPECT_EQ(message_of(body_of(message)), message);
}

TEST(Batch, FallsIntoHalvesThatHoldItsRecordsInOrder) {
  const std::string message = batch(1, record("a") + record("b") + record("c"));
  const auto halves = halve(message, 3);
  ASSERT_TRUE(halves);
  EXPECT_EQ(halves->first_records, 1u);
  EXPECT_EQ(halves->first, record("a"));
  EXPECT_EQ(halves->second, record("b") + record("c"));
}

TEST(Batch, IsNotHalvedWhereItsBytesAreNotWhatTheyShould) {
  EXPECT_FALSE(halve(batch(1, record("a")), 2));
  EXPECT_FALSE(halve(message_of("\x0A\x7F"), 1));
  EXPECT_FALSE(halve(message_of(""), 1));
}

TEST(Rejections, AreCountedWithTheFirstReason) {
  EXPECT_EQ(read_rejections(std::string_view("\x12\x05\x12\x03why\x12\x00", 9)).count, 2u);
  EXPECT_EQ(read_rejections("\x12\x05\x12\x03why").first, "why");
}

TEST(Rejections, AreNoneWhereTheAnswerCannotBeRead) {
  EXPECT_EQ(read_rejections("\x12\x7F").count, 0u);
  EXPECT_EQ(read_rejections("\xFF").count, 0u);
}

}  // namespace
}  // namespace clogs::client
