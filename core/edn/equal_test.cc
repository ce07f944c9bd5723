#include "core/edn/equal.h"

#include <gtest/gtest.h>

#include "core/edn/reader.h"
#include "core/edn/tape.h"

namespace clogs::edn {
namespace {

struct Compared {
  bool equal;
  bool same_hash;
};

Compared compare(std::string_view a, std::string_view b) {
  Tape left;
  Tape right;
  EXPECT_TRUE(read_one(a, left).ok()) << a;
  EXPECT_TRUE(read_one(b, right).ok()) << b;
  return {equal(left.root(), right.root()), hash(left.root()) == hash(right.root())};
}

TEST(Equal, WhatIsEqualHashesEqual) {
  const std::pair<std::string_view, std::string_view> pairs[] = {
      {"1", "1N"},
      {"1", "+1"},
      {"0", "-0"},
      {"0xFF", "255"},
      {"2/4", "1/2"},
      {"4/2", "2"},
      {"-6/3", "-2N"},
      {"1.0", "1e0"},
      {"0.0", "-0.0"},
      {"0.1", "0.10000000000000000"},
      {"##NaN", "##NaN"},
      {"1.5M", "1.50M"},
      {"100M", "1e2M"},
      {"0M", "-0.00e7M"},
      {"-0.5M", "-5e-1M"},
      {"00.5M", "0.5M"},
      {"(1 2)", "[1 2]"},
      {"#{1 2 3}", "#{3 2 1}"},
      {"{:a 1 :b [2]}", "{:b (2) :a 1}"},
      {"\"\\u0041\"", "\"A\""},
      {"\\u0041", "\\A"},
      {"#:n{:a 1}", "{:n/a 1}"},
      {"#inst \"2026\"", "#inst \"2026-01-01T01:00:00+01:00\""},
      {"#uuid \"1-2-3-4-A\"", "#uuid \"00000001-0002-0003-0004-00000000000a\""},
      {"#t [1 2]", "#t (1 2)"},
      {"#{[1 2] #{3}}", "#{#{3N} (1 2)}"},
      {"4611686018427387902/6917529027641081853", "2/3"},
      {"2305843009213693951/2", "4611686018427387902/4"},
      {"2/2305843009213693951", "4/4611686018427387902"},
  };
  for (const auto& [a, b] : pairs) {
    Compared compared = compare(a, b);
    EXPECT_TRUE(compared.equal) << a << " " << b;
    EXPECT_TRUE(compared.same_hash) << a << " " << b;
  }
}

TEST(Equal, WhatDiffersIsNotEqual) {
  const std::pair<std::string_view, std::string_view> pairs[] = {
      {"1", "1.0"},
      {"1", "1M"},
      {"1.0", "1.0M"},
      {"1/2", "0.5"},
      {"1", "-1"},
      {"1/2", "-1/2"},
      {"1/2", "2/1"},
      {"a", ":a"},
      {":a", "\"a\""},
      {"\"a\"", "\\a"},
      {"nil", "false"},
      {"true", "false"},
      {"nil", "()"},
      {"[]", "#{}"},
      {"[]", "{}"},
      {"[1 2]", "[2 1]"},
      {"[1]", "[1 1]"},
      {"#{1}", "#{2}"},
      {"{:a 1}", "{:a 2}"},
      {"{:a 1}", "{:b 1}"},
      {"#t 1", "#u 1"},
      {"#t 1", "1"},
      {":a/b", ":a"},
      {"1M", "10M"},
      {"#inst \"2026\"", "#inst \"2027\""},
      {"#inst \"2026\"", "\"2026\""},
      {"[[1 2] 3]", "[[1] 2 3]"},
      {"[1 [2 3]]", "[1 [2] 3]"},
  };
  for (const auto& [a, b] : pairs) EXPECT_FALSE(compare(a, b).equal) << a << " " << b;
}

// Each level holds two sets of equal size that differ only at the bottom: comparing pairs at every
// level would take the square of the nodes.
std::string twins(size_t depth, int& next) {
  if (depth == 0) return "#{" + std::to_string(next++) + "}";
  std::string left = twins(depth - 1, next);
  return "#{" + left + " " + twins(depth - 1, next) + "}";
}

TEST(Equal, NestedSetsOfOneShapeStayCheap) {
  int next = 0;
  std::string text = twins(14, next);
  Tape tape;
  ASSERT_TRUE(read_one(text, tape).ok());
  Tape same;
  ASSERT_TRUE(read_one(text, same).ok());
  EXPECT_TRUE(equal(tape.root(), same.root()));
}

TEST(Equal, ManyKeysWithEqualEndsStayCheap) {
  std::string text = "{";
  for (int i = 0; i < 20'000; ++i) {
    text += ":aaaaaaaa" + std::to_string(100'000 + i) + "bbbbbbbb " + std::to_string(i) + " ";
  }
  Tape tape;
  ASSERT_TRUE(read_one(text + "}", tape).ok());
  tape.clear();
  std::string twice = text + ":aaaaaaaa100077bbbbbbbb 1}";
  Status status = read_one(twice, tape);
  EXPECT_NE(status.message().find("duplicate key :aaaaaaaa100077bbbbbbbb"), std::string::npos)
      << status.message();
}

TEST(Duplicate, IsTheLaterOfTheTwo) {
  Tape tape;
  size_t opened = tape.open(Kind::set);
  for (std::string_view text : {"a", "b", "a"}) tape.atom(Kind::string, text);
  tape.close(opened, 3);
  EXPECT_EQ(find_duplicate(tape.root()).node(), tape.at(3).node());
}

}  // namespace
}  // namespace clogs::edn
