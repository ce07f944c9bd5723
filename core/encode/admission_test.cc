#include "core/encode/admission.h"

#include <cmath>
#include <string>

#include <gtest/gtest.h>

#include "clogs/record_writer.h"
#include "core/edn/printer.h"
#include "core/edn/reader.h"
#include "core/encode/testing/random_wire.h"
#include "core/record/proto_codec.h"
#include "core/record/record.h"
#include "core/record/wire.h"

namespace clogs::encode {
namespace {

namespace wire = record::wire;
using testing::field;
using testing::text_value;

struct Admitted {
  Verdict verdict;
  std::string edn;  // what the server stores, or why it refuses
  Mended counts;
  std::string bytes;
};

// What a server says to these bytes: the stored line without its end, or the refusal.
std::string at_server(std::string_view bytes, const record::Limits& limits) {
  edn::Tape tape;
  Status status = record::decode_record(bytes, tape);
  if (!status.ok()) return status.to_string();
  if (const auto facts = record::validate(tape.root(), limits); !facts.ok()) {
    return facts.status().to_string();
  }
  std::string line;
  record::print_line(tape.root(), line);
  status = record::check_line_bytes(line.size(), limits);
  if (!status.ok()) return status.to_string();
  line.pop_back();
  return line;
}

Admitted admit(std::string_view bytes, const record::Limits& limits = {},
               const Options& options = {}) {
  Admitted result{};
  result.verdict = Admission(options, limits).admit(bytes, result.bytes, result.counts);
  if (result.verdict == Verdict::as_is) result.bytes = bytes;
  if (result.verdict != Verdict::refused) result.edn = at_server(result.bytes, limits);
  return result;
}

TEST(AdmissionTest, AnUnremarkableRecordPassesAsItIs) {
  RecordWriter writer;
  writer.timestamp(1'700'000'000'000'000'000);
  writer.level(Level::info);
  writer.message("grüße");
  writer.field("user_id", 17);
  writer.field("http/status", 200);
  writer.field("took", 0.5);
  writer.field("nan", std::nan(""));
  writer.field_number("price", "1.50M");
  writer.begin_map("request");
  writer.field("user_id", nullptr);
  writer.begin_vector("list");
  writer.item("a");
  writer.end();
  writer.end();
  const Admitted result = admit(writer.bytes());
  EXPECT_EQ(result.verdict, Verdict::as_is);
  EXPECT_TRUE(result.edn.starts_with("{:timestamp")) << result.edn;
}

TEST(AdmissionTest, BytesThatAreNoRecordAreRefused) {
  const std::string good = field("a", text_value("b"));
  for (const std::string& bytes :
       {std::string(), std::string("\x12"), std::string("\xFF\xFF"), std::string("\x08\x01"),
        good.substr(0, good.size() - 1), std::string("\x82\x01\x00", 3),
        field("a", text_value("b") + text_value("c")), std::string("\x82\x01\x05hello")}) {
    EXPECT_EQ(admit(bytes).verdict, Verdict::refused) << ::testing::PrintToString(bytes);
  }
}

TEST(AdmissionTest, KnownKeysOfAnotherTypeAreRenamed) {
  RecordWriter writer;
  writer.field("message", 17);
  writer.field("exception", "boom");
  writer.field("timestamp", "yesterday");
  writer.field("host", nullptr);
  writer.field("level", 17);
  writer.begin_vector("tags");
  writer.item(1);
  writer.end();
  const Admitted result = admit(writer.bytes());
  EXPECT_EQ(result.edn, R"({:attr.message 17 :attr.exception "boom" :attr.timestamp "yesterday" )"
                        R"(:host nil :level 17 :attr.tags [1]})");
  EXPECT_EQ(result.counts.renamed_fields, 4u);
}

TEST(AdmissionTest, AKnownKeyOfTheRightTypeStays) {
  RecordWriter writer;
  writer.begin_map("exception");
  writer.field("type", "E");
  writer.end();
  writer.field_keyword("level", "warn");
  writer.begin_set("tags");
  writer.item("a");
  writer.end();
  EXPECT_EQ(admit(writer.bytes()).edn, R"({:exception {:type "E"} :level :warn :tags #{"a"}})");
}

TEST(AdmissionTest, ARecordOfAnExceptionIsSentAsItCame) {
  RecordWriter writer;
  writer.level(Level::error);
  writer.begin_map("exception");
  writer.field("type", "E");
  writer.begin_vector("frames");
  writer.end();
  writer.end();
  EXPECT_EQ(admit(writer.bytes()).verdict, Verdict::as_is);
}

TEST(AdmissionTest, ReservedKeysAreRenamed) {
  RecordWriter writer;
  writer.field("clogs/id", 1);
  writer.begin_map("m");
  writer.field("clogs/id", 2);
  writer.end();
  const Admitted result = admit(writer.bytes());
  EXPECT_EQ(result.edn, "{:attr.clogs/id 1 :m {:clogs/id 2}}");
  EXPECT_EQ(result.counts.renamed_fields, 1u);
}

TEST(AdmissionTest, AFieldGivesWayToTheTypedKeyWhereverThatStands) {
  RecordWriter writer;
  writer.field("message", "field");
  writer.field("attr.message", "other");
  writer.message("typed");
  const Admitted result = admit(writer.bytes());
  EXPECT_EQ(result.edn, R"({:message "typed" :attr.message "field"})");
  EXPECT_EQ(result.counts.renamed_fields, 1u);
  EXPECT_EQ(result.counts.duplicate_fields, 1u);
}

TEST(AdmissionTest, OfEqualKeysAndElementsTheFirstCounts) {
  RecordWriter writer;
  writer.message("first");
  writer.message("second");
  writer.field("a", 1);
  writer.field("a", 2);
  writer.begin_map("m");
  writer.field("b", 3);
  writer.field("b", 4);
  writer.end();
  writer.begin_set("s");
  writer.item(1);
  writer.item_number("1");
  writer.item_number("1N");
  writer.item("1");
  writer.end();
  const Admitted result = admit(writer.bytes());
  EXPECT_EQ(result.edn, R"({:message "first" :a 1 :m {:b 3} :s #{1 "1"}})");
  EXPECT_EQ(result.counts.duplicate_fields, 5u);
}

TEST(AdmissionTest, KeysThatAreNoKeywordBecomeStrings) {
  RecordWriter writer;
  writer.field("@timestamp", 1);
  writer.field("", 2);
  writer.field("a b", 3);
  EXPECT_EQ(admit(writer.bytes()).edn, R"({"@timestamp" 1 "" 2 "a b" 3})");
}

TEST(AdmissionTest, WrongUtf8IsReplaced) {
  RecordWriter writer;
  writer.message("a\xFF");
  writer.field("k\xC3", "\xE2\x82");
  const Admitted result = admit(writer.bytes());
  EXPECT_EQ(result.edn, "{:message \"a\uFFFD\" :k\uFFFD \"\uFFFD\"}");
  EXPECT_EQ(result.counts.repaired_text, 3u);
}

TEST(AdmissionTest, TextsThatAreNoValueOfTheirKindBecomeText) {
  RecordWriter writer;
  writer.field_number("n", "1.2.3");
  writer.field_uuid("u", "17");
  writer.field_keyword("k", "a b");
  const std::string bytes = std::string(writer.bytes()) + field("i", text_value("soon", 10)) +
                            field("s", text_value("a b", 6)) + field("c", "\x40\x80\xB0\x03");
  EXPECT_EQ(admit(bytes).edn,
            R"({:n "1.2.3" :u "17" :k "a b" :i "soon" :s "a b" :c "character 55296"})");
}

TEST(AdmissionTest, ATimeThatIsNoTimestampGoesAmongTheFields) {
  RecordWriter writer;
  writer.timestamp(-1);
  writer.message("m");
  const Admitted result = admit(writer.bytes());
  EXPECT_EQ(result.edn, R"({:message "m" :attr.timestamp #inst "1969-12-31T23:59:59.999999999Z"})");
  EXPECT_EQ(result.counts.renamed_fields, 1u);
}

TEST(AdmissionTest, NestingStopsAtTheLimit) {
  RecordWriter writer;
  writer.begin_vector("v");
  for (int i = 0; i < 100; ++i) writer.begin_vector_item();
  while (writer.depth() > 0) writer.end();
  const Admitted result = admit(writer.bytes());
  EXPECT_EQ(result.edn,
            "{:v " + std::string(63, '[') + "\"[too deep]\"" + std::string(63, ']') + "}");
  EXPECT_EQ(result.counts.shortened, 1u);
}

TEST(AdmissionTest, KeysOverTheLimitAreLeftOutAndSaidSo) {
  RecordWriter writer;
  for (int i = 0; i < 5000; ++i) writer.field("k" + std::to_string(i), i);
  const Admitted result = admit(writer.bytes());
  EXPECT_TRUE(
      result.edn.ends_with(R"(:k4094 4094 :attr.shortened "905 keys and elements left out"})"))
      << result.edn.substr(result.edn.size() - 100);
}

TEST(AdmissionTest, ARecordOverTheSizeIsCutVisiblyAndKeepsItsFirstKeys) {
  RecordWriter writer;
  writer.message("first");
  writer.field("big", std::string(3 << 20, 'x'));
  const Admitted result = admit(writer.bytes());
  EXPECT_TRUE(result.edn.starts_with(R"({:message "first" :big "xxxx)"));
  EXPECT_TRUE(result.edn.ends_with(R"(xxx...[shortened]"})"));
  EXPECT_GT(result.edn.size(), 100'000u);
  EXPECT_EQ(result.counts.shortened, 1u);
}

TEST(AdmissionTest, WhateverIsLargeFitsInTheEnd) {
  RecordWriter writer;
  writer.message(std::string(2 << 20, '\x01'));
  writer.begin_vector("v");
  for (int i = 0; i < 300'000; ++i) writer.item(0.1 + i);
  writer.end();
  const Admitted result = admit(writer.bytes());
  EXPECT_EQ(result.verdict, Verdict::mended);
  EXPECT_TRUE(result.edn.starts_with("{:message")) << result.edn.substr(0, 200);
}

TEST(AdmissionTest, ARecordThatPrintsLongerThanItsBytesIsMeasuredExactly) {
  RecordWriter writer;
  writer.message(std::string(200 << 10, '\x01'));
  const Admitted result = admit(writer.bytes());
  EXPECT_TRUE(result.edn.starts_with("{:message")) << result.edn.substr(0, 100);
  EXPECT_EQ(result.counts.shortened, 1u);
}

// The property that all of this is for.
TEST(AdmissionTest, WhatIsAdmittedIsStoredByEveryServer) {
  Options redacting;
  redacting.redact_paths = {"a.*.b", "*.k"};
  redacting.redact_values = {"email", "credit_card", "s*t"};
  const record::Limits small{.max_bytes = 4096, .max_depth = 5, .max_keys = 12};
  size_t counts[3] = {};
  for (uint64_t seed = 0; seed < 30'000; ++seed) {
    const std::string bytes = testing::RandomWire(seed).record();
    const Options& options = seed % 2 == 0 ? Options() : redacting;
    const Admitted result = admit(bytes, seed % 3 == 0 ? small : record::Limits{}, options);
    ++counts[static_cast<size_t>(result.verdict)];
    if (result.verdict == Verdict::refused) continue;
    ASSERT_TRUE(result.edn.starts_with("{")) << "seed " << seed << ": " << result.edn;
    // Once mended it is unremarkable, or mends to the same record.
    const Admitted again = admit(result.bytes, seed % 3 == 0 ? small : record::Limits{}, options);
    ASSERT_NE(again.verdict, Verdict::refused) << "seed " << seed;
  }
  for (size_t count : counts) EXPECT_GT(count, 300u);
}

// What the quick look lets pass is what the server takes without a change.
TEST(AdmissionTest, LegalRecordsWithoutSecretsKeepEveryKey) {
  Options plain;
  plain.redact = false;
  for (uint64_t seed = 0; seed < 3000; ++seed) {
    const edn::Value value = record::testing::RandomRecord(seed).record();
    edn::Tape tape;
    const std::string text = edn::print(value);
    ASSERT_TRUE(edn::read_one(text, tape).ok());
    std::string bytes;
    ASSERT_TRUE(record::encode_record(tape.root(), bytes).ok());
    const Admitted result = admit(bytes, {}, plain);
    ASSERT_NE(result.verdict, Verdict::refused) << text;
    if (result.counts.renamed_fields > 0) continue;  // a typed key that is a field too
    ASSERT_EQ(result.edn, text) << "seed " << seed;
  }
}

}  // namespace
}  // namespace clogs::encode
