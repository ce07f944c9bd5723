#include "server/query/language/pipe.h"

#include "server/query/language/testing/tables.h"

namespace clogs::query::testing {
namespace {

TEST(Pipe, FlatStagesAreTheFlatKeys) {
  auto same = [](std::string_view pipe, std::string_view flat) {
    EXPECT_EQ(canonical_of(pipe), canonical_of(flat)) << pipe;
    EXPECT_TRUE(read(pipe).ok()) << pipe;
  };
  same("{:pipe []}", "{}");
  same("{:pipe [[:where {:a 1}]]}", "{:where {:a 1}}");
  same("{:where {:a 1} :pipe [[:where {:b 1}] [:where {:c 1}]]}",
       "{:where [:and {:a 1} {:b 1} {:c 1}]}");
  same("{:pipe [[:sort [:a :desc] :b] [:offset 5] [:limit 10] [:select :a [:as :x :b]]]}",
       "{:order-by [[:a :desc] :b] :offset 5 :limit 10 :select [:a [:as :x :b]]}");
  same("{:pipe [[:aggregate {:by [:a] :of {:n [:count]}}] [:having [:> :n 1]] [:sort [:n :desc]]]}",
       "{:group-by [:a] :aggregations {:n [:count]} :having [:> :n 1] :order-by [[:n :desc]]}");
  same("{:pipe [[:aggregate {:by [:a]}]]}", "{:group-by [:a]}");
  same("{:pipe [[:distinct]]}", "{:distinct true}");
  same("{:pipe [[:distinct :a :b]]}", "{:distinct [:a :b]}");
  same("{:pipe [[:aggregate {:by [:a]}]] :limit 5}", "{:group-by [:a] :limit 5}");
  same("{:pipe [[:limit 7]]}", "{:limit 7}");
}

TEST(Pipe, NotImplemented) {
  for (std::string_view stage : {"[:compute {:x [:+ 1 2]}]",
                                 "[:drop :a]",
                                 "[:rename {:a :b}]",
                                 "[:parse :message :json]",
                                 "[:extract :m \"<a>\"]",
                                 "[:replace :a \"x\" \"y\"]",
                                 "[:redact :all]",
                                 "[:decolorize]",
                                 "[:flatten :a]",
                                 "[:unroll :a]",
                                 "[:window {}]",
                                 "[:dedup :a]",
                                 "[:sample 0.1]",
                                 "[:top 5 :a]",
                                 "[:rare 5 :a]",
                                 "[:facets]",
                                 "[:field-names]",
                                 "[:patterns :message]",
                                 "[:context {:before 3}]",
                                 "[:session {}]",
                                 "[:join {}]",
                                 "[:lookup :t {}]",
                                 "[:union]",
                                 "[:diff {}]",
                                 "[:timechart {}]"}) {
    EXPECT_EQ(failure_of("{:pipe [" + std::string(stage) + "]}"),
              ":clogs/not-implemented [:pipe 0]")
        << stage;
  }
  expect_failures({
      {"{:pipe [[:limit 5] [:sort :a]]}", ":clogs/not-implemented [:pipe 1]"},
      {"{:pipe [[:limit 5] [:where {:a 1}]]}", ":clogs/not-implemented [:pipe 1]"},
      {"{:pipe [[:limit 5] [:limit 3]]}", ":clogs/not-implemented [:pipe 1]"},
      {"{:pipe [[:limit 5 {:by [:a]}]]}", ":clogs/not-implemented [:pipe 0]"},
      {"{:group-by [:a] :pipe [[:aggregate {:by [:b]}]]}", ":clogs/not-implemented [:pipe 0]"},
      {"{:group-by [:a] :pipe [[:limit 10]]}", ":clogs/not-implemented [:pipe 0]"},
  });
}

TEST(Pipe, Failure) {
  expect_clause_failures(
      "pipe", {
                  {"{}", ":clogs/wrong-type [:pipe]"},
                  {"[:limit 5]", ":clogs/wrong-type [:pipe 0]"},
                  {"[[:filter {:a 1}]]", ":clogs/unknown-operator [:pipe 0 0]"},
                  {"[[:where]]", ":clogs/wrong-arity [:pipe 0]"},
                  {"[[:where [:oops]]]", ":clogs/unknown-operator [:pipe 0 1 0]"},
                  {"[[:aggregate {:group [:a]}]]", ":clogs/unknown-key [:pipe 0 1 :group]"},
                  {"[[:aggregate {}]]", ":clogs/wrong-arity [:pipe 0 1]"},
                  {"[[:aggregate {:by [5]}]]", ":clogs/wrong-type [:pipe 0 1 :by 0]"},
                  {"[[:sort :a :desc]]", ":clogs/wrong-type [:pipe 0 2]"},
                  {"[[:select]]", ":clogs/wrong-arity [:pipe 0]"},
                  {"[[:limit \"5\"]]", ":clogs/wrong-type [:pipe 0 1]"},
                  {"[[:offset 20000]]", ":clogs/offset-too-large [:pipe 0 1]"},
              });
}

}  // namespace
}  // namespace clogs::query::testing
