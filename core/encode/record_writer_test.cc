#include "clogs/record_writer.h"

#include <cmath>
#include <limits>
#include <string>

#include <gtest/gtest.h>

#include "core/edn/printer.h"
#include "core/edn/reader.h"
#include "core/edn/value.h"
#include "core/record/proto_codec.h"
#include "core/record/testing/random_record.h"

namespace clogs {
namespace {

using edn::Kind;
using edn::Value;

// What the server makes of the bytes, as EDN; the refusal if it refuses.
std::string stored(const RecordWriter& writer) {
  edn::Tape tape;
  const Status status = record::decode_record(writer.bytes(), tape);
  return status.ok() ? edn::print(tape.root()) : status.to_string();
}

TEST(RecordWriterTest, TypedKeysComeFirstInTheirOrder) {
  RecordWriter writer;
  writer.field("n", 1);
  writer.span_id("b7");
  writer.message("hello");
  writer.level(Level::warn);
  writer.timestamp(1'000'000'000);
  writer.service("shop");
  writer.host("h");
  writer.logger("shop.cart");
  writer.thread("main");
  writer.trace_id("4b");
  EXPECT_EQ(stored(writer),
            R"({:timestamp #inst "1970-01-01T00:00:01Z" :level "warn" :message "hello" )"
            R"(:service "shop" :host "h" :logger "shop.cart" :thread "main" )"
            R"(:trace_id "4b" :span_id "b7" :n 1})");
}

TEST(RecordWriterTest, EveryScalarKeepsItsValue) {
  RecordWriter writer;
  writer.field("text", "a\n");
  writer.field("string", std::string("s"));
  writer.field("empty", "");
  writer.field("min", std::numeric_limits<int64_t>::min());
  writer.field("max", std::numeric_limits<uint64_t>::max());
  writer.field("short", static_cast<int16_t>(-3));
  writer.field("half", 0.5);
  writer.field("nan", std::nan(""));
  writer.field("yes", true);
  writer.field("no", false);
  writer.field("nil", nullptr);
  writer.field_number("price", "1.50M");
  writer.field_keyword("kind", "a/b");
  writer.field_instant("at", 0);
  writer.field_uuid("id", "f81d4fae-7dec-11d0-a765-00a0c91e6bf6");
  EXPECT_EQ(stored(writer),
            R"({:text "a\n" :string "s" :empty "" :min -9223372036854775808 )"
            R"(:max 18446744073709551615 :short -3 :half 0.5 :nan ##NaN :yes true :no false )"
            R"(:nil nil :price 1.50M :kind :a/b :at #inst "1970-01-01T00:00:00Z" )"
            R"(:id #uuid "f81d4fae-7dec-11d0-a765-00a0c91e6bf6"})");
}

TEST(RecordWriterTest, CollectionsNest) {
  RecordWriter writer;
  writer.begin_map("request");
  writer.field("path", "/");
  writer.begin_vector("items");
  writer.item(1);
  writer.begin_map_item();
  writer.begin_set("tags");
  writer.item("a");
  writer.item_keyword("b");
  EXPECT_EQ(writer.depth(), 4u);
  writer.end();
  writer.end();
  writer.begin_vector_item();
  writer.end();
  writer.begin_set_item();
  writer.item(nullptr);
  writer.item(0.25);
  writer.item(true);
  writer.item_number("12N");
  writer.item(uint64_t{1} << 63);
  writer.end();
  writer.end();
  writer.field("after", std::string(300, 'x'));
  writer.end();
  writer.field("last", 2);
  EXPECT_EQ(stored(writer), R"({:request {:path "/" :items [1 {:tags #{"a" :b}} [] )"
                            R"(#{nil 0.25 true 12N 9223372036854775808}] :after ")" +
                                std::string(300, 'x') + R"("} :last 2})");
}

TEST(RecordWriterTest, AnEndTooManyDoesNothing) {
  RecordWriter writer;
  writer.field("a", 1);
  writer.end();
  EXPECT_EQ(stored(writer), "{:a 1}");
}

