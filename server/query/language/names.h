// The words of the language that more than one file needs.
#pragma once

#include <algorithm>
#include <iterator>
#include <span>
#include <string_view>

namespace clogs::query::language {

// Functions of expressions (version 1 of the table). A vector that starts with one is a call.
inline constexpr std::string_view function_names[] = {
    "+",        "-",          "*",      "/",     "mod",     "abs",         "round",   "floor",
    "ceil",     "log",        "exp",    "pow",   "min-of",  "max-of",      "str",     "lower",
    "upper",    "trim",       "len",    "sub",   "split",   "join",        "replace", "replace-re",
    "hash",     "url-decode", "format", "num",   "int",     "bool",        "keyword", "inst",
    "duration", "bytes",      "bucket", "trunc", "hour",    "day-of-week", "since",   "now",
    "get",      "count-of",   "keys",   "vals",  "ip-mask", "if",          "case",    "coalesce"};

// Heads of vectors that stand where a field may stand and are no paths.
inline constexpr std::string_view reserved_heads[] = {"path", "field",  "lit", "as",
                                                      "cidr", "except", "asc", "desc"};

// Operators of predicates: those over predicates, then those over a first operand or field.
inline constexpr std::string_view logic_operators[] = {"and", "or", "not", "at-least"};
inline constexpr std::string_view field_operators[] = {
    "=",        "!=",          "not=",    "<",         "<=",      ">",        ">=",
    "in",       "not-in",      "between", "exists",    "missing", "empty",    "type",
    "contains", "starts-with", "prefix",  "ends-with", "suffix",  "wildcard", "matches",
    "text",     "phrase",      "seq",     "cidr",      "len"};
inline constexpr std::string_view clock_operators[] = {"time-of-day", "day-of-week"};

inline bool is_one_of(std::string_view name, std::span<const std::string_view> names) {
  return std::find(names.begin(), names.end(), name) != names.end();
}
inline bool is_function(std::string_view name) { return is_one_of(name, function_names); }

}  // namespace clogs::query::language
