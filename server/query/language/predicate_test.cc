#include "server/query/language/predicate.h"

#include "server/query/language/testing/tables.h"

namespace clogs::query::testing {
namespace {

TEST(Predicate, LogicSuccess) {
  expect_clauses(
      "where",
      {
          {":true", ""},
          {":false", ":false"},
          {"[:and]", ""},
          {"[:or]", ":false"},
          {"[:and [:= :a 1]]", "[:= :a 1]"},
          {"[:or [:= :a 1]]", "[:= :a 1]"},
          {"[:and [:= :a 1] [:and [:= :b 2] [:= :c 3]]]", "[:and [:= :a 1] [:= :b 2] [:= :c 3]]"},
          {"[:or [:or [:= :b 1] [:= :a 2]] [:= :c 3]]", "[:or [:= :b 1] [:= :a 2] [:= :c 3]]"},
          {"[:and [:or [:= :a 1] [:= :b 1]] :true]", "[:and [:or [:= :a 1] [:= :b 1]] :true]"},
          {"[:and [:or [:and [:= :a 1] [:= :b 1]]] [:= :c 1]]",
           "[:and [:= :a 1] [:= :b 1] [:= :c 1]]"},
          {"[:not [:= :a 1]]", "[:not [:= :a 1]]"},
          {"[:not [:not {:a 1}]]", "[:not [:not [:= :a 1]]]"},
          {"[:at-least 2 {:a 1} {:b 1} {:c 1}]", "[:at-least 2 [:= :a 1] [:= :b 1] [:= :c 1]]"},
          {"[:at-least 0]", "[:at-least 0]"},
      });
}

TEST(Predicate, LogicFailure) {
  expect_clause_failures(
      "where",
      {
          {"[]", ":clogs/wrong-arity [:where]"},
          {"[:not]", ":clogs/wrong-arity [:where]"},
          {"[:not :true :true]", ":clogs/wrong-arity [:where]"},
          {"[:at-least]", ":clogs/wrong-arity [:where]"},
          {"[:at-least -1 :true]", ":clogs/bad-value [:where 1]"},
          {"[:at-least \"2\" :true]", ":clogs/wrong-type [:where 1]"},
          {"[:and [:= :a 1] [:or :true [:nope]]]", ":clogs/unknown-operator [:where 2 2 0]"},
          {"[[:= :a 1] [:= :b 2]]", ":clogs/unknown-operator [:where 0]"},
          {"[= :a 1]", ":clogs/unknown-operator [:where 0]"},
          {"[\"=\" :a 1]", ":clogs/unknown-operator [:where 0]"},
          {"[1 2]", ":clogs/wrong-type [:where 0]"},
          {"true", ":clogs/wrong-type [:where]"},
          {"nil", ":clogs/wrong-type [:where]"},
          {":maybe", ":clogs/wrong-type [:where]"},
          {"#{:true}", ":clogs/wrong-type [:where]"},
          {"([:= :a 1])", ":clogs/wrong-type [:where]"},
      });
}

TEST(Predicate, BothDropsWhatIsAlwaysTrue) {
  Pred always;
  Pred never;
  never.kind = Pred::Kind::never;
  EXPECT_EQ(language::both(always, never), never);
  EXPECT_EQ(language::both(never, always), never);
  EXPECT_EQ(language::both(never, never).args.size(), 2U);
}

}  // namespace
}  // namespace clogs::query::testing
