// Any record, in by EDN, JSON or protobuf and out again, is the same record: values, digits, order.
#include <string>

#include <gtest/gtest.h>

#include "core/edn/json_reader.h"
#include "core/edn/json_writer.h"
#include "core/edn/printer.h"
#include "core/edn/reader.h"
#include "core/record/proto_codec.h"
#include "core/record/record.h"
#include "core/record/testing/random_record.h"

namespace clogs::record {
namespace {

constexpr int rounds = 1500;

using testing::Kinds;
using testing::RandomRecord;

TEST(RoundTripTest, Edn) {
  RandomRecord random(1);
  for (int i = 0; i < rounds; ++i) {
    const edn::Value record = random.record();
    const std::string text = edn::print(record);
    edn::Tape tape;
    const Status read = edn::read_one(text, tape);
    ASSERT_TRUE(read.ok()) << text << "\n" << read.to_string();
    const Result<Facts> facts = validate(tape.root());
    ASSERT_TRUE(facts.ok()) << text << "\n" << facts.status().to_string();
    std::string line;
    print_line(tape.root(), line);
    EXPECT_EQ(line, text + "\n");
    EXPECT_EQ(line.find('\n'), line.size() - 1);
    EXPECT_EQ(edn::Value::from(tape.root()), record);
  }
}

TEST(RoundTripTest, Protobuf) {
  RandomRecord random(2);
  for (int i = 0; i < rounds; ++i) {
    const edn::Value record = random.record();
    edn::Tape source;
    source.copy(record);
    std::string wire;
    ASSERT_TRUE(encode_record(source.root(), wire).ok());
    edn::Tape back;
    const Status decoded = decode_record(wire, back);
    ASSERT_TRUE(decoded.ok()) << edn::print(record) << "\n" << decoded.to_string();
    EXPECT_EQ(edn::print(back.root()), edn::print(record));
  }
}

TEST(RoundTripTest, Json) {
  RandomRecord random(3, Kinds::json);
  edn::JsonReader reader;
  for (int i = 0; i < rounds; ++i) {
    const edn::Value record = random.record();
    std::string json;
    edn::write_json(record, json);
    edn::Tape tape;
    const Status read = reader.read(json, tape);
    ASSERT_TRUE(read.ok()) << json << "\n" << read.to_string();
    EXPECT_TRUE(validate(tape.root()).ok()) << json;
    EXPECT_EQ(edn::print(tape.root()), edn::print(record));
    std::string again;
    edn::write_json(tape.root(), again);
    EXPECT_EQ(again, json);
  }
}

}  // namespace
}  // namespace clogs::record
