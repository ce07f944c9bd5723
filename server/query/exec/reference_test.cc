// Random records and queries against an evaluator that is written here once more, as simply as it
// can be: over values, one record after the other, with sorted vectors and doubles.
#include <algorithm>
#include <map>
#include <random>

#include "core/edn/reader.h"
#include "server/query/testing/harness.h"

namespace clogs::query::testing {
namespace {

using edn::Kind;
using edn::Value;

// What the random records hold: few fields with few values of several types, so that filters meet.
struct Simple {
  int64_t n = 0;
  int64_t timestamp = 0;
  std::map<std::string, Value> fields;
  const Value* get(const std::string& name) const {
    const auto at = fields.find(name);
    return at == fields.end() || at->second.is_nil() ? nullptr : &at->second;
  }
};

bool is_text(const Value& value) { return value.is(Kind::string) || value.is(Kind::keyword); }

bool same(const Value& stored, const Value& literal) {
  if (is_text(stored) && is_text(literal)) return stored.text() == literal.text();
  const auto a = stored.as_double();
  const auto b = literal.as_double();
  if (a && b) return *a == *b;
  if (b && is_text(stored)) {
    char* end = nullptr;
    const double parsed = std::strtod(stored.text().c_str(), &end);
    return !stored.text().empty() && *end == '\0' && parsed == *b;
  }
  return stored == literal;
}

// -1, 0, 1, or 2 where there is no order.
int order(const Value& a, const Value& b) {
  const auto left = a.as_double();
  const auto right = b.as_double();
  if (left && right) return *left < *right ? -1 : *left > *right ? 1 : 0;
  if (a.is(Kind::boolean) && b.is(Kind::boolean)) return int(a.truth()) - int(b.truth());
  if (!is_text(a) || !is_text(b)) return 2;
  const int by_text = a.text().compare(b.text());
  return by_text < 0 ? -1 : by_text > 0 ? 1 : 0;
}

bool holds(const Value& pred, const Simple& record) {
  if (pred.is(Kind::keyword)) return pred.text() == "true";
  const std::string& op = pred[0].text();
  if (op == "and" || op == "or") {
    for (size_t i = 1; i < pred.size(); ++i) {
      if (holds(pred[i], record) != (op == "and")) return op == "or";
    }
    return op == "and";
  }
  if (op == "not") return !holds(pred[1], record);
  const Value* field = record.get(pred[1].text());
  if (op == "exists") return field != nullptr;
  if (op == "missing") return field == nullptr;
  if (op == "!=") return field == nullptr || !same(*field, pred[2]);
  if (op == "not-in") {
    return field == nullptr || std::none_of(pred[2].items().begin(), pred[2].items().end(),
                                            [&](const Value& one) { return same(*field, one); });
  }
  if (field == nullptr) return false;
  if (op == "=") return same(*field, pred[2]);
  if (op == "in") {
    return std::any_of(pred[2].items().begin(), pred[2].items().end(),
                       [&](const Value& one) { return same(*field, one); });
  }
  if (op == "between") {
    const int low = order(*field, pred[2]);
    const int high = order(*field, pred[3]);
    return (low == 0 || low == 1) && (high == 0 || high == -1);
  }
  if (op == "contains")
    return is_text(*field) && field->text().find(pred[2].text()) != std::string::npos;
  if (op == "starts-with") return is_text(*field) && field->text().starts_with(pred[2].text());
  const int by = order(*field, pred[2]);
  if (op == "<") return by == -1;
  if (op == "<=") return by == -1 || by == 0;
  if (op == ">") return by == 1;
  return by == 1 || by == 0;
}

class ReferenceTest : public QueryTest {
 protected:
  ReferenceTest() : QueryTest({.threads = 4}), serial(store, nullptr, clock, {.threads = 1}) {}

  std::string pick(std::initializer_list<const char*> from) {
    return *(from.begin() + static_cast<ptrdiff_t>(random() % from.size()));
  }
  std::string value() {
    return pick({"1", "2", "2.0", "3M", "-1", "0.5", "1/2", "\"2\"", "\"a\"", "\"ab\"", ":a", ":b",
                 "true", "false", "\"\"", "[1 2]"});
  }
  std::string scalar() {
    return pick({"1", "2", "2.0", "3M", "0.5", "\"2\"", "\"a\"", "\"ab\"", ":a", "true"});
  }
  std::string field() { return pick({":f", ":g", ":h"}); }

  void make_records() {
    for (int batch = 0; batch < 12; ++batch) {
      std::string lines;
      for (int i = 0; i < 25; ++i) {
        Simple record;
        record.n = static_cast<int64_t>(records.size());
        record.timestamp = 1'700'000'000 + static_cast<int64_t>(random() % 50);
        std::string line =
            "{:n " + std::to_string(record.n) + " :timestamp " + std::to_string(record.timestamp);
        for (const char* name : {"f", "g", "h"}) {
          if (random() % 4 == 0) continue;
          const std::string text = random() % 10 == 0 ? "nil" : value();
          line += " :" + std::string(name) + " " + text;
          record.fields[name] = edn::read_value(text).value();
        }
        lines += line + "}\n";
        records.push_back(std::move(record));
      }
      add(lines);
    }
  }

