#include "server/query/language/suggest.h"

#include <gtest/gtest.h>

#include "core/edn/printer.h"
#include "server/query/language/names.h"

namespace clogs::query::language {
namespace {

TEST(Suggest, EditDistance) {
  auto f = [](std::string_view a, std::string_view b, size_t want) {
    EXPECT_EQ(edit_distance(a, b), want) << a << " " << b;
    EXPECT_EQ(edit_distance(b, a), want) << a << " " << b;
  };
  f("", "", 0);
  f("", "abc", 3);
  f("where", "where", 0);
  f("were", "where", 1);
  f("wehre", "where", 1);
  f("selct", "select", 1);
  f("kitten", "sitting", 3);
}

TEST(Suggest, Operators) {
  auto f = [](std::string_view said, std::string_view want) {
    EXPECT_EQ(edn::print(edn::Value::vector(suggest(said, field_operators))), want) << said;
  };
  f("equals", "[:= :in]");
  f("like", "[:wildcard :contains]");
  f("regex", "[:matches]");
  f("gte", "[:>=]");
  f("==", "[:= :!= :<=]");
  f("contians", "[:contains]");
  f("start-with", "[:starts-with]");
  f("betwen", "[:between]");
  f("nonsense", "[]");
  f(std::string(1000, 'x'), "[]");
}

}  // namespace
}  // namespace clogs::query::language
