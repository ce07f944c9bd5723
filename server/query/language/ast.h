// The canonical query: what every surface form (EDN, JSON, shorthand, the first dialect) becomes,
// and what is executed, printed, hashed and explained. Plain data; a switch over `kind` walks it.
//
// parse.h makes it and has checked it: arities, types, units, patterns, columns and limits are
// right, defaults are filled in, parameters are bound. Only times may still be relative (time.h).
// Members that a kind does not name below keep their defaults, so == is equality of meaning.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/edn/value.h"

namespace clogs::query {

// --- fields and operands ----------------------------------------------------------------------

struct Segment {
  enum class Kind : uint8_t {
    key,    // `name`: the entry under the keyword, else under the string of that name
    index,  // `index`: element of a vector or list, from 0
    any,    // :*, every element of a collection or value of a map; a predicate needs one that fits
  };
  Kind kind = Kind::key;
  std::string name;
  int64_t index = 0;
  bool operator==(const Segment&) const = default;
};

struct Field {
  // true: `path` is one key with dots in its name ("http.status"): the flat key if the record has
  // it, else nested, longest flat prefix first. false: exactly `path`, step by step.
  bool dotted = false;
  std::vector<Segment> path;  // never empty
  std::string name;  // column name: the segments joined by '.', [:items :* :sku] is "items.*.sku"
  bool operator==(const Field&) const = default;
};

struct Operand {
  enum class Kind : uint8_t { field, literal };
  Kind kind = Kind::literal;
  Field field;
  edn::Value literal;
  bool operator==(const Operand&) const = default;
};

// --- predicates -------------------------------------------------------------------------------

enum class Compare : uint8_t { equal, not_equal, less, less_equal, greater, greater_equal };

enum class TextMode : uint8_t { all, any, phrase, prefix };  // :op :and, :or, :phrase, :prefix

struct Pred {
  enum class Kind : uint8_t {
    always,    // :true
    never,     // :false
    all_of,    // [:and p*] `args`, two or more; none of them is all_of
    any_of,    // [:or p*] `args`, two or more; none of them is any_of
    negate,    // [:not p] `args[0]`
    at_least,  // [:at-least n p*] `n`, `args`
    compare,   // `compare`, `left`, `right`; right is never a literal nil with (not_)equal
    in,        // `left`, `values`: distinct, sorted by canonical print; may hold nil (= missing)
    not_in,    // the same
    between,   // `left`, `right` (low), `high`, `low_open`, `high_open`
    exists,    // `left`, always a field, here and in the next three
    missing,
    empty,        // missing, nil, "" or a collection without elements
    type,         // `types`: one of these kinds
    contains,     // `left`, `right`: a literal string is sought in text (bytes) and as an element
                  // of a collection, any other value as an element; `insensitive`
    starts_with,  // `left`, `strings[0]`, `insensitive`; so the next three
    ends_with,
    wildcard,     // whole value; * any run, ? one character, \ escapes
    matches,      // RE2 syntax, unanchored
    text,         // `fields`, `strings[0]`, `text_mode`, `slop`, `insensitive`
    phrase,       // `fields[0]`, `strings[0]`, `insensitive`
    seq,          // `fields[0]`, `strings`: phrases in this order, anything between; `insensitive`
    cidr,         // `left`, `strings`: networks "10.0.0.0/8", any of them (cidr.h parses)
    len,          // `left`, `compare`, `n`: characters of text, elements of a collection
    time_of_day,  // `from_nanos`, `to_nanos` of :timestamp's day in Query::tz, half-open; from > to
                  // goes over midnight
    day_of_week,  // `days` of :timestamp in Query::tz
  };
  Kind kind = Kind::always;
  std::vector<Pred> args;
  Compare compare = Compare::equal;
  Operand left;
  Operand right;
  Operand high;
  bool low_open = false;
  bool high_open = false;
  std::vector<edn::Value> values;
  std::vector<edn::Kind> types;
  std::string type_name;  // as said: "integer", "number", ...
  std::vector<std::string> strings;
  std::vector<Field> fields;
  TextMode text_mode = TextMode::all;
  int64_t slop = 0;          // words that may stand between those of a :phrase mode
  bool insensitive = false;  // Unicode simple case folding
  int64_t n = 0;
  int64_t from_nanos = 0;
  int64_t to_nanos = 0;
  uint8_t days = 0;  // bit 0 Monday ... bit 6 Sunday
  bool operator==(const Pred&) const = default;
};

// --- time -------------------------------------------------------------------------------------

enum class Unit : uint8_t {
  nanosecond,
  microsecond,
  millisecond,
  second,
  minute,
  hour,
  day,
  week,
  month,
  year
};

// A point in time: absolute, or "now" moved by steps, in order.
struct Moment {
  struct Step {
    enum class Kind : uint8_t {
      add_nanos,   // `n` nanoseconds, may be negative
      add_months,  // `n` months of the calendar of Query::tz, day of month clamped
      start_of,    // back to the start of `unit` in Query::tz; weeks start on Monday
    };
    Kind kind = Kind::add_nanos;
    int64_t n = 0;
    Unit unit = Unit::nanosecond;
    bool operator==(const Step&) const = default;
  };
  bool relative = false;
  int64_t nanos = 0;        // absolute only
  std::vector<Step> steps;  // relative only
  bool operator==(const Moment&) const = default;
};

// Half-open [from, to); an absent end is open.
struct TimeRange {
  std::optional<Moment> from;
  std::optional<Moment> to;
  bool operator==(const TimeRange&) const = default;
};

// --- groups and aggregates --------------------------------------------------------------------

enum class Fill : uint8_t { none, zero, null, previous };

struct Group {
  enum class Kind : uint8_t {
    field,
    time_bucket,    // `width_nanos` (0: automatic), `tz`, `offset_nanos`, `fill`, `from`, `to`
    number_bucket,  // `width`, `offset`, `fill`, `min`, `max`
    cidr,           // `bits`: the network of an address
  };
  Kind kind = Kind::field;
  std::string name;  // of the column
  Field field;
  // Buckets align to the epoch in `tz`; whole weeks (a multiple of 7 days) to Monday, 1970-01-05.
  int64_t width_nanos = 0;
  int64_t offset_nanos = 0;
  std::string tz;     // the bucket's own, else Query::tz; "UTC" if neither is said
  edn::Value width;   // a number > 0
  edn::Value offset;  // a number, or nil
  Fill fill = Fill::none;
  std::optional<Moment> from;  // what :fill covers where it is not the query's time range
  std::optional<Moment> to;
  std::optional<edn::Value> min;  // numbers
  std::optional<edn::Value> max;
  int64_t bits = 0;
  bool operator==(const Group&) const = default;
};

struct Aggregate {
  enum class Kind : uint8_t {
    count,           // without `of`: records; with it: those where it is not missing
    count_distinct,  // `of`, `exact`
    sum,
    avg,
    min,
    max,
    stddev,
    variance,     // `of`
    percentiles,  // `of`, `percents`: also :percentile and :median, which give one column
    histogram,    // `of`, `buckets` or `width`, `min`, `max`
    rate,         // records, or the sum of `of`, per second
    first,
    last,
    any,  // `of`; first and last by (timestamp, id)
    values,
    set,  // `of`, `n`
    top,
    rare,  // `of`, `n`
    arg_max,
    arg_min,  // `of` of the record with the greatest or least `by`
    bytes,    // of the records' EDN text
    ratio,    // `numerator` over `denominator` (absent: all records)
  };
  Kind kind = Kind::count;
  std::string name;
  // One column, but for [:percentiles e [..]] one each: "lat/p50", in the order of `percents`.
  std::vector<std::string> columns;
  std::optional<Operand> of;
  std::optional<Field> by;
  bool exact = false;
  bool many = false;             // percentiles: written as [:percentiles ..]
  std::vector<double> percents;  // 0 .. 100
  int64_t n = 0;
  int64_t buckets = 0;  // histogram: how many; 0: by `width`
  std::optional<edn::Value> width;
  std::optional<edn::Value> min;
  std::optional<edn::Value> max;
  std::optional<Pred> numerator;
  std::optional<Pred> denominator;
  std::optional<Pred> where;  // only the records that match, for any kind
  bool operator==(const Aggregate&) const = default;
};

// --- order, selection, options ----------------------------------------------------------------

struct Order {
  Operand by;  // a field; of grouped rows: a column (or a path into one)
  bool descending = false;
  bool nulls_first = false;
  bool operator==(const Order&) const = default;
};

struct Selection {
  enum class Kind : uint8_t {
    field,   // `field` under `name`
    all,     // :*
    except,  // everything but `fields`
    nested,  // {kw [sel*]}: under `name` the map (or each map of the collection) at `field`, cut
             // down to `children`
  };
  Kind kind = Kind::field;
  std::string name;
  Field field;
  std::vector<Field> fields;
  std::vector<Selection> children;
  bool operator==(const Selection&) const = default;
};

struct Distinct {
  bool on = false;
  std::vector<Field> fields;  // empty: whole rows
  bool operator==(const Distinct&) const = default;
};

enum class CountMode : uint8_t { by_kind, exact, approx, none };  // by_kind: not said

// :options. Not part of the canonical form nor of any hash.
struct RunOptions {
  std::optional<int64_t> timeout_nanos;
  std::optional<int64_t> max_scan_bytes;
  std::optional<int64_t> max_rows;
  bool partial = true;  // false: a limit fails the query instead of cutting it short
  bool strict_types = false;
  std::string tenant;
  CountMode count = CountMode::by_kind;
  std::optional<int64_t> seed;
  bool cache = true;
  bool digest = false;
};

constexpr int64_t default_row_limit = 100;
constexpr int64_t default_group_limit = 10'000;

struct Query {
  std::vector<std::string> from;  // stream names, sorted, distinct; empty: not said
  TimeRange time;
  std::optional<Moment> as_of;
  std::string tz = "UTC";  // IANA name
  Pred where;              // `always` where there is none
  std::vector<Group> groups;
  std::vector<Aggregate> aggregates;  // in column order; with groups never empty
  Pred having;                        // over columns
  Distinct distinct;
  // Empty: the default order. Raw rows: [[:timestamp :desc] [:clogs/id :desc]]; groups: ascending
  // by the group columns. A spelled-out default is made empty by the parser.
  std::vector<Order> order;
  int64_t limit = default_row_limit;  // default_group_limit where grouped() and none is said
  int64_t offset = 0;
  std::string after;  // cursors as sent; at most one of the two
  std::string before;
  std::vector<Selection> select;  // empty: whole rows
  RunOptions options;

  bool grouped() const { return !groups.empty() || !aggregates.empty(); }
};

// Equal in all but :options.
bool same_meaning(const Query& a, const Query& b);

}  // namespace clogs::query
