#include "server/query/language/testing/random_query.h"

#include <utility>

#include "core/edn/printer.h"

namespace clogs::query::testing {

using edn::Kind;
using edn::Value;

namespace {

Value kw(std::string_view name) { return Value::keyword(name); }

template <typename... Items>
Value vec(Items... items) {
  return Value::vector(std::vector<Value>{std::move(items)...});
}

}  // namespace

Value RandomQuery::name() {
  constexpr std::string_view names[] = {"a",    "b",    "level", "http.status", "k8s.pod.name",
                                        "ns/x", "hour", "path",  "trace-id"};
  return kw(one_of(names));
}

Value RandomQuery::field() {
  switch (below(6)) {
    case 0:
      return Value::string("odd name");
    case 1:
      return vec(kw("a"), kw("b"));
    case 2:
      return vec(kw("items"), kw("*"), Value::integer(static_cast<int64_t>(below(5))));
    case 3:
      return vec(kw("path"), name(), Value::string("odd key"));
    case 4:
      return vec(kw("path"), name());
    default:
      return name();
  }
}

Value RandomQuery::scalar() {
  switch (below(11)) {
    case 0:
      return Value::nil();
    case 1:
      return Value::boolean(maybe());
    case 2:
      return Value::number(Kind::big_integer, "123456789012345678901234567890");
    case 3:
      return Value::floating(static_cast<double>(below(1000)) / 8);
    case 4:
      return Value::number(Kind::decimal, "1.50");
    case 5:
      return Value::number(Kind::ratio, "1/3");
    case 6:
      return Value::character("x");
    case 7:
      return name();
    case 8:
      return Value::inst("2026-11-23T02:00:00.5+02:00");
    case 9:
      return Value::uuid("f81d4fae-7dec-11d0-a765-00a0c91e6bf6");
    default:
      return maybe() ? text() : Value::integer(static_cast<int64_t>(below(1000)) - 500);
  }
}

Value RandomQuery::literal(int depth) {
  if (depth == 0 || below(3) != 0) return scalar();
  std::vector<Value> items;
  size_t kind = below(3);
  for (size_t left = below(3); left > 0; --left) items.push_back(literal(depth - 1));
  if (kind == 0) return vec(kw("lit"), Value::vector(std::move(items)));
  if (kind == 1) return Value::map({kw("x"), scalar(), Value::string("y z"), scalar()});
  return Value::set(items.empty() ? std::vector<Value>{} : std::vector<Value>{items[0]});
}

Value RandomQuery::text() {
  constexpr std::string_view texts[] = {"",      "error", "a b", "\"quoted\"\n", "\xC3\xBC", ":kw",
                                        "field", "lit",   "10"};
  return Value::string(one_of(texts));
}

Value RandomQuery::operand() { return below(5) == 0 ? vec(kw("field"), field()) : literal(2); }

Value RandomQuery::field_clause() {
  constexpr std::string_view compares[] = {"=", "!=", "not=", "<", "<=", ">", ">="};
  constexpr std::string_view unary[] = {"exists", "missing", "empty"};
  switch (below(7)) {
    case 0:
      return vec(kw(one_of(unary)), field());
    case 1:
      return vec(kw(maybe() ? "in" : "not-in"), field(), vec(scalar(), scalar()));
    case 2:
      return vec(kw("between"), field(), scalar(), operand(),
                 Value::map_of({{"bounds", Value::string(maybe() ? "[)" : "(]")}}));
    case 3:
      return vec(kw("type"), field(), kw(maybe() ? "number" : "string"));
    case 4:
      return vec(kw("len"), field(), kw(one_of(compares)), Value::integer(3));
    case 5:
      return vec(kw("cidr"), field(), Value::string("10.1.0.0/8"));
    default:
      return vec(kw(one_of(compares)), maybe() ? field() : vec(kw("lit"), scalar()), operand());
  }
}

Value RandomQuery::text_clause() {
  constexpr std::string_view patterns[] = {"starts-with", "prefix", "ends-with", "suffix",
                                           "wildcard"};
  Value sensitive = Value::map_of({{"case", Value::boolean(true)}});
  switch (below(7)) {
    case 0:
      return vec(kw("text"), text());
    case 1:
      return vec(kw("text"), vec(kw("z"), field()), text(), sensitive);
    case 2:
      return vec(kw("text"), vec(kw("z")), text(),
                 Value::map_of({{"op", kw("phrase")}, {"slop", Value::integer(2)}}));
    case 3:
      return vec(kw("phrase"), name(), text());
    case 4:
      return vec(kw("seq"), vec(kw("field"), field()), text(), text());
    case 5:
      return vec(kw("contains"), field(), scalar(), Value::map_of({{"case", kw("insensitive")}}));
    default:
      return vec(kw(one_of(patterns)), field(), text());
  }
}

Value RandomQuery::map_clause(int depth) {
  switch (below(4)) {
    case 0:
      return Value::map_of({{"field", name()}, {"operator", kw("gte")}, {"value", scalar()}});
    case 1:
      return Value::map({kw("or"), vec(predicate(depth - 1), predicate(depth - 1))});
    case 2:
      return Value::map({kw("x.y"), Value::set({Value::integer(1), kw("k")}),
                         Value::string("odd name"), scalar()});
    default:
      return Value::map({kw("a"), vec(kw(">="), scalar()), kw("b"), Value::nil()});
  }
}

Value RandomQuery::predicate(int depth) {
  size_t choice = below(depth > 0 ? 9 : 3);
  if (choice == 0) return text_clause();
  if (choice <= 2) return field_clause();
  switch (choice) {
    case 3:
      return vec(kw("not"), predicate(depth - 1));
    case 4:
      return vec(kw("at-least"), Value::integer(1), predicate(depth - 1), predicate(depth - 1));
    case 5:
      return vec(kw("day-of-week"), Value::set({kw("mon"), kw("sun")}));
    case 6:
      return map_clause(depth);
    default: {
      Value out = vec(kw(maybe() ? "and" : "or"));
      for (size_t left = below(4); left > 0; --left) out.push_back(predicate(depth - 1));
      return out;
    }
  }
}

Value RandomQuery::moment() {
  constexpr std::string_view texts[] = {
      "now", "now-1h", "now-1d/d", "now/M-1M", "now+90s", "now-1y/w", "2026-11-23T00:00:00Z"};
  switch (below(4)) {
    case 0:
      return vec(kw("ago"), Value::integer(static_cast<int64_t>(below(50))), kw("hours"));
    case 1:
      return vec(kw("start-of"), kw("week"), moment());
    case 2:
      return vec(kw(maybe() ? "+" : "-"), moment(), Value::string("1h30m"));
    default:
      return Value::string(one_of(texts));
  }
}

Value RandomQuery::time() {
  switch (below(5)) {
    case 0:
      return Value::string("15m");
    case 1:
      return vec(kw("last"), Value::integer(3), kw("days"));
    case 2:
      return vec(kw("since"), moment());
    case 3:
      return Value::map_of({{"to", moment()}});
    default:
      return kw("all");
  }
}

Value RandomQuery::group(size_t number) {
  Value inner = field();
  if (below(3) == 0) {
    inner = vec(kw("bucket"), kw("timestamp"), Value::string("1m"),
                Value::map_of({{"fill", kw("zero")}, {"min", moment()}}));
  } else if (below(3) == 0) {
    inner = vec(kw("bucket"), field(), Value::integer(10));
  }
  return vec(kw("as"), kw("g" + std::to_string(number)), std::move(inner));
}

Value RandomQuery::aggregate(int depth) {
  constexpr std::string_view plain[] = {"count", "sum",    "avg",       "min",
                                        "max",   "median", "stddev",    "rate",
                                        "first", "values", "histogram", "count-distinct"};
  switch (below(6)) {
    case 0:
      return vec(kw("count"), Value::map_of({{"where", predicate(depth)}}));
    case 1:
      return vec(kw("ratio"), predicate(depth), predicate(depth));
    case 2:
      return vec(kw("percentiles"), field(), vec(Value::integer(50), Value::floating(99.9)));
    case 3:
      return vec(kw("top"), field(), Value::integer(5));
    case 4:
      return vec(kw("arg-max"), field(), field());
    default:
      return vec(kw(one_of(plain)), field());
  }
}

void RandomQuery::add_groups(Value& query) {
  std::vector<Value> groups;
  for (size_t i = below(3); i > 0; --i) groups.push_back(group(i));
  query.set_key("group-by", Value::vector(std::move(groups)));
  Value aggregates = maybe() ? Value::map() : vec();
  bool is_map = aggregates.is(Kind::map);
  for (size_t i = 1 + below(3); i > 0; --i) {
    Value it_name = kw("n" + std::to_string(i));
    if (is_map) {
      aggregates.set_key(it_name.text(), aggregate(1));
    } else {
      aggregates.push_back(vec(it_name, aggregate(1)));
    }
  }
  query.set_key("aggregations", std::move(aggregates));
  query.set_key("limit", Value::integer(static_cast<int64_t>(below(20'000))));
}

void RandomQuery::add_raw_shape(Value& query) {
  if (maybe()) {
    query.set_key("select", vec(kw("*"), vec(kw("as"), kw("s1"), field()),
                                Value::map({kw("s2"), vec(kw("x"), vec(kw("except"), field()))})));
  }
  if (maybe()) {
    query.set_key("order-by",
                  vec(vec(field(), kw(maybe() ? "asc" : "desc")),
                      vec(field(), kw("asc"), Value::map_of({{"nulls", kw("first")}}))));
  }
  if (below(3) == 0)
    query.set_key("distinct", maybe() ? Value::boolean(true) : vec(kw("z"), field()));
  query.set_key("offset", Value::integer(static_cast<int64_t>(below(100))));
}

Value RandomQuery::query() {
  Value query = Value::map();
  query.set_key("where", predicate(3));
  query.set_key("time", time());
  if (maybe()) query.set_key("from", maybe() ? name() : vec(name(), kw("z")));
  if (maybe()) query.set_key("as-of", moment());
  if (maybe()) query.set_key("tz", Value::string("Europe/Berlin"));
  if (maybe()) {
    add_groups(query);
  } else {
    add_raw_shape(query);
  }
  return query;
}

namespace {

std::string json_string(std::string_view text) {
  std::string out = "\"";
  for (char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    if (c == '\n') {
      out += "\\n";
    } else {
      out += c;
    }
  }
  return out + "\"";
}

std::string wrapped(std::string_view key, std::string_view text) {
  return "{\"" + std::string(key) + "\": " + json_string(text) + "}";
}

std::string json(const Value& value, bool literal);

std::string array(const std::vector<std::string>& items) {
  std::string out = "[";
  for (const std::string& item : items) out += (out.size() > 1 ? ", " : "") + item;
  return out + "]";
}

bool takes_values(std::string_view op) {
  for (std::string_view it :
       {"=", "!=", "<", "<=", ">", ">=", "in", "not-in", "between", "contains"}) {
    if (it == op) return true;
  }
  return false;
}

bool is_headed(const Value& value, std::string_view head) {
  return value.is(Kind::vector) && value.size() == 2 && value[0].is_keyword(head);
}

std::string json_vector(const Value& value, bool literal) {
  std::vector<std::string> items;
  std::string_view head;
  if (!literal && value.size() > 0 && value[0].is(Kind::keyword)) head = value[0].text();
  for (size_t i = 0; i < value.size(); ++i) {
    bool wraps = is_headed(value[i], "lit") || is_headed(value[i], "field");
    bool is_value = (takes_values(head) && i >= 2 && !wraps) || (head == "lit" && i == 1);
    bool seq_field = head == "seq" && i == 1 && !value[i].is(Kind::string);
    std::string item = json(value[i], literal || is_value);
    // {:bounds ..} and {:case ..} behind values are clauses again.
    if (is_value && value[i].is(Kind::map) && i + 1 == value.size() && i >= 3) {
      item = json(value[i], false);
    }
    items.push_back(seq_field ? "{\"$field\": " + item + "}" : item);
  }
  return array(items);
}

std::string json_map(const Value& value, bool literal) {
  std::string out = "{";
  for (size_t i = 0; i < value.items().size(); i += 2) {
    if (literal && !value[i].is(Kind::keyword)) return wrapped("$edn", edn::print(value));
    out += (i > 0 ? ", " : "") + json_string(value[i].text()) + ": " + json(value[i + 1], literal);
  }
  return out + "}";
}

std::string json(const Value& value, bool literal) {
  switch (value.kind()) {
    case Kind::keyword:
      return literal ? wrapped("$kw", value.text()) : json_string(value.text());
    case Kind::string:
      return json_string(value.text());
    case Kind::inst:
      return wrapped("$inst", value.text());
    case Kind::uuid:
      return wrapped("$uuid", value.text());
    case Kind::vector:
      return json_vector(value, literal);
    case Kind::map:
      return json_map(value, literal);
    case Kind::nil:
      return "null";
    case Kind::boolean:
    case Kind::integer:
    case Kind::floating:
      return edn::print(value);
    case Kind::set: {
      std::vector<std::string> items;
      for (const Value& item : value.items()) items.push_back(json(item, true));
      return "{\"$set\": " + array(items) + "}";
    }
    default:
      return wrapped("$edn", edn::print(value));
  }
}

}  // namespace

std::string to_json(const Value& canonical) { return json(canonical, false); }

}  // namespace clogs::query::testing
