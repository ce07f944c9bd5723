// {field value}, and the maps of the first dialect.
#include "server/query/language/testing/tables.h"

namespace clogs::query::testing {
namespace {

TEST(Shorthand, Success) {
  expect_clauses("where", {
                              {"{}", ""},
                              {"{:a 1}", "[:= :a 1]"},
                              {"{:b 1 :a 2}", "[:and [:= :a 2] [:= :b 1]]"},
                              {"{:a 2 :b 1}", "[:and [:= :a 2] [:= :b 1]]"},
                              {"{:a #{2 1}}", "[:in :a #{1 2}]"},
                              {"{:a nil}", "[:missing :a]"},
                              {"{:a [:>= 500]}", "[:>= :a 500]"},
                              {"{:a [:between 1 5]}", "[:between :a 1 5]"},
                              {"{:a [:exists]}", "[:exists :a]"},
                              {"{:a [:text \"x y\"]}", "[:text :a \"x y\"]"},
                              {"{:a [:in [1 2]]}", "[:in :a #{1 2}]"},
                              {"{:a [1 2]}", "[:= :a [1 2]]"},
                              {"{:a []}", "[:= :a []]"},
                              {"{\"odd name\" 1}", "[:= \"odd name\" 1]"},
                              {"{[:a :b] 1}", "[:= [:a :b] 1]"},
                              {"{:field :level}", "[:= :field :level]"},
                              {"{:and 1 :b 2}", "[:and [:= :and 1] [:= :b 2]]"},
                          });
}

TEST(Shorthand, Failure) {
  expect_clause_failures(
      "where", {
                   {"{:a [:gte 500]}", ":clogs/unknown-operator [:where :a 0]"},
                   {"{:a [:and 1]}", ":clogs/unknown-operator [:where :a 0]"},
                   {"{:a {:b 1}}", ":clogs/wrong-type [:where :a]"},
                   {"{:a (1 2)}", ":clogs/wrong-type [:where :a]"},
                   {"{:a [:between 1]}", ":clogs/wrong-arity [:where :a]"},
                   {"{:a [:in 5]}", ":clogs/wrong-type [:where :a 1]"},
                   {"{1 2}", ":clogs/wrong-type [:where 1]"},
                   {"{:* 2}", ":clogs/wrong-type [:where :*]"},
                   {"{:and [[:= :a 1] [:b 2]]}", ":clogs/unknown-operator [:where :and 1 0]"},
               });
}

TEST(FirstDialect, Success) {
  expect_clauses("where",
                 {
                     {"{:field :level :operator :eq :value \"error\"}", "[:= :level \"error\"]"},
                     {"{:field :a :operator :ne :value 1}", "[:!= :a 1]"},
                     {"{:field :a :operator :gt :value 1}", "[:> :a 1]"},
                     {"{:field :a :operator :gte :value 1}", "[:>= :a 1]"},
                     {"{:field :a :operator :lt :value 1}", "[:< :a 1]"},
                     {"{:field :a :operator :lte :value 1}", "[:<= :a 1]"},
                     {"{:field :a :operator :in :value [2 1]}", "[:in :a #{1 2}]"},
                     {"{:field :a :operator :contains :value \"x\"}", "[:contains :a \"x\"]"},
                     {"{:field :a :operator :starts-with :value \"x\"}", "[:starts-with :a \"x\"]"},
                     {"{:field :a :operator :ends-with :value \"x\"}", "[:ends-with :a \"x\"]"},
                     {"{:field :a :operator :eq :value nil}", "[:missing :a]"},
                     {"{:field :a :operator := :value 1}", "[:= :a 1]"},
                     {"{:and [{:a 1} {:b 2}]}", "[:and [:= :a 1] [:= :b 2]]"},
                     {"{:or [{:a 1} {:and [{:b 2}]}]}", "[:or [:= :a 1] [:= :b 2]]"},
                     {"{:not {:field :a :operator :eq :value 1}}", "[:not [:= :a 1]]"},
                     {"{:and []}", ""},
                 });
}

TEST(FirstDialect, Failure) {
  expect_clause_failures(
      "where",
      {
          {"{:field :a :operator :eq}", ":clogs/missing-key [:where]"},
          {"{:field :a :operator :equals :value 1}", ":clogs/unknown-operator [:where :operator]"},
          {"{:field :a :operator \"eq\" :value 1}", ":clogs/unknown-operator [:where :operator]"},
          {"{:field 1 :operator :eq :value 1}", ":clogs/wrong-type [:where :field]"},
          {"{:field :a :operator :eq :value 1 :x 2}", ":clogs/unknown-key [:where :x]"},
          {"{:field :a :operator :in :value 1}", ":clogs/wrong-type [:where :value]"},
          {"{:and {:a 1}}", ":clogs/wrong-type [:where :and]"},
          {"{:not [{:a 1}]}", ":clogs/unknown-operator [:where :not 0]"},
      });
}

TEST(FirstDialect, MissingOperatorIsWarnedOf) {
  Parsed parsed = parse_with_diagnostics("{:where {:field :a :value 1}}", Syntax::edn, {}, now);
  ASSERT_TRUE(parsed.query);
  ASSERT_EQ(parsed.diagnostics.size(), 1U);
  EXPECT_FALSE(parsed.diagnostics[0].is_error);
}

}  // namespace
}  // namespace clogs::query::testing
