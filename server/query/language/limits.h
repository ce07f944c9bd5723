// What a query's text may be. Exceeding one refuses the query with a sentence that names it.
#pragma once

#include <cstddef>
#include <cstdint>

namespace clogs::query {

// Bytes of the text: room for an :in of 100,000 ids, little enough to parse in milliseconds.
constexpr size_t max_query_bytes = size_t{4} << 20;
// Collections inside one another, the query's own map included. The evaluation of predicates
// recurses to this depth.
constexpr size_t max_query_depth = 64;
// What the reader takes before that is looked at; deeper text does not read at all.
constexpr size_t max_read_depth = 256;
// Groups, aggregates, selections and orders, each: a row with more is no answer for anybody, and
// checks compare them with one another.
constexpr size_t max_columns = 1000;
// :matches of one query, each of which is compiled when the query is read.
constexpr size_t max_patterns = 200;
// Elements of one collection.
constexpr size_t max_query_elements = 100'000;
// Bytes of one :matches pattern and, compiled by RE2, of its program.
constexpr size_t max_pattern_bytes = 4096;
constexpr int64_t max_pattern_memory = int64_t{4} << 20;
// Rows that :offset may skip; every page would read them again. :after has no such limit.
constexpr int64_t max_offset = 10'000;
// Bytes of a cursor; ours are far shorter.
constexpr size_t max_cursor_bytes = 4096;
// Values kept a group by :values :set :top :rare, and bars of a :histogram.
constexpr int64_t max_kept_values = 10'000;
constexpr int64_t default_kept_values = 100;
constexpr int64_t default_histogram_buckets = 20;
// Problems collected for one query, so that a huge wrong query does not give a huge answer.
constexpr size_t max_problems = 50;

}  // namespace clogs::query
