#include "server/query/language/field.h"

#include "server/query/language/testing/tables.h"

namespace clogs::query::testing {
namespace {

Field field_of(std::string_view text) {
  Result<Query> query = read("{:where [:exists " + std::string(text) + "]}");
  EXPECT_TRUE(query.ok()) << query.status().to_string();
  return query.ok() ? query->where.left.field : Field{};
}

TEST(Field, CanonicalForms) {
  expect_clauses("where",
                 {
                     {"[:exists :a]", "[:exists :a]"},
                     {"[:exists \"a\"]", "[:exists :a]"},
                     {"[:exists [:a]]", "[:exists :a]"},
                     {"[:exists [\"a\"]]", "[:exists :a]"},
                     {"[:exists [:path :a]]", "[:exists :a]"},
                     {"[:exists [:field :a]]", "[:exists :a]"},
                     {"[:exists \"a b\"]", "[:exists \"a b\"]"},
                     {"[:exists \"\"]", "[:exists \"\"]"},
                     {"[:exists :http.status]", "[:exists :http.status]"},
                     {"[:exists \"http.status\"]", "[:exists :http.status]"},
                     {"[:exists [:http.status]]", "[:exists [:http.status]]"},
                     {"[:exists [:http :status]]", "[:exists [:http :status]]"},
                     {"[:exists [:items :* :sku]]", "[:exists [:items :* :sku]]"},
                     {"[:exists [:items \"*\"]]", "[:exists [:items \"*\"]]"},
                     {"[:exists [:path :* :sku]]", "[:exists [:path :* :sku]]"},
                     {"[:exists [:items 0 \"odd key\"]]", "[:exists [:items 0 \"odd key\"]]"},
                     {"[:exists [:path :hour :x]]", "[:exists [:path :hour :x]]"},
                     {"[:exists [:path :path :x]]", "[:exists [:path :path :x]]"},
                     {"[:exists :hour]", "[:exists :hour]"},
                     {"[:exists :http/status]", "[:exists :http/status]"},
                     {"[:exists \"@timestamp\"]", "[:exists \"@timestamp\"]"},
                     {"[:exists \".a\"]", "[:exists :.a]"},
                 });
}

TEST(Field, DottedNamesAndPathsDiffer) {
  EXPECT_TRUE(field_of(":http.status").dotted);
  EXPECT_FALSE(field_of("[:http.status]").dotted);
  EXPECT_FALSE(field_of(":status").dotted);
  EXPECT_FALSE(field_of("\"a..b\"").dotted);
  EXPECT_EQ(field_of(":http.status").name, "http.status");
  EXPECT_EQ(field_of("[:http :status]").name, "http.status");
  EXPECT_EQ(field_of("[:items :* 3 :sku]").name, "items.*.3.sku");
}

TEST(Field, Failure) {
  expect_clause_failures("where",
                         {
                             {"[:exists nil]", ":clogs/wrong-type [:where 1]"},
                             {"[:exists {:a 1}]", ":clogs/wrong-type [:where 1]"},
                             {"[:exists a]", ":clogs/wrong-type [:where 1]"},
                             {"[:exists ?a]", ":clogs/wrong-type [:where 1]"},
                             {"[:exists []]", ":clogs/wrong-arity [:where 1]"},
                             {"[:exists [:path]]", ":clogs/wrong-arity [:where 1]"},
                             {"[:exists [:a -1]]", ":clogs/bad-value [:where 1 1]"},
                             {"[:exists [:a 1.5]]", ":clogs/wrong-type [:where 1 1]"},
                             {"[:exists [:upper :a]]", ":clogs/not-implemented [:where 1 0]"},
                             {"[:exists [:* :a]]", ":clogs/not-implemented [:where 1 0]"},
                         });
}

}  // namespace
}  // namespace clogs::query::testing
