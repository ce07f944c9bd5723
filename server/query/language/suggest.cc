#include "server/query/language/suggest.h"

#include <algorithm>
#include <string>
#include <utility>

namespace clogs::query::language {
namespace {

using edn::Value;

constexpr size_t max_suggestions = 3;
// Longer names are not compared: the distance is quadratic.
constexpr size_t max_compared_bytes = 64;

struct Synonym {
  std::string_view said;
  std::string_view meant;
};

constexpr Synonym synonyms[] = {
    {"equals", "="},
    {"equals", "in"},
    {"equal", "="},
    {"==", "="},
    {"===", "="},
    {"is", "="},
    {"eq", "="},
    {"term", "="},
    {"match", "matches"},
    {"match", "text"},
    {"<>", "!="},
    {"ne", "!="},
    {"neq", "!="},
    {"not-equals", "!="},
    {"not-equal", "!="},
    {"gt", ">"},
    {"gte", ">="},
    {"ge", ">="},
    {"=>", ">="},
    {"lt", "<"},
    {"lte", "<="},
    {"le", "<="},
    {"=<", "<="},
    {"like", "wildcard"},
    {"like", "contains"},
    {"ilike", "wildcard"},
    {"glob", "wildcard"},
    {"regex", "matches"},
    {"regexp", "matches"},
    {"re", "matches"},
    {"~", "matches"},
    {"=~", "matches"},
    {"rlike", "matches"},
    {"includes", "contains"},
    {"include", "contains"},
    {"has", "exists"},
    {"has", "contains"},
    {"some", "exists"},
    {"substring", "contains"},
    {"startswith", "starts-with"},
    {"begins-with", "starts-with"},
    {"endswith", "ends-with"},
    {"nil?", "missing"},
    {"null", "missing"},
    {"is-null", "missing"},
    {"not-null", "exists"},
    {"one-of", "in"},
    {"any-of", "in"},
    {"nin", "not-in"},
    {"range", "between"},
    {"words", "text"},
    {"search", "text"},
    {"fulltext", "text"},
    {"&&", "and"},
    {"||", "or"},
    {"!", "not"},
    {"must", "and"},
    {"should", "or"},
    {"must-not", "not"},
    {"length", "len"},
    {"ip", "cidr"},
    {"subnet", "cidr"},
    {"filter", "where"},
    {"query", "where"},
    {"filters", "where"},
    {"fields", "select"},
    {"columns", "select"},
    {"project", "select"},
    {"order", "order-by"},
    {"orderby", "order-by"},
    {"sort-by", "order-by"},
    {"group", "group-by"},
    {"groupby", "group-by"},
    {"by", "group-by"},
    {"aggs", "aggregations"},
    {"aggregates", "aggregations"},
    {"metrics", "aggregations"},
    {"size", "limit"},
    {"top", "limit"},
    {"take", "limit"},
    {"first", "limit"},
    {"skip", "offset"},
    {"index", "from"},
    {"stream", "from"},
    {"table", "from"},
    {"timerange", "time"},
    {"range", "time"},
    {"since", "time"},
    {"timezone", "tz"},
    {"time-zone", "tz"},
    {"cursor", "after"},
    {"search-after", "after"},
    {"page", "offset"},
    {"mean", "avg"},
    {"average", "avg"},
    {"distinct", "count-distinct"},
    {"cardinality", "count-distinct"},
    {"uniq", "count-distinct"},
    {"unique", "count-distinct"},
    {"p50", "median"},
    {"p95", "percentile"},
    {"p99", "percentile"},
    {"quantile", "percentile"},
    {"quantiles", "percentiles"},
    {"std", "stddev"},
    {"var", "variance"},
    {"total", "sum"},
    {"ascending", "asc"},
    {"descending", "desc"},
    {"size-bytes", "bytes"},
    {"argmax", "arg-max"},
    {"argmin", "arg-min"},
    {"h", "hours"},
    {"m", "minutes"},
    {"min", "minutes"},
    {"mins", "minutes"},
    {"s", "seconds"},
    {"sec", "seconds"},
    {"secs", "seconds"},
    {"hr", "hours"},
    {"hrs", "hours"},
    {"d", "days"},
    {"w", "weeks"},
    {"ms", "milliseconds"},
    {"millis", "milliseconds"},
    {"us", "microseconds"},
    {"micros", "microseconds"},
    {"ns", "nanoseconds"},
    {"nanos", "nanoseconds"},
};

std::vector<Value> as_keywords(const std::vector<std::string_view>& names) {
  std::vector<Value> out;
  for (std::string_view name : names) out.push_back(Value::keyword(name));
  return out;
}

template <typename Known>
std::vector<Value> suggest_among(std::string_view name, const Known& known) {
  auto is_known = [&](std::string_view it) {
    return std::any_of(std::begin(known), std::end(known), [&](const auto& k) { return it == k; });
  };
  std::vector<std::string_view> found;
  for (const Synonym& synonym : synonyms) {
    if (synonym.said == name && is_known(synonym.meant)) found.push_back(synonym.meant);
  }
  std::vector<std::pair<size_t, std::string_view>> near;
  if (name.size() <= max_compared_bytes) {
    size_t allowed = name.size() <= 2 ? 1 : 1 + name.size() / 4;
    for (const auto& candidate : known) {
      std::string_view it(candidate);
      if (it.size() > max_compared_bytes) continue;
      size_t distance = edit_distance(name, it);
      if (distance <= allowed && distance < it.size()) near.emplace_back(distance, it);
    }
  }
  // By distance, then in the order of the names.
  std::sort(near.begin(), near.end());
  for (const auto& [distance, it] : near) {
    if (std::find(found.begin(), found.end(), it) == found.end()) found.push_back(it);
  }
  if (found.size() > max_suggestions) found.resize(max_suggestions);
  return as_keywords(found);
}

}  // namespace

std::vector<Value> suggest(std::string_view name, std::span<const std::string_view> known) {
  return suggest_among(name, known);
}

std::vector<Value> suggest(std::string_view name, const std::vector<std::string>& known) {
  return suggest_among(name, known);
}

size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<size_t> two_back(b.size() + 1);
  std::vector<size_t> back(b.size() + 1);
  std::vector<size_t> row(b.size() + 1);
  for (size_t j = 0; j <= b.size(); ++j) back[j] = j;
  for (size_t i = 1; i <= a.size(); ++i) {
    row[0] = i;
    for (size_t j = 1; j <= b.size(); ++j) {
      size_t cost = a[i - 1] == b[j - 1] ? 0 : 1;
      row[j] = std::min({back[j] + 1, row[j - 1] + 1, back[j - 1] + cost});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
        row[j] = std::min(row[j], two_back[j - 2] + 1);
      }
    }
    std::swap(two_back, back);
    std::swap(back, row);
  }
  return back[b.size()];
}

}  // namespace clogs::query::language