  std::string predicate(int depth) {
    const auto kind = random() % (depth > 0 ? 14 : 11);
    switch (kind) {
      case 0:
        return "[:= " + field() + " " + scalar() + "]";
      case 1:
        return "[:!= " + field() + " " + scalar() + "]";
      case 2:
        return "[:< " + field() + " " + scalar() + "]";
      case 3:
        return "[:>= " + field() + " " + scalar() + "]";
      case 4:
        return "[:in " + field() + " #{1 \"ab\" true}]";
      case 5:
        return "[:not-in " + field() + " #{2 :a 0.5}]";
      case 6:
        return "[:exists " + field() + "]";
      case 7:
        return "[:missing " + field() + "]";
      case 8:
        return "[:between " + field() + " " + scalar() + " " + scalar() + "]";
      case 9:
        return "[:contains " + field() + " \"a\"]";
      case 10:
        return "[:starts-with " + field() + " \"a\"]";
      case 11:
        return "[:not " + predicate(depth - 1) + "]";
      case 12:
        return "[:and " + predicate(depth - 1) + " " + predicate(depth - 1) + "]";
      default:
        return "[:or " + predicate(depth - 1) + " " + predicate(depth - 1) + "]";
    }
  }

  std::vector<const Simple*> matching_records(const std::string& where) {
    const Value pred = edn::read_value(where).value();
    std::vector<const Simple*> found;
    for (const Simple& record : records) {
      if (holds(pred, record)) found.push_back(&record);
    }
    return found;
  }

  std::mt19937 random{20261123};
  std::vector<Simple> records;
  Engine serial;

  Collected run_serial(const std::string& text) {
    Collected collected;
    const auto prepared = serial.prepare(text, Syntax::edn);
    EXPECT_TRUE(prepared.ok()) << prepared.status().message();
    if (prepared.ok()) collected.status = serial.run(**prepared, "default", collected);
    return collected;
  }
};

TEST_F(ReferenceTest, FiltersAndOrderAgreeWithTheSimpleEvaluator) {
  make_records();
  for (int round = 0; round < 400; ++round) {
    const std::string where = predicate(3);
    std::vector<const Simple*> expected = matching_records(where);
    // Ids ascend with n.
    std::sort(expected.begin(), expected.end(), [](const Simple* a, const Simple* b) {
      return a->timestamp != b->timestamp ? a->timestamp > b->timestamp : a->n > b->n;
    });
    std::string text = "[";
    for (size_t i = 0; i < std::min<size_t>(expected.size(), 40); ++i) {
      text += (i == 0 ? "{:n " : " {:n ") + std::to_string(expected[i]->n) + "}";
    }
    const std::string query =
        "{:where " + where + " :select [:n] :limit 40 :options {:count :exact}}";
    const Collected found = run(query);
    ASSERT_TRUE(found.status.ok()) << found.status.message() << " " << query;
    EXPECT_EQ(found.text(), text + "]") << query;
    EXPECT_EQ(found.trailer.total, expected.size()) << query;
  }
}

TEST_F(ReferenceTest, CountsAndSumsOfGroupsAgreeWithTheSimpleEvaluator) {
  make_records();
  for (int round = 0; round < 100; ++round) {
    const std::string where = predicate(2);
    // By time, because its values have one representation each.
    struct Sums {
      int64_t count = 0;
      int64_t with_f = 0;
      int64_t least = INT64_MAX;
      int64_t sum = 0;
    };
    std::map<int64_t, Sums> groups;
    for (const Simple* record : matching_records(where)) {
      Sums& sums = groups[record->timestamp / 10 * 10];
      ++sums.count;
      sums.with_f += record->get("f") != nullptr ? 1 : 0;
      sums.least = std::min(sums.least, record->n);
      sums.sum += record->n;
    }
    std::string text = "[";
    for (const auto& [second, sums] : groups) {
      if (sums.count <= 2) continue;
      text += (text.size() > 1 ? " " : "") + std::string("{:t #inst \"") +
              format_rfc3339(Instant{second, 0}) + "\" :c " + std::to_string(sums.count) + " :f " +
              std::to_string(sums.with_f) + " :m " + std::to_string(sums.least) + " :s " +
              std::to_string(sums.sum) + "}";
    }
    EXPECT_EQ(rows("{:where " + where +
                   " :group-by [[:as :t [:bucket :timestamp \"10s\"]]] "
                   ":aggregations [[:c [:count]] [:f [:count :f]] [:m [:min :n]] [:s [:sum :n]]] "
                   ":having [:> :c 2]}"),
              text + "]")
        << where;
  }
}

TEST_F(ReferenceTest, ManyThreadsAnswerAsOneDoes) {
  make_records();
  const std::string all =
      "[[:a [:avg :f]] [:b [:sum :g]] [:c [:count-distinct :h]] [:d [:stddev :f]] "
      "[:e [:percentiles :g [10 50 99]]] [:f1 [:first :f]] [:g1 [:last :g]] [:h1 [:values :h 7]] "
      "[:i [:set :h]] [:j [:top :f 3]] [:k [:rare :f 3]] [:l [:arg-max :n :f]] "
      "[:m [:histogram :f {:width 1}]] [:o [:ratio [:= :f 2]]] [:p [:max :g]] [:q [:bytes]]]";
  for (int round = 0; round < 40; ++round) {
    for (const std::string& rest :
         {std::string(":group-by [:h] :aggregations " + all), std::string(":aggregations " + all),
          std::string(":group-by [[:bucket :timestamp \"5s\" {:fill :zero}] :g]"),
          std::string(":order-by [[:f :desc] [:g :asc]] :limit 30"),
          std::string(":select [:f :g] :distinct true :limit 30")}) {
      const std::string query =
          "{:where " + predicate(2) + " " + rest + " :options {:digest true}}";
      const Collected parallel = run(query);
      const Collected alone = run_serial(query);
      ASSERT_TRUE(parallel.status.ok()) << parallel.status.message() << query;
      EXPECT_EQ(parallel.text(), alone.text()) << query;
      EXPECT_EQ(parallel.trailer.digest, alone.trailer.digest);
      EXPECT_EQ(parallel.trailer.next, alone.trailer.next);
    }
  }
}

}  // namespace
}  // namespace clogs::query::testing
