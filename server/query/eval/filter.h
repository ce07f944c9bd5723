// One compiled predicate. One file a family makes them; predicate.h puts them together.
#pragma once

#include <memory>
#include <string_view>

#include "server/query/eval/entry.h"
#include "server/query/language/ast.h"

namespace clogs::query {

class Filter {
 public:
  virtual ~Filter() = default;
  virtual bool matches(const Entry& entry) const = 0;
};
using FilterPtr = std::unique_ptr<const Filter>;

// What predicates need to know of their query.
struct FilterContext {
  bool strict_types = false;
  std::string_view tz = "UTC";
};

FilterPtr make_compare_filter(const Pred& pred, const FilterContext& context);  // compare, between
FilterPtr make_in_filter(const Pred& pred, const FilterContext& context);       // in, not_in
FilterPtr make_presence_filter(const Pred& pred);  // exists, missing, empty, type, len
FilterPtr make_string_filter(const Pred& pred, const FilterContext& context);
// contains, starts_with, ends_with, wildcard, matches
FilterPtr make_text_filter(const Pred& pred);  // text, phrase, seq
FilterPtr make_cidr_filter(const Pred& pred);
FilterPtr make_time_filter(const Pred& pred, const FilterContext& context);
// time_of_day, day_of_week

}  // namespace clogs::query
