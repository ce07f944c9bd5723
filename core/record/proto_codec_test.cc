#include "core/record/proto_codec.h"

#include <cmath>
#include <functional>
#include <limits>
#include <string>

#include <gtest/gtest.h>

#include "clogs/v1/record.pb.h"
#include "core/edn/printer.h"
#include "core/edn/reader.h"
#include "core/record/proto_schema.h"
#include "core/record/testing/random_record.h"
#include "core/record/wire.h"

namespace clogs::record {
namespace {

std::string decoded(const std::string& wire, edn::View common = {}) {
  edn::Tape tape;
  const Status status = decode_record(wire, tape, common);
  if (!status.ok()) return status.details() + " " + status.message();
  return edn::print(tape.root());
}

v1::Field field(const std::string& key, const std::function<void(v1::Value&)>& fill) {
  v1::Field out;
  out.set_key(key);
  fill(*out.mutable_value());
  return out;
}

std::string decoded_value(const std::function<void(v1::Value&)>& fill) {
  v1::Value value;
  fill(value);
  edn::Tape tape;
  const std::string wire = value.SerializeAsString();
  const Status status = decode_value(wire, tape);
  return status.ok() ? edn::print(tape.root()) : status.details();
}

TEST(ProtoDecodeTest, TypedKeysComeFirstInFieldOrder) {
  v1::Record record;
  record.set_span_id("s");
  record.set_trace_id("t");
  record.set_thread("th");
  record.set_logger("lo");
  record.set_host("h");
  record.set_service("se");
  record.set_message("m");
  record.set_level("info");
  record.set_timestamp_unix_nanos(1'700'000'000'123'000'000);
  *record.add_fields() = field("user_id", [](v1::Value& v) { v.set_int_value(-7); });
  EXPECT_EQ(decoded(record.SerializeAsString()),
            "{:timestamp #inst \"2023-11-14T22:13:20.123Z\" :level \"info\" :message \"m\" "
            ":service \"se\" :host \"h\" :logger \"lo\" :thread \"th\" :trace_id \"t\" :span_id "
            "\"s\" :user_id -7}");
}

TEST(ProtoDecodeTest, FieldsMayStandBeforeTypedKeysOnTheWire) {
  v1::Record first;
  *first.add_fields() = field("a", [](v1::Value& v) { v.set_bool_value(true); });
  v1::Record second;
  second.set_message("");
  *second.add_fields() = field("b", [](v1::Value&) {});
  EXPECT_EQ(decoded(first.SerializeAsString() + second.SerializeAsString()),
            "{:message \"\" :a true :b nil}");
}

TEST(ProtoDecodeTest, EveryKindOfValue) {
  using V = v1::Value;
  EXPECT_EQ(decoded_value([](V&) {}), "nil");
  EXPECT_EQ(decoded_value([](V& v) { v.set_bool_value(false); }), "false");
  EXPECT_EQ(decoded_value([](V& v) { v.set_int_value(INT64_MIN); }), "-9223372036854775808");
  EXPECT_EQ(decoded_value([](V& v) { v.set_double_value(0.1); }), "0.1");
  EXPECT_EQ(decoded_value([](V& v) { v.set_double_value(std::nan("")); }), "##NaN");
  EXPECT_EQ(decoded_value([](V& v) { v.set_double_value(-INFINITY); }), "##-Inf");
  EXPECT_EQ(decoded_value([](V& v) { v.set_string_value("a\n\"b"); }), "\"a\\n\\\"b\"");
  EXPECT_EQ(decoded_value([](V& v) { v.set_keyword("http/status"); }), ":http/status");
  EXPECT_EQ(decoded_value([](V& v) { v.set_symbol("a/b"); }), "a/b");
  EXPECT_EQ(decoded_value([](V& v) { v.set_number("1.50M"); }), "1.50M");
  EXPECT_EQ(decoded_value([](V& v) { v.set_number("12N"); }), "12N");
  EXPECT_EQ(decoded_value([](V& v) { v.set_number("1/3"); }), "1/3");
  EXPECT_EQ(decoded_value([](V& v) { v.set_number("-99999999999999999999"); }),
            "-99999999999999999999");
  EXPECT_EQ(decoded_value([](V& v) { v.set_character(0x20AC); }), "\\\xE2\x82\xAC");
  EXPECT_EQ(decoded_value([](V& v) { v.set_character('\n'); }), "\\newline");
  EXPECT_EQ(decoded_value([](V& v) { v.set_inst_unix_nanos(1); }),
            "#inst \"1970-01-01T00:00:00.000000001Z\"");
  EXPECT_EQ(decoded_value([](V& v) { v.set_inst("2026-01"); }), "#inst \"2026-01\"");
  EXPECT_EQ(decoded_value([](V& v) { v.set_uuid("F81d4fae-7dec-11d0-a765-00a0c91e6bf6"); }),
            "#uuid \"F81d4fae-7dec-11d0-a765-00a0c91e6bf6\"");
  EXPECT_EQ(decoded_value([](V& v) { v.mutable_list()->add_items()->set_int_value(1); }), "(1)");
  EXPECT_EQ(decoded_value([](V& v) { v.mutable_vector(); }), "[]");
  EXPECT_EQ(decoded_value([](V& v) { v.mutable_set()->add_items()->set_keyword("a"); }), "#{:a}");
  EXPECT_EQ(decoded_value([](V& v) {
              v1::Field* entry = v.mutable_map()->add_entries();
              entry->mutable_other_key()->set_string_value("@x");
              entry->mutable_value()->mutable_tagged()->set_tag("my/tag");
            }),
            "{\"@x\" #my/tag nil}");
}

TEST(ProtoDecodeTest, RefusesBadValues) {
  using V = v1::Value;
  const std::function<void(V&)> fills[] = {
      [](V& v) { v.set_keyword(""); },
      [](V& v) { v.set_keyword("a b"); },
      [](V& v) { v.set_symbol("true"); },
      [](V& v) { v.set_symbol("1a"); },
      [](V& v) { v.set_symbol("#"); },
      [](V& v) { v.set_symbol("-1"); },
      [](V& v) { v.set_symbol("a b"); },
      [](V& v) { v.set_symbol("a;"); },
      [](V& v) { v.set_symbol(" a"); },
      [](V& v) { v.mutable_tagged()->set_tag("a\"b"); },
      [](V& v) { v.set_number(""); },
      [](V& v) { v.set_number("-"); },
      [](V& v) { v.set_number("1 2"); },
      [](V& v) { v.set_number("##Inf"); },
      [](V& v) { v.set_number("0x1F"); },
      [](V& v) { v.set_number(std::string(5000, '1')); },
      [](V& v) { v.set_character(0xD800); },
      [](V& v) { v.set_character(0x110000); },
      [](V& v) { v.set_inst("today"); },
      [](V& v) { v.set_uuid("f81d4fae"); },
      [](V& v) { v.mutable_tagged()->set_tag(""); },
      [](V& v) { v.mutable_tagged()->set_tag("inst"); },
      [](V& v) { v.mutable_tagged()->set_tag("1a"); },
  };
  for (const auto& fill : fills) {
    EXPECT_EQ(decoded_value(fill), "{:code :clogs/bad-value}") << &fill - fills;
  }
}

TEST(ProtoDecodeTest, RefusesDuplicates) {
  v1::Record typed;
  typed.set_message("a");
  *typed.add_fields() = field("message", [](v1::Value& v) { v.set_string_value("b"); });
  EXPECT_EQ(decoded(typed.SerializeAsString()),
            "{:code :clogs/duplicate-key} the key :message is there twice");
  v1::Record once;
  once.set_host("a");
  const std::string twice = once.SerializeAsString() + once.SerializeAsString();
  EXPECT_TRUE(decoded(twice).starts_with("{:code :clogs/duplicate-key}"));
  EXPECT_EQ(decoded_value([](v1::Value& v) {
              for (int i = 0; i < 2; ++i) {
                *v.mutable_map()->add_entries() = field("k", [](v1::Value&) {});
              }
            }),
            "{:code :clogs/duplicate-key}");
  EXPECT_EQ(decoded_value([](v1::Value& v) {
              for (int i = 0; i < 2; ++i) v.mutable_set()->add_items()->set_int_value(1);
            }),
            "{:code :clogs/duplicate-element}");
}

TEST(ProtoDecodeTest, RefusesTwoKindsInOneValue) {
  v1::Value number;
  number.set_int_value(1);
  v1::Value text;
  text.set_string_value("a");
  edn::Tape tape;
  const std::string wire = number.SerializeAsString() + text.SerializeAsString();
  const Status status = decode_value(wire, tape);
  EXPECT_EQ(status.message(), "a Value has more than one kind");
  EXPECT_TRUE(tape.empty());
}

TEST(ProtoDecodeTest, RefusesTextThatIsNotUtf8) {
  std::string wire;
  wire::put_bytes(3, "caf\xE9", wire);
  EXPECT_EQ(decoded(wire), "{:code :clogs/bad-utf8} the text of message is not UTF-8");
}

TEST(ProtoDecodeTest, RefusesFieldsWithoutOneName) {
  v1::Record record;
  record.add_fields()->mutable_value()->set_int_value(1);
  EXPECT_TRUE(decoded(record.SerializeAsString()).starts_with("{:code :clogs/bad-protobuf}"));
}

TEST(ProtoDecodeTest, DepthIsLimited) {
  const auto nested = [](int levels) {
    v1::Record record;
    v1::Field* top = record.add_fields();
    top->set_key("a");
    v1::Value* value = top->mutable_value();
    for (int i = 1; i < levels; ++i) value = value->mutable_vector()->add_items();
    value->set_int_value(1);
    return record.SerializeAsString();
  };
  EXPECT_TRUE(decoded(nested(64)).starts_with("{:a [[["));
  EXPECT_TRUE(decoded(nested(65)).starts_with("{:code :clogs/too-deep"));
}

TEST(ProtoDecodeTest, UnknownFieldsAreSkipped) {
  v1::Record record;
  record.set_message("m");
  std::string wire;
  wire::put_tag(99, wire::varint, wire);
  wire::put_varint(uint64_t{1} << 63, wire);
  wire::put_fixed64(98, 1, wire);
  wire::put_bytes(97, "zzz", wire);
  wire::put_tag(96, wire::fixed32, wire);
  wire += "1234";
  wire::put_tag(95, wire::group, wire);
  wire::put_bytes(1, "inside", wire);
  wire::put_tag(95, wire::end_group, wire);
  EXPECT_EQ(decoded(wire + record.SerializeAsString()), "{:message \"m\"}");
}

TEST(ProtoDecodeTest, EveryCutOfAMessageIsRefusedOrARecord) {
  v1::Record record;
  record.set_timestamp_unix_nanos(5);
  record.set_message("some text");
  *record.add_fields() =
      field("k", [](v1::Value& v) { v.mutable_map()->add_entries()->set_key("x"); });
  const std::string wire = record.SerializeAsString();
  for (size_t size = 0; size < wire.size(); ++size) {
    v1::Record parsed;
    const std::string part = wire.substr(0, size);
    edn::Tape tape;
    EXPECT_EQ(decode_record(part, tape).ok(), parsed.ParseFromString(part)) << size;
  }
}

TEST(ProtoDecodeTest, CommonEntriesFillWhatIsAbsent) {
  std::vector<std::string> wires;
  wires.push_back(
      field("service", [](v1::Value& v) { v.set_string_value("auth"); }).SerializeAsString());
  wires.push_back(
      field("host", [](v1::Value& v) { v.set_string_value("h1"); }).SerializeAsString());
  const std::vector<std::string_view> views(wires.begin(), wires.end());
  edn::Tape common;
  ASSERT_TRUE(decode_fields(views, common).ok());
  v1::Record record;
  record.set_message("m");
  record.set_host("own");
  EXPECT_EQ(decoded(record.SerializeAsString(), common.root()),
            "{:message \"m\" :host \"own\" :service \"auth\"}");
}

// The generated messages and the hand walk agree on every random record.
TEST(ProtoEncodeTest, GeneratedMessagesReadItAlike) {
  testing::RandomRecord random(7);
  for (int i = 0; i < 300; ++i) {
    edn::Tape source;
    source.copy(random.record());
    std::string wire;
    ASSERT_TRUE(encode_record(source.root(), wire).ok());
    v1::Record message;
    ASSERT_TRUE(message.ParseFromString(wire)) << edn::print(source.root());
    EXPECT_EQ(decoded(message.SerializeAsString()), edn::print(source.root()));
  }
}

TEST(ProtoEncodeTest, KnownKeysUseTheirFieldsWhileTheOrderAllows) {
  edn::Tape tape;
  ASSERT_TRUE(edn::read_one("{:level \"info\" :message \"m\" :timestamp #inst \"2026\" :host "
                            "\"h\"}",
                            tape)
                  .ok());
  std::string wire;
  ASSERT_TRUE(encode_record(tape.root(), wire).ok());
  v1::Record message;
  ASSERT_TRUE(message.ParseFromString(wire));
  EXPECT_EQ(message.level(), "info");
  EXPECT_EQ(message.message(), "m");
  EXPECT_FALSE(message.has_host());
  EXPECT_EQ(message.fields_size(), 2);
}

TEST(ProtoEncodeTest, OnlyMapsAreRecords) {
  edn::Tape tape;
  tape.nil();
  std::string wire;
  EXPECT_FALSE(encode_record(tape.root(), wire).ok());
}

TEST(ProtoSchemaTest, NumbersAreThoseOfTheProtoFile) {
  const auto* record = v1::Record::descriptor();
  for (size_t i = 1; i < schema::typed_keys.size(); ++i) {
    const auto* key = record->FindFieldByNumber(static_cast<int>(i + 1));
    ASSERT_NE(key, nullptr);
    EXPECT_EQ(key->name(), schema::typed_keys[i]);
  }
  EXPECT_EQ(record->FindFieldByName("timestamp_unix_nanos")->number(),
            static_cast<int>(schema::record_timestamp));
  EXPECT_EQ(record->FindFieldByName("fields")->number(), static_cast<int>(schema::record_fields));
  EXPECT_EQ(v1::Value::descriptor()->field_count(), static_cast<int>(schema::last_value_field));
}

}  // namespace
}  // namespace clogs::record
