#include "core/edn/value.h"

#include <gtest/gtest.h>

#include "core/edn/printer.h"
#include "core/edn/reader.h"

namespace clogs::edn {
namespace {

TEST(Value, SaysWhatItIs) {
  EXPECT_TRUE(Value().is_nil());
  EXPECT_TRUE(Value::boolean(true).truth());
  EXPECT_EQ(Value::integer(-7).as_int64(), -7);
  EXPECT_EQ(Value::floating(0.5).as_double(), 0.5);
  EXPECT_EQ(Value::string("1").as_int64(), std::nullopt);
  EXPECT_EQ(Value::string("1").as_double(), std::nullopt);
  EXPECT_TRUE(Value::keyword("a").is_keyword("a"));
  EXPECT_FALSE(Value::symbol("a").is_keyword("a"));
}

TEST(Value, PrintsEveryKind) {
  Value value = Value::vector(
      {Value::nil(), Value::boolean(false), Value::integer(1), Value::floating(1e22),
       Value::floating(3.0), Value::number(Kind::decimal, "1.50"), Value::character("\n"),
       Value::string("s"), Value::keyword("k/w"), Value::symbol("sym"), Value::inst("2026"),
       Value::inst_nanos(0), Value::uuid("1-2-3-4-5"), Value::tagged("t", Value::list({})),
       Value::set({Value::integer(1)}), Value::map({Value::integer(1), Value::nil()})});
  EXPECT_EQ(print(value),
            "[nil false 1 1e+22 3.0 1.50M \\newline \"s\" :k/w sym #inst \"2026\" "
            "#inst \"1970-01-01T00:00:00Z\" #uuid \"1-2-3-4-5\" #t () #{1} {1 nil}]");
}

TEST(Value, GoesThroughATapeUnchanged) {
  std::string text = "{:a [1 #t {:b #{\\x}}] \"s\" true}";
  Tape tape;
  ASSERT_TRUE(read_one(text, tape).ok());
  EXPECT_EQ(print(Value::from(tape.root())), text);
}

TEST(Value, MapsKeepTheirOrder) {
  Value map = Value::map_of({{"b", Value::integer(1)}, {"a", Value::integer(2)}});
  map.set_key("c", Value::integer(3));
  map.set_key("b", Value::integer(4));
  EXPECT_EQ(print(map), "{:b 4 :a 2 :c 3}");
  EXPECT_EQ(map.size(), 3u);
  ASSERT_NE(map.find("a"), nullptr);
  EXPECT_EQ(map.find("a")->as_int64(), 2);
  EXPECT_EQ(map.find("x"), nullptr);
  EXPECT_EQ(Value::vector({}).find("a"), nullptr);
}

TEST(Value, ComparesByValue) {
  EXPECT_EQ(Value::list({Value::integer(1)}), Value::vector({Value::integer(1)}));
  EXPECT_NE(Value::integer(1), Value::floating(1));
  EXPECT_NE(Value::boolean(true), Value::boolean(false));
}

}  // namespace
}  // namespace clogs::edn
