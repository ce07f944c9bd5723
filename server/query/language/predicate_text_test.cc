// :contains to :seq.
#include "server/query/language/limits.h"
#include "server/query/language/testing/tables.h"

namespace clogs::query::testing {
namespace {

TEST(TextPredicate, PatternsSuccess) {
  expect_clauses(
      "where",
      {
          {"[:contains :a \"x\"]", "[:contains :a \"x\"]"},
          {"[:contains :tags :x]", "[:contains :tags :x]"},
          {"[:contains :tags [:lit 1]]", "[:contains :tags [:lit 1]]"},
          {"[:contains :a \"x\" {:case :insensitive}]",
           "[:contains :a \"x\" {:case :insensitive}]"},
          {"[:contains :a \"x\" {:case :sensitive}]", "[:contains :a \"x\"]"},
          {"[:starts-with :a \"x\"]", "[:starts-with :a \"x\"]"},
          {"[:prefix :a \"x\"]", "[:starts-with :a \"x\"]"},
          {"[:ends-with :a \"x\"]", "[:ends-with :a \"x\"]"},
          {"[:suffix :a \"x\" {:case false}]", "[:ends-with :a \"x\" {:case :insensitive}]"},
          {"[:wildcard :k8s.pod \"checkout-*\"]", "[:wildcard :k8s.pod \"checkout-*\"]"},
          {"[:matches :a \"^x(\\\\d+)$\"]", "[:matches :a \"^x(\\\\d+)$\"]"},
          {"[:matches :a \"x\" {:case :insensitive}]", "[:matches :a \"x\" {:case :insensitive}]"},
      });
}

TEST(TextPredicate, PatternsFailure) {
  expect_clause_failures(
      "where", {
                   {"[:contains :a]", ":clogs/wrong-arity [:where]"},
                   {"[:starts-with :a 5]", ":clogs/wrong-type [:where 2]"},
                   {"[:starts-with :a \"x\" {:case :lower}]", ":clogs/bad-value [:where 3 :case]"},
                   {"[:starts-with :a \"x\" {:kase true}]", ":clogs/unknown-key [:where 3 :kase]"},
                   {"[:starts-with :a \"x\" \"y\"]", ":clogs/wrong-type [:where 3]"},
                   {"[:matches :a \"(\"]", ":clogs/bad-regex [:where 2]"},
                   {"[:matches :a \"(?=x)\"]", ":clogs/bad-regex [:where 2]"},
                   {"[:matches :a \"(x{1000}){1000}\"]", ":clogs/bad-regex [:where 2]"},
                   {"[:like :a \"x%\"]", ":clogs/unknown-operator [:where 0]"},
               });
  std::string long_pattern(max_pattern_bytes + 1, 'x');
  EXPECT_EQ(failure_of("{:where [:matches :a \"" + long_pattern + "\"]}"),
            ":clogs/bad-regex [:where 2]");
}

TEST(TextPredicate, WordsSuccess) {
  expect_clauses(
      "where",
      {
          {"[:text \"a b\"]", "[:text :message \"a b\"]"},
          {"[:text \"a b\" {:op :and}]", "[:text :message \"a b\"]"},
          {"[:text \"a b\" {:op :or}]", "[:text :message \"a b\" {:op :or}]"},
          {"[:text :m \"a b\" {:op :phrase}]", "[:phrase :m \"a b\"]"},
          {"[:text :m \"a b\" {:op :phrase :slop 2}]", "[:text :m \"a b\" {:op :phrase :slop 2}]"},
          {"[:text :m \"a\" {:op :prefix :case true}]",
           "[:text :m \"a\" {:case true :op :prefix}]"},
          {"[:text :m \"a\" {:case :sensitive}]", "[:text :m \"a\" {:case true}]"},
          {"[:text [:a :b] \"x\"]", "[:text [:a :b] \"x\"]"},
          {"[:text [:a] \"x\"]", "[:text :a \"x\"]"},
          {"[:text [[:a :b]] \"x\"]", "[:text [[:a :b]] \"x\"]"},
          {"[:text [:path :a :b] \"x\"]", "[:text [[:a :b]] \"x\"]"},
          {"[:text [[:path :path] :b] \"x\"]", "[:text [[:path :path] :b] \"x\"]"},
          {"[:phrase \"a b\"]", "[:phrase :message \"a b\"]"},
          {"[:phrase :m \"a b\" {:case true}]", "[:phrase :m \"a b\" {:case true}]"},
          {"[:seq \"a\" \"b\"]", "[:seq :message \"a\" \"b\"]"},
          {"[:seq :m \"a\"]", "[:seq :m \"a\"]"},
          {"[:seq [:field \"odd name\"] \"a\"]", "[:seq [:field \"odd name\"] \"a\"]"},
          {"[:seq [:m 0] \"a\" \"b\" {:case true}]", "[:seq [:m 0] \"a\" \"b\" {:case true}]"},
      });
}

TEST(TextPredicate, WordsFailure) {
  expect_clause_failures("where",
                         {
                             {"[:text]", ":clogs/wrong-arity [:where]"},
                             {"[:text :a \"b\" \"c\"]", ":clogs/wrong-arity [:where]"},
                             {"[:text :a 5]", ":clogs/wrong-type [:where 2]"},
                             {"[:text [] \"a\"]", ":clogs/wrong-arity [:where 1]"},
                             {"[:text \"a\" {:op :any}]", ":clogs/bad-value [:where 2 :op]"},
                             {"[:text \"a\" {:slop 2}]", ":clogs/bad-value [:where 2 :slop]"},
                             {"[:phrase]", ":clogs/wrong-arity [:where]"},
                             {"[:phrase :a :b]", ":clogs/wrong-type [:where 2]"},
                             {"[:seq :a]", ":clogs/wrong-arity [:where]"},
                             {"[:seq]", ":clogs/wrong-arity [:where]"},
                             {"[:seq :a \"b\" :c]", ":clogs/wrong-type [:where 3]"},
                         });
}

}  // namespace
}  // namespace clogs::query::testing
