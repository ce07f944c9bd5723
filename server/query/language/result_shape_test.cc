#include "server/query/language/result_shape.h"

#include "server/query/language/testing/tables.h"

namespace clogs::query::testing {
namespace {

TEST(Select, Success) {
  expect_clauses("select", {
                               {"[:a :b.c [:d 0]]", "[:a :b.c [:d 0]]"},
                               {"[\"odd name\"]", "[\"odd name\"]"},
                               {"[[:as :x :a]]", "[[:as :x :a]]"},
                               {"[[:as :a :a]]", "[:a]"},
                               {"[:*]", "[:*]"},
                               {"[[:except :a :b]]", "[[:except :a :b]]"},
                               {"[{:http [:status :method]}]", "[{:http [:status :method]}]"},
                               {"[{:b [:x] :a [:y]}]", "[{:a [:y]} {:b [:x]}]"},
                               {"[{:http [{:request [:* [:except :body]]}]}]",
                                "[{:http [{:request [:* [:except :body]]}]}]"},
                               {"[[:path :as :x]]", "[[:path :as :x]]"},
                           });
}

TEST(Select, Failure) {
  expect_clause_failures("select",
                         {
                             {":a", ":clogs/wrong-type [:select]"},
                             {"[]", ":clogs/wrong-arity [:select]"},
                             {"[5]", ":clogs/wrong-type [:select 0]"},
                             {"[[:as :x]]", ":clogs/wrong-arity [:select 0]"},
                             {"[[:as :x [:upper :a]]]", ":clogs/not-implemented [:select 0 2 0]"},
                             {"[[:except]]", ":clogs/wrong-arity [:select 0]"},
                             {"[{}]", ":clogs/wrong-arity [:select 0]"},
                             {"[{:http :status}]", ":clogs/wrong-type [:select 0 :http]"},
                             {"[:a :a]", ":clogs/duplicate-column [:select]"},
                             {"[:a [:as :a :b]]", ":clogs/duplicate-column [:select]"},
                             {"[:k8s.pod [:k8s :pod]]", ":clogs/duplicate-column [:select]"},
                             {"[{:h [:x :x]}]", ":clogs/duplicate-column [:select]"},
                         });
}

TEST(OrderBy, Success) {
  expect_clauses("order-by", {
                                 {"[]", ""},
                                 {"[:a]", "[[:a :asc]]"},
                                 {"[[:a :desc] :b]", "[[:a :desc] [:b :asc]]"},
                                 {"[[[:a :b] :desc]]", "[[[:a :b] :desc]]"},
                                 {"[[:a :b]]", "[[[:a :b] :asc]]"},
                                 {"[[:a :desc {:nulls :first}]]", "[[:a :desc {:nulls :first}]]"},
                                 {"[[:a :desc {:nulls :last}]]", "[[:a :desc]]"},
                                 {"[[:timestamp :desc]]", ""},
                                 {"[[:timestamp :desc] [:clogs/id :desc]]", ""},
                                 {"[:timestamp]", "[[:timestamp :asc]]"},
                                 {"[[:timestamp :desc] [:clogs/id :asc]]",
                                  "[[:timestamp :desc] [:clogs/id :asc]]"},
                             });
}

TEST(OrderBy, Failure) {
  expect_clause_failures(
      "order-by", {
                      {":a", ":clogs/wrong-type [:order-by]"},
                      {"[:a :desc]", ":clogs/wrong-type [:order-by 1]"},
                      {"[[:a :descending]]", ":clogs/bad-value [:order-by 0 1]"},
                      {"[[:a :up {:nulls :first}]]", ":clogs/bad-value [:order-by 0 1]"},
                      {"[[:a :asc {:nulls :middle}]]", ":clogs/bad-value [:order-by 0 2 :nulls]"},
                      {"[[:a :asc {:nils :first}]]", ":clogs/unknown-key [:order-by 0 2 :nils]"},
                      {"[[[:lower :a] :asc]]", ":clogs/not-implemented [:order-by 0 0 0]"},
                      {"[5]", ":clogs/wrong-type [:order-by 0]"},
                  });
}

TEST(OrderBy, DefaultOrderOfGroupsIsLeftOut) {
  expect_queries({
      {"{:group-by [:a :b] :order-by [:a [:b :asc]]}",
       "{:aggregations [[:count [:count]]] :group-by [:a :b]}"},
      {"{:group-by [:a :b] :order-by [:a]}",
       "{:aggregations [[:count [:count]]] :group-by [:a :b] :order-by [[:a :asc]]}"},
      {"{:group-by [:a] :order-by [[:a :desc]]}",
       "{:aggregations [[:count [:count]]] :group-by [:a] :order-by [[:a :desc]]}"},
  });
}

TEST(DistinctClause, Success) {
  expect_clauses("distinct", {
                                 {"true", "true"},
                                 {"false", ""},
                                 {"[:a :b]", "[:a :b]"},
                                 {"[[:a :b]]", "[[:a :b]]"},
                                 {"[[:path :path] :a]", "[[:path :path] :a]"},
                             });
}

TEST(DistinctClause, Failure) {
  expect_clause_failures("distinct", {
                                         {":a", ":clogs/wrong-type [:distinct]"},
                                         {"[]", ":clogs/wrong-arity [:distinct]"},
                                         {"[5]", ":clogs/wrong-type [:distinct 0]"},
                                     });
}

}  // namespace
}  // namespace clogs::query::testing
