#include "core/record/record.h"

#include <gtest/gtest.h>

#include "core/edn/printer.h"
#include "core/edn/reader.h"

namespace clogs::record {
namespace {

Result<Facts> check(std::string_view text, MetaKeys meta = MetaKeys::refuse,
                    const Limits& limits = {}) {
  edn::Tape tape;
  const Status read = edn::read_one(text, tape);
  EXPECT_TRUE(read.ok()) << text << ": " << read.to_string();
  return validate(tape.root(), limits, meta);
}

void expect_refused(std::string_view text, std::string_view message, std::string_view details,
                    MetaKeys meta = MetaKeys::refuse) {
  const Result<Facts> facts = check(text, meta);
  ASSERT_FALSE(facts.ok()) << text;
  EXPECT_EQ(facts.status().code(), Code::invalid_argument);
  EXPECT_EQ(facts.status().message(), message) << text;
  EXPECT_EQ(facts.status().details(), details) << text;
}

TEST(ValidateTest, LearnsTimestampAndSeverity) {
  const Result<Facts> facts =
      check("{:timestamp 1700000000 :level \"Warning\" :message \"m\" :anything [1 {2 3}]}");
  ASSERT_TRUE(facts.ok()) << facts.status().to_string();
  EXPECT_EQ(facts->timestamp_nanos, 1'700'000'000'000'000'000);
  EXPECT_EQ(facts->severity, Severity::warn);
}

TEST(ValidateTest, EveryKnownKeyOfItsType) {
  for (std::string_view text :
       {"{:level :error}", "{:level 17}", "{:level \"loud\"}", "{:message \"\"}",
        "{:service \"a\" :host \"b\" :logger \"c\" :thread \"d\"}",
        "{:trace-id \"1\" :span-id \"2\"}", "{:trace_id \"1\" :span_id \"2\"}",
        "{:traceId \"1\" :spanId \"2\"}", "{:exception {:type \"E\" :frames [{:line 1}]}}",
        "{:tags #{\"a\" \"b\"}}", "{:tags [\"a\"]}", "{:tags []}", "{\"level\" \"info\"}",
        "{:a.b/message 1}", "{[1] 2}", "{:hosts 1 :levels 2 :timestamps 3}"}) {
    const Result<Facts> facts = check(text);
    EXPECT_TRUE(facts.ok()) << text << ": " << facts.status().to_string();
  }
}

TEST(ValidateTest, NilInAKnownKeyIsAbsent) {
  const Result<Facts> facts = check(
      "{:timestamp nil :level nil :message nil :service nil :host nil :logger nil :thread nil"
      " :trace-id nil :exception nil :tags nil}");
  ASSERT_TRUE(facts.ok()) << facts.status().to_string();
  EXPECT_FALSE(facts->timestamp_nanos.has_value());
  EXPECT_EQ(facts->severity, Severity::none);
}

TEST(ValidateTest, RefusalsSayKeyFoundAndExpected) {
  expect_refused("[1 2]", "a record is a map, not the vector [1 2]",
                 "{:code :clogs/not-a-map :got \"[1 2]\" :got-type :vector :expected \"a map\"}");
  expect_refused("{}", "the record is an empty map", "{:code :clogs/empty-record}");
  expect_refused("{:message 5}", ":message is the integer 5, expected text",
                 "{:code :clogs/wrong-type :key :message :got \"5\" :got-type :integer "
                 ":expected \"text\"}");
  expect_refused("{:a 1 :level [1]}",
                 ":level is the vector [1], expected text, a keyword or an OTLP severity number "
                 "from 1 to 24",
                 "{:code :clogs/wrong-type :key :level :got \"[1]\" :got-type :vector :expected "
                 "\"text, a keyword or an OTLP severity number from 1 to 24\"}");
  expect_refused("{:timestamp \"soon\"}",
                 ":timestamp \"soon\" is not a date and time, expected an #inst, RFC 3339 text or "
                 "an epoch number, from 1970 to the end of 2261",
                 "{:code :clogs/bad-timestamp :key :timestamp :got \"\\\"soon\\\"\" :got-type "
                 ":string :expected \"an #inst, RFC 3339 text or an epoch number, from 1970 to the "
                 "end of 2261\"}");
}

TEST(ValidateTest, RefusesWrongTypes) {
  for (std::string_view text :
       {"{:level 25}", "{:level 1.5}", "{:service :auth}", "{:host 1}", "{:logger [\"x\"]}",
        "{:thread 7}", "{:trace-id 12}", "{:trace_id {}}", "{:traceId true}", "{:span-id 1}",
        "{:span_id 1}", "{:spanId 1}", "{:exception \"boom\"}", "{:tags \"a\"}", "{:tags [1]}",
        "{:tags (\"a\")}", "{:tags [nil]}", "{\"message\" 1}"}) {
    const Result<Facts> facts = check(text);
    ASSERT_FALSE(facts.ok()) << text;
    EXPECT_TRUE(facts.status().details().starts_with("{:code :clogs/wrong-type")) << text;
  }
}

TEST(ValidateTest, TheStoresKeysAreReserved) {
  expect_refused("{:clogs/id \"x\" :a 1}",
                 ":clogs/id belongs to the store, a sender's record may not have it",
                 "{:code :clogs/reserved-key :key \"clogs/id\"}");
  EXPECT_FALSE(check("{\"clogs/x\" 1}").ok());
  EXPECT_FALSE(check("{:clogs/stream nil}").ok());
  EXPECT_TRUE(check("{:clogsy/id 1}").ok());
  EXPECT_TRUE(check("{:a {:clogs/id 1}}").ok());
}

TEST(ValidateTest, ARestoreMayCarryThem) {
  EXPECT_TRUE(check("{:clogs/id \"0123456789abcdeffe0100000fed\" :clogs/received "
                    "#inst \"2026-11-23T00:00:00.000000001Z\" :clogs/tenant \"t\" :clogs/stream "
                    "\"s\" :clogs/invalid [1]}",
                    MetaKeys::accept)
                  .ok());
  for (std::string_view text : {"{:clogs/id 1}", "{:clogs/id \"x\"}", "{:clogs/received 5}",
                                "{:clogs/tenant 1}", "{:clogs/stream :logs}"}) {
    EXPECT_FALSE(check(text, MetaKeys::accept).ok()) << text;
  }
}

std::string nested(size_t levels, std::string_view open, std::string_view close) {
  std::string text = "{:a ";
  for (size_t i = 1; i < levels; ++i) text += open;
  text += "1";
  for (size_t i = 1; i < levels; ++i) text += close;
  return text + "}";
}

TEST(ValidateTest, DepthIsLimited) {
  EXPECT_TRUE(check(nested(64, "[", "]")).ok());
  EXPECT_TRUE(check(nested(64, "{:k ", "}")).ok());
  for (const std::string& text : {nested(65, "[", "]"), nested(65, "{:k ", "}"),
                                  nested(65, "#t ", ""), nested(65, "#{(", ")}")}) {
    const Result<Facts> facts = check(text);
    ASSERT_FALSE(facts.ok()) << text;
    EXPECT_EQ(facts.status().message(), "the record is nested deeper than 64 levels");
    EXPECT_EQ(facts.status().details(), "{:code :clogs/too-deep :got 65 :limit 64}");
  }
}

TEST(ValidateTest, KeysAreCountedThroughoutTheRecord) {
  const Limits limits{.max_keys = 4};
  EXPECT_TRUE(check("{:a 1 :b [{:c 1} {:d 1}]}", MetaKeys::refuse, limits).ok());
  for (std::string_view text : {"{:a 1 :b [{:c 1} {:d 1 :e 1}]}", "{:a 1 :b 1 :c 1 :d 1 :e 1}",
                                "{{:a 1 :b 2 :c 3} {:d #t {:e 5}}}"}) {
    const Result<Facts> facts = check(text, MetaKeys::refuse, limits);
    ASSERT_FALSE(facts.ok()) << text;
    EXPECT_EQ(facts.status().message(), "the record has more than 4 keys");
    EXPECT_TRUE(facts.status().details().starts_with("{:code :clogs/too-many-keys")) << text;
  }
}

TEST(ValidateTest, LongValuesAreCutInRefusals) {
  const Result<Facts> facts = check("{:level #{\"" + std::string(5000, 'x') + "\"}}");
  ASSERT_FALSE(facts.ok());
  EXPECT_LT(facts.status().message().size(), 300u);
  const Result<Facts> text = check("{:tags \"" + std::string(5000, 'x') + "\"}");
  ASSERT_FALSE(text.ok());
  EXPECT_LT(text.status().message().size(), 300u);
}

TEST(LineTest, BytesAreLimited) {
  EXPECT_TRUE(check_line_bytes(100, {.max_bytes = 100}).ok());
  const Status status = check_line_bytes(101, {.max_bytes = 100});
  EXPECT_EQ(status.message(), "the record is 101 bytes of EDN, the limit is 100");
  EXPECT_EQ(status.details(), "{:code :clogs/record-too-large :got 101 :limit 100}");
}

TEST(LineTest, IsOneLineWhateverTheText) {
  edn::Tape tape;
  ASSERT_TRUE(edn::read_one("{:message\n\"a\nb\\r\" ; note\n :n 1.50}", tape).ok());
  std::string line;
  print_line(tape.root(), line);
  EXPECT_EQ(line, "{:message \"a\\nb\\r\" :n 1.50}\n");
}

// The fast printer and the plain one agree on every length around its blocks.
TEST(LineTest, PrintsAsThePrinterDoes) {
  for (size_t length = 0; length < 70; ++length) {
    for (std::string_view odd : {"x", "\"", "\\", "\n", "\x7F", "\xC3\xA4", "\x1F", " "}) {
      for (size_t at = 0; at <= length; ++at) {
        const std::string text =
            std::string(at, 'a') + std::string(odd) + std::string(length - at, 'b');
        edn::Tape tape;
        const size_t map = tape.open(edn::Kind::map);
        tape.atom(edn::Kind::keyword, "k");
        tape.atom(edn::Kind::string, text);
        tape.close(map, 1);
        std::string line;
        print_line(tape.root(), line);
        ASSERT_EQ(line, edn::print(tape.root()) + "\n");
      }
    }
  }
}

TEST(LineTest, LongTextsAndManyElements) {
  edn::Tape tape;
  const std::string text(10'000, 'z');
  const size_t vector = tape.open(edn::Kind::vector);
  for (int i = 0; i < 3000; ++i) tape.integer(i);
  tape.atom(edn::Kind::string, text);
  tape.tag("t");
  tape.atom(edn::Kind::symbol, "s");
  tape.close(vector, 3002);
  std::string line;
  print_line(tape.root(), line);
  EXPECT_EQ(line, edn::print(tape.root()) + "\n");
}

}  // namespace
}  // namespace clogs::record
