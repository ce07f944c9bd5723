// Random values, the same in every run: what is printed reads back equal, in EDN and in JSON.
#include <algorithm>
#include <cmath>
#include <random>

#include <gtest/gtest.h>

#include "core/edn/equal.h"
#include "core/edn/escape.h"
#include "core/edn/json_reader.h"
#include "core/edn/json_writer.h"
#include "core/edn/printer.h"
#include "core/edn/reader.h"

namespace clogs::edn {
namespace {

class Generator {
 public:
  explicit Generator(uint64_t seed) : random_(seed) {}

  size_t below(size_t limit) { return random_() % limit; }

  std::string text() {
    std::string out;
    for (size_t left = below(20); left > 0; --left) {
      uint32_t code = 0;
      switch (below(4)) {
        case 0:
          code = static_cast<uint32_t>(below(0x20));
          break;
        case 1:
          code = static_cast<uint32_t>(0x80 + below(0xD000));
          break;
        case 2:
          code = static_cast<uint32_t>(0x10000 + below(0x10000));
          break;
        default:
          code = static_cast<uint32_t>(0x20 + below(0x60));
          break;
      }
      char buffer[4];
      out.append(buffer, encode_utf8(code, buffer));
    }
    return out;
  }

  std::string name() {
    static constexpr std::string_view letters = "abcxyzABC019.*+!-_?$%&=<>#':/";
    for (;;) {
      std::string out;
      for (size_t left = 1 + below(8); left > 0; --left) out += letters[below(letters.size())];
      if (is_keyword_name(out)) return out;
    }
  }

  std::string digits() {
    std::string out(1, static_cast<char>('1' + below(9)));
    for (size_t left = below(25); left > 0; --left) out += static_cast<char>('0' + below(10));
    return below(2) == 0 ? "-" + out : out;
  }

  Value atom() {
    switch (below(13)) {
      case 0:
        return Value::nil();
      case 1:
        return Value::boolean(below(2) == 0);
      case 2:
        return Value::integer(static_cast<int64_t>(random_()));
      case 3:
        return Value::number(Kind::integer, digits());
      case 4:
        return Value::number(Kind::big_integer, digits());
      case 5:
        return Value::number(Kind::decimal, digits() + ".50e" + std::to_string(below(99)));
      case 6:
        return Value::number(Kind::ratio, digits() + "/" + std::to_string(1 + below(9)));
      case 7:
        return Value::floating(std::ldexp(static_cast<double>(random_()), -32));
      case 8:
        return Value::keyword(name());
      case 9:
        return Value::symbol("s" + name());
      case 10:
        return Value::inst_nanos(static_cast<int64_t>(random_()));
      case 11:
        return Value::uuid("0-" + std::to_string(below(9999)) + "-1-2-3");
      default:
        return Value::string(text());
    }
  }

  Value value(size_t depth) {
    if (depth == 0 || below(3) == 0) return atom();
    switch (below(5)) {
      case 0:
        return Value::list(items(depth));
      case 1:
        return Value::vector(items(depth));
      case 2:
        return Value::set(distinct(items(depth)));
      case 3:
        return Value::tagged("t" + std::to_string(below(9)), value(depth - 1));
      default:
        return map(depth);
    }
  }

  Value map(size_t depth) {
    std::vector<Value> entries;
    for (Value& key : distinct(items(depth))) {
      entries.push_back(std::move(key));
      entries.push_back(value(depth - 1));
    }
    return Value::map(std::move(entries));
  }

  // The same value with entries and elements in another order.
  Value shuffled(const Value& value) {
    Value out = value;
    for (Value& item : out.items()) item = shuffled(item);
    if (value.is(Kind::set)) std::shuffle(out.items().begin(), out.items().end(), random_);
    if (value.is(Kind::map)) {
      for (size_t i = out.size(); i > 1; --i) {
        size_t j = below(i);
        std::swap(out.items()[2 * (i - 1)], out.items()[2 * j]);
        std::swap(out.items()[2 * (i - 1) + 1], out.items()[2 * j + 1]);
      }
    }
    return out;
  }

 private:
  std::vector<Value> items(size_t depth) {
    std::vector<Value> out;
    for (size_t left = below(5); left > 0; --left) out.push_back(value(depth - 1));
    return out;
  }

  static std::vector<Value> distinct(std::vector<Value> items) {
    std::vector<Value> out;
    for (Value& item : items) {
      if (std::find(out.begin(), out.end(), item) == out.end()) out.push_back(std::move(item));
    }
    return out;
  }

