#include "core/edn/tape.h"

#include <cmath>
#include <limits>

#include <gtest/gtest.h>

#include "core/edn/printer.h"
#include "core/edn/reader.h"
#include "core/edn/value.h"

namespace clogs::edn {
namespace {

Tape tape_of(std::string_view text) {
  Tape tape;
  EXPECT_TRUE(read_one(text, tape).ok()) << text;
  return tape;
}

TEST(Tape, LaysAFormOutInReadingOrder) {
  Tape tape = tape_of("{:a [1 2] :b #t \"x\"}");
  ASSERT_EQ(tape.size(), 8u);
  EXPECT_EQ(tape.root().size(), 2u);
  EXPECT_EQ(tape.at(2).kind(), Kind::vector);
  EXPECT_EQ(tape.at(2).next(), tape.at(5).node());
  EXPECT_EQ(tape.at(6).kind(), Kind::tagged);
  EXPECT_EQ(tape.at(6).tagged_value().text(), "x");
  EXPECT_EQ(tape.at(6).next(), tape.at(8).node());
}

TEST(Tape, BuildsWhatItIsTold) {
  Tape tape;
  size_t map = tape.open(Kind::map);
  tape.atom(Kind::keyword, "n");
  tape.integer(-5);
  tape.atom(Kind::keyword, "v");
  size_t items = tape.open(Kind::vector);
  tape.nil();
  tape.boolean(true);
  tape.floating(2.0);
  tape.inst(1'500'000'000);
  tape.tag("t");
  tape.atom(Kind::string, "x");
  tape.close(items, 5);
  tape.close(map, 2);
  EXPECT_EQ(print(tape.root()),
            "{:n -5 :v [nil true 2.0 #inst \"1970-01-01T00:00:01.5Z\" #t \"x\"]}");
}

TEST(Tape, CopiesOfItselfSurviveGrowing) {
  Tape tape = tape_of("[1 [2 3]]");
  for (int i = 0; i < 10; ++i) tape.copy(tape.root());
  EXPECT_EQ(print(tape.at(5 * 10)), "[1 [2 3]]");
}

TEST(Tape, DeepCopiesOutliveTheText) {
  Tape copy;
  {
    std::string text = "{:key \"a string that is longer than any small string\"}";
    Tape tape;
    ASSERT_TRUE(read_one(text, tape).ok());
    copy.copy_deep(tape.root());
    text.assign(text.size(), '?');
  }
  EXPECT_EQ(print(copy.root()), "{:key \"a string that is longer than any small string\"}");
}

TEST(Tape, MovesLeaveAnEmptyOneBehind) {
  Tape tape = tape_of("[1]");
  Tape moved(std::move(tape));
  EXPECT_EQ(print(moved.root()), "[1]");
  EXPECT_TRUE(tape.empty());  // NOLINT(bugprone-use-after-move): what this test is about
}

TEST(Tape, ClearKeepsMemoryForTheSameAgain) {
  Tape tape;
  std::string big(100'000, 'x');
  tape.keep(big);
  tape.integer(1);
  tape.clear();
  EXPECT_TRUE(tape.empty());
  size_t bytes = tape.memory_bytes();
  EXPECT_GE(bytes, big.size());
  EXPECT_EQ(tape.keep(big), big);
  tape.integer(1);
  EXPECT_EQ(tape.memory_bytes(), bytes);
}

TEST(Tape, AShortValueTakesLittleMemory) {
  Tape tape;
  tape.integer(17);
  EXPECT_LE(tape.memory_bytes(), 128u);
}

TEST(Tape, KeptTextStaysWhereItIs) {
  Tape tape;
  std::string_view first = tape.keep("first");
  for (int i = 0; i < 10'000; ++i) tape.keep("filler filler filler");
  EXPECT_EQ(first, "first");
  EXPECT_EQ(tape.keep(""), "");
}

TEST(View, FindsKeywordsBeforeStrings) {
  Tape tape = tape_of("{\"a\" 1 :a 2 \"b\" 3 [:c] 4 c 5}");
  EXPECT_EQ(tape.root().find("a").as_int64(), 2);
  EXPECT_EQ(tape.root().find("b").as_int64(), 3);
  EXPECT_FALSE(tape.root().find("c"));
  EXPECT_FALSE(View().find("a"));
  EXPECT_FALSE(tape_of("[:a 1]").root().find("a"));
}

TEST(View, WalksElementsOverNestedOnes) {
  Tape tape = tape_of("[[1 [2]] #t {:a 1} 3]");
  std::string kinds;
  for (View item : tape.root()) (kinds += kind_name(item.kind())) += ' ';
  EXPECT_EQ(kinds, "vector tagged integer ");
}

std::optional<int64_t> as_int(std::string_view text) { return tape_of(text).root().as_int64(); }
std::optional<double> as_double(std::string_view text) { return tape_of(text).root().as_double(); }

TEST(View, IntegersThatFit) {
  EXPECT_EQ(as_int("+5"), 5);
  EXPECT_EQ(as_int("-0"), 0);
  EXPECT_EQ(as_int("7N"), 7);
  EXPECT_EQ(as_int("0x10"), 16);
  EXPECT_EQ(as_int("-9223372036854775808"), std::numeric_limits<int64_t>::min());
  EXPECT_EQ(as_int("9223372036854775808"), std::nullopt);
  EXPECT_EQ(as_int("1.0"), std::nullopt);
  EXPECT_EQ(as_int("\"1\""), std::nullopt);
  EXPECT_EQ(View().as_int64(), std::nullopt);
}

TEST(View, NumbersAsDoubles) {
  constexpr double infinity = std::numeric_limits<double>::infinity();
  EXPECT_EQ(as_double("+1.5"), 1.5);
  EXPECT_EQ(as_double("1."), 1.0);
  EXPECT_EQ(as_double("2.50M"), 2.5);
  EXPECT_EQ(as_double("3/4"), 0.75);
  EXPECT_EQ(as_double("-1/8"), -0.125);
  EXPECT_EQ(as_double("9007199254740993N"), 9007199254740992.0);
  EXPECT_EQ(as_double("##-Inf"), -infinity);
  EXPECT_EQ(as_double("1e999"), infinity);
  EXPECT_EQ(as_double("-1e999"), -infinity);
  EXPECT_EQ(as_double("1e-999"), 0.0);
  EXPECT_EQ(as_double("0.0e999"), 0.0);
  EXPECT_EQ(as_double(std::string(400, '9')), infinity);
  EXPECT_EQ(as_double("0." + std::string(400, '0') + "1"), 0.0);
  EXPECT_EQ(as_double("1" + std::string(400, '0') + "/2" + std::string(400, '0')), 0.5);
  EXPECT_EQ(as_double("1" + std::string(400, '0') + "/3"), infinity);
  EXPECT_EQ(as_double("1/3" + std::string(400, '0')), 0.0);
  EXPECT_TRUE(std::isnan(*as_double("##NaN")));
  EXPECT_EQ(as_double(":a"), std::nullopt);
  EXPECT_EQ(View().as_double(), std::nullopt);
}

}  // namespace
}  // namespace clogs::edn