TEST(RecordWriterTest, WhatIsStillOpenOrOutOfPlaceIsNoRecord) {
  RecordWriter open;
  open.begin_map("m");
  open.field("a", 1);
  EXPECT_FALSE(stored(open).starts_with("{"));
  RecordWriter misplaced;
  misplaced.begin_vector("v");
  misplaced.field("a", 1);
  misplaced.end();
  EXPECT_FALSE(stored(misplaced).starts_with("{"));
}

TEST(RecordWriterTest, ClearKeepsNothingOfTheLastRecord) {
  RecordWriter writer;
  writer.message(std::string(5000, 'm'));
  writer.begin_map("open");
  writer.clear();
  EXPECT_TRUE(writer.empty());
  EXPECT_EQ(writer.depth(), 0u);
  writer.field("a", 1);
  EXPECT_EQ(stored(writer), "{:a 1}");
}

// Writes what the writer has calls for; says whether it had one for everything.
class Writing {
 public:
  explicit Writing(RecordWriter& writer) : writer_(writer) {}

  bool entries(const Value& map) {
    for (size_t i = 0; i + 1 < map.items().size(); i += 2) {
      const Value& key = map.items()[i];
      if (!key.is(Kind::keyword) || !entry(key.text(), map.items()[i + 1])) return false;
    }
    return true;
  }

 private:
  bool entry(std::string_view key, const Value& value) {
    switch (value.kind()) {
      case Kind::nil:
        writer_.field(key, nullptr);
        return true;
      case Kind::boolean:
        writer_.field(key, value.truth());
        return true;
      case Kind::string:
        writer_.field(key, value.text());
        return true;
      case Kind::keyword:
        writer_.field_keyword(key, value.text());
        return true;
      case Kind::uuid:
        writer_.field_uuid(key, value.text());
        return true;
      case Kind::integer:
        writer_.field_number(key, value.text());
        return true;
      case Kind::map:
        writer_.begin_map(key);
        return inside(entries(value));
      case Kind::vector:
        writer_.begin_vector(key);
        return inside(elements(value));
      case Kind::set:
        writer_.begin_set(key);
        return inside(elements(value));
      default:
        return false;
    }
  }
  bool element(const Value& value) {
    switch (value.kind()) {
      case Kind::nil:
        writer_.item(nullptr);
        return true;
      case Kind::boolean:
        writer_.item(value.truth());
        return true;
      case Kind::string:
        writer_.item(value.text());
        return true;
      case Kind::keyword:
        writer_.item_keyword(value.text());
        return true;
      case Kind::uuid:
        writer_.item_uuid(value.text());
        return true;
      case Kind::integer:
        writer_.item_number(value.text());
        return true;
      case Kind::map:
        writer_.begin_map_item();
        return inside(entries(value));
      case Kind::vector:
        writer_.begin_vector_item();
        return inside(elements(value));
      case Kind::set:
        writer_.begin_set_item();
        return inside(elements(value));
      default:
        return false;
    }
  }
  bool elements(const Value& collection) {
    for (const Value& item : collection.items()) {
      if (!element(item)) return false;
    }
    return true;
  }
  bool inside(bool good) {
    writer_.end();
    return good;
  }

  RecordWriter& writer_;
};

TEST(RecordWriterTest, RandomRecordsAreStoredAsTheRecordCodecStoresThem) {
  RecordWriter writer;
  size_t compared = 0;
  for (uint64_t seed = 0; seed < 3000; ++seed) {
    const Value random = record::testing::RandomRecord(seed).record();
    Value written = Value::map();
    // Of each random record the entries that the writer can write.
    for (size_t i = 0; i + 1 < random.items().size(); i += 2) {
      RecordWriter probe;
      Value one = Value::map();
      one.push_back(random.items()[i]);
      one.push_back(random.items()[i + 1]);
      if (!Writing(probe).entries(one)) continue;
      written.push_back(random.items()[i]);
      written.push_back(random.items()[i + 1]);
    }
    if (written.items().empty()) continue;
    writer.clear();
    ASSERT_TRUE(Writing(writer).entries(written));
    ASSERT_EQ(stored(writer), edn::print(written)) << "seed " << seed;
    ++compared;
  }
  EXPECT_GT(compared, 2000u);
}

}  // namespace
}  // namespace clogs