  std::mt19937_64 random_;
};

uint64_t hash_of(const Value& value) {
  Tape tape;
  tape.copy(value);
  return hash(tape.root());
}

TEST(Property, PrintedEdnReadsBackEqual) {
  Generator generator(1);
  for (int round = 0; round < 3000; ++round) {
    Value value = generator.value(4);
    std::string printed = print(value);
    Result<Value> again = read_value(printed);
    ASSERT_TRUE(again.ok()) << printed << "\n" << again.status().to_string();
    ASSERT_EQ(*again, value) << printed;
    ASSERT_EQ(print(*again), printed);
    ASSERT_EQ(printed.find_first_of("\n\r"), std::string::npos) << printed;
    Result<Value> pretty = read_value(print_pretty(value, 30));
    ASSERT_TRUE(pretty.ok()) << printed;
    ASSERT_EQ(*pretty, value) << printed;
  }
}

TEST(Property, OrderOfMapsAndSetsDoesNotMatter) {
  Generator generator(2);
  for (int round = 0; round < 2000; ++round) {
    Value value = generator.value(4);
    Value other = generator.shuffled(value);
    ASSERT_EQ(value, other) << print(value);
    ASSERT_EQ(hash_of(value), hash_of(other)) << print(value);
    ASSERT_EQ(print_canonical(value), print_canonical(other));
  }
}

TEST(Property, UnequalValuesDiffer) {
  Generator generator(3);
  for (int round = 0; round < 2000; ++round) {
    Value a = generator.value(2);
    Value b = generator.value(2);
    ASSERT_EQ(a == b, b == a) << print(a) << " " << print(b);
    if (print_canonical(a) == print_canonical(b)) {
      ASSERT_EQ(a, b) << print(a) << " " << print(b);
    }
    ASSERT_NE(Value::vector({a, b}), Value::vector({a})) << print(a);
  }
}

// Of what JSON can say: nil, booleans, numbers, strings, vectors, maps with names for keys.
Value json_like(Generator& generator, size_t depth) {
  if (depth == 0 || generator.below(3) == 0) {
    switch (generator.below(5)) {
      case 0:
        return Value::nil();
      case 1:
        return Value::boolean(generator.below(2) == 0);
      case 2:
        return Value::number(Kind::integer, generator.digits());
      case 3:
        return Value::number(Kind::floating, generator.digits() + ".250");
      default:
        return Value::string(generator.text());
    }
  }
  std::vector<Value> items;
  Value map = Value::map();
  for (size_t left = generator.below(6); left > 0; --left) {
    Value item = json_like(generator, depth - 1);
    map.set_key(generator.name(), item);
    items.push_back(std::move(item));
  }
  return generator.below(2) == 0 ? map : Value::vector(std::move(items));
}

TEST(Property, JsonGoesOutAndInUnchanged) {
  Generator generator(4);
  JsonReader reader;
  for (int round = 0; round < 3000; ++round) {
    Value value = json_like(generator, 4);
    std::string json;
    write_json(value, json);
    Tape tape;
    Status status = reader.read(json, tape);
    ASSERT_TRUE(status.ok()) << json << "\n" << status.to_string();
    ASSERT_EQ(print(tape.root()), print(value)) << json;
  }
}

TEST(Property, WrittenJsonIsLegal) {
  Generator generator(5);
  JsonReader reader;
  for (int round = 0; round < 3000; ++round) {
    Value value = generator.value(4);
    std::string json;
    write_json(value, json);
    Tape tape;
    Status status = reader.read(json, tape);
    // :a and "a" are two keys of EDN and one of JSON.
    bool legal = status.ok() || status.message().find("duplicate key") != std::string::npos;
    ASSERT_TRUE(legal) << json << "\n" << status.to_string();
  }
}

TEST(Property, KeywordNamesAreThoseThatReadBack) {
  static constexpr std::string_view bytes =
      "aZ09./:#'*@`~^\"\\;()[]{}, \n\x01\x7F%|\xC3\xA9\xC2\xA0";
  Generator generator(6);
  size_t legal = 0;
  for (int round = 0; round < 100'000; ++round) {
    std::string name;
    for (size_t left = generator.below(6); left > 0; --left)
      name += bytes[generator.below(bytes.size())];
    std::string text = ":" + name;
    Tape tape;
    bool reads =
        read_one(text, tape).ok() && tape.root().is(Kind::keyword) && tape.root().text() == name;
    Tape as_string;
    // Names come from text that was found to be UTF-8 before.
    std::string quoted;
    append_quoted(name, quoted);
    if (!read_one(quoted, as_string).ok()) continue;
    ASSERT_EQ(is_keyword_name(name), reads) << text;
    legal += reads;
  }
  EXPECT_GT(legal, 1000u);
}

TEST(Property, DuplicatesAreFoundHoweverMany) {
  Generator generator(7);
  for (size_t count : {2, 8, 32, 33, 100, 1000}) {
    std::vector<Value> items;
    for (size_t i = 0; i < count; ++i) items.push_back(Value::vector({Value::integer(int64_t(i))}));
    Tape distinct;
    distinct.copy(Value::set(items));
    EXPECT_FALSE(find_duplicate(distinct.root())) << count;
    items[generator.below(count - 1)] = items.back();
    Tape twice;
    twice.copy(Value::set(items));
    View found = find_duplicate(twice.root());
    ASSERT_TRUE(found) << count;
    EXPECT_EQ(Value::from(found), items.back());
  }
}

}  // namespace
}  // namespace clogs::edn
