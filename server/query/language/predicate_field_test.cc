// Comparisons, :in, :between, :exists, :type, :cidr, :len.
#include "server/query/language/testing/tables.h"

namespace clogs::query::testing {
namespace {

TEST(FieldPredicate, CompareSuccess) {
  expect_clauses("where", {
                              {"[:= :level \"error\"]", "[:= :level \"error\"]"},
                              {"[:!= :level :error]", "[:!= :level :error]"},
                              {"[:not= :level :error]", "[:!= :level :error]"},
                              {"[:< :a 1]", "[:< :a 1]"},
                              {"[:<= :a 1.5]", "[:<= :a 1.5]"},
                              {"[:> :a 1M]", "[:> :a 1M]"},
                              {"[:>= :a -3]", "[:>= :a -3]"},
                              {"[:= :a nil]", "[:missing :a]"},
                              {"[:!= :a nil]", "[:exists :a]"},
                              {"[:< :a nil]", "[:< :a nil]"},
                              {"[:= :a true]", "[:= :a true]"},
                              {"[:= :a \\x]", "[:= :a \\x]"},
                              {"[:= :a 1/3]", "[:= :a 1/3]"},
                              {"[:= :a [1 2]]", "[:= :a [1 2]]"},
                              {"[:= :a #{2 1}]", "[:= :a #{1 2}]"},
                              {"[:= :a {:y 1 :x 2}]", "[:= :a {:x 2 :y 1}]"},
                              {"[:= :a #uuid \"f81d4fae-7dec-11d0-a765-00a0c91e6bf6\"]",
                               "[:= :a #uuid \"f81d4fae-7dec-11d0-a765-00a0c91e6bf6\"]"},
                              {"[:= :at #inst \"2026-11-23T02:00:00.120+02:00\"]",
                               "[:= :at #inst \"2026-11-23T00:00:00.12Z\"]"},
                              {"[:= :a [:field :b]]", "[:= :a [:field :b]]"},
                              {"[:= :a [:field [:b 0]]]", "[:= :a [:field [:b 0]]]"},
                              {"[:= :a [:lit [:field :b]]]", "[:= :a [:lit [:field :b]]]"},
                              {"[:= :a [:lit 5]]", "[:= :a 5]"},
                              {"[:= :a [:lit [:+ 1 2]]]", "[:= :a [:lit [:+ 1 2]]]"},
                              {"[:= [:lit 5] [:field :a]]", "[:= [:lit 5] [:field :a]]"},
                              {"[:= :a [:red :green]]", "[:= :a [:red :green]]"},
                          });
}

TEST(FieldPredicate, CompareFailure) {
  expect_clause_failures("where",
                         {
                             {"[:=]", ":clogs/wrong-arity [:where]"},
                             {"[:= :a]", ":clogs/wrong-arity [:where]"},
                             {"[:= :a 1 2]", ":clogs/wrong-arity [:where]"},
                             {"[:= 1 :a]", ":clogs/wrong-type [:where 1]"},
                             {"[:= nil 1]", ":clogs/wrong-type [:where 1]"},
                             {"[:= :a b]", ":clogs/wrong-type [:where 2]"},
                             {"[:= :a [1 x]]", ":clogs/wrong-type [:where 2 1]"},
                             {"[:= :* 1]", ":clogs/wrong-type [:where 1]"},
                             {"[:= [] 1]", ":clogs/wrong-arity [:where 1]"},
                             {"[:= [:a nil] 1]", ":clogs/wrong-type [:where 1 1]"},
                             {"[:= [:lower :a] \"x\"]", ":clogs/not-implemented [:where 1 0]"},
                             {"[:> [:+ :a 1] 3]", ":clogs/not-implemented [:where 1 0]"},
                             {"[:> :a [:+ 1 2]]", ":clogs/not-implemented [:where 2 0]"},
                             {"[:equals :a 1]", ":clogs/unknown-operator [:where 0]"},
                         });
}

TEST(FieldPredicate, CollectionsSuccess) {
  expect_clauses("where",
                 {
                     {"[:in :a #{\"x\" \"b\"}]", "[:in :a #{\"b\" \"x\"}]"},
                     {"[:in :a [\"x\" \"b\" \"x\"]]", "[:in :a #{\"b\" \"x\"}]"},
                     {"[:not-in :a [1 nil]]", "[:not-in :a #{1 nil}]"},
                     {"[:in :a []]", "[:in :a #{}]"},
                     {"[:in :a [:lower :upper]]", "[:in :a #{:lower :upper}]"},
                     {"[:between :a 1 5]", "[:between :a 1 5]"},
                     {"[:between :a 1 5 {:bounds \"[]\"}]", "[:between :a 1 5]"},
                     {"[:between :a 1 5 {:bounds \"[)\"}]", "[:between :a 1 5 {:bounds \"[)\"}]"},
                     {"[:between :a 1 [:field :b] {:bounds \"()\"}]",
                      "[:between :a 1 [:field :b] {:bounds \"()\"}]"},
                     {"[:exists :a]", "[:exists :a]"},
                     {"[:missing [:a :b]]", "[:missing [:a :b]]"},
                     {"[:empty :a.b]", "[:empty :a.b]"},
                     {"[:type :a :integer]", "[:type :a :integer]"},
                     {"[:type :a :number]", "[:type :a :number]"},
                     {"[:len :a :>= 3]", "[:len :a :>= 3]"},
                     {"[:len :a :not= 3]", "[:len :a :!= 3]"},
                     {"[:cidr :ip \"10.1.2.3/8\"]", "[:cidr :ip \"10.0.0.0/8\"]"},
                     {"[:cidr :ip \"10.1.2.3\" \"2001:DB8::/32\"]",
                      "[:cidr :ip \"10.1.2.3/32\" \"2001:db8::/32\"]"},
                 });
}

TEST(FieldPredicate, CollectionsFailure) {
  expect_clause_failures(
      "where", {
                   {"[:in :a \"x\"]", ":clogs/wrong-type [:where 2]"},
                   {"[:in :a {:x 1}]", ":clogs/wrong-type [:where 2]"},
                   {"[:in :a {:where {:b 1} :select [:a]}]", ":clogs/not-implemented [:where 2]"},
                   {"[:in :a]", ":clogs/wrong-arity [:where]"},
                   {"[:between :a 1]", ":clogs/wrong-arity [:where]"},
                   {"[:between :a 1 2 {:bounds \"[[\"}]", ":clogs/bad-value [:where 4 :bounds]"},
                   {"[:between :a 1 2 {:bound \"[]\"}]", ":clogs/unknown-key [:where 4 :bound]"},
                   {"[:exists]", ":clogs/wrong-arity [:where]"},
                   {"[:exists 3]", ":clogs/wrong-type [:where 1]"},
                   {"[:exists [:lit 3]]", ":clogs/wrong-type [:where 1]"},
                   {"[:type :a :int]", ":clogs/bad-value [:where 2]"},
                   {"[:type :a \"integer\"]", ":clogs/wrong-type [:where 2]"},
                   {"[:len :a :like 3]", ":clogs/bad-value [:where 2]"},
                   {"[:len :a := 3.5]", ":clogs/wrong-type [:where 3]"},
                   {"[:len :a := -1]", ":clogs/bad-value [:where 3]"},
                   {"[:cidr :ip]", ":clogs/wrong-arity [:where]"},
                   {"[:cidr :ip \"10.0.0.0/33\"]", ":clogs/bad-value [:where 2]"},
                   {"[:cidr :ip \"10.0.0.0/8\" \"ten\"]", ":clogs/bad-value [:where 3]"},
               });
}

TEST(FieldPredicate, TypesAreKinds) {
  Result<Query> query = read("{:where [:type :a :collection]}");
  ASSERT_TRUE(query.ok());
  EXPECT_EQ(query->where.types, (std::vector<edn::Kind>{edn::Kind::list, edn::Kind::vector,
                                                        edn::Kind::map, edn::Kind::set}));
}

}  // namespace
}  // namespace clogs::query::testing
