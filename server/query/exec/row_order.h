// The total order of the rows of an answer.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <vector>

#include "core/edn/tape.h"
#include "core/edn/value.h"
#include "server/query/aggregate/aggregator.h"
#include "server/query/eval/field.h"
#include "server/query/language/ast.h"

namespace clogs::query {

// Values to sort by, as views; no view is a missing value.
using SortKey = std::vector<edn::View>;
using KeyView = std::span<const edn::View>;

class RowOrder {
 public:
  // `records`: rows are records, ties go by (timestamp, id): newest first, but oldest first where
  // the first order is :timestamp ascending. Else ties are left to the caller.
  RowOrder(const std::vector<Order>& orders, bool records);

  // How many values read() gives; an order by :timestamp alone needs none beside the place.
  size_t key_size() const { return columns_.size(); }
  // Fills `key` with the values of an entry.
  void read(const Entry& entry, SortKey& key) const;
  std::strong_ordering compare(KeyView a, KeyView b) const;
  std::strong_ordering compare(KeyView a, const Place& place_a, KeyView b,
                               const Place& place_b) const;

 private:
  struct Column {
    FieldReader field;
    bool descending;
    bool nulls_first;
  };
  std::vector<Column> columns_;
  bool oldest_first_ = false;
};

// One sort column: nulls go last unless `nulls_first`, whatever the direction.
std::strong_ordering compare_column(edn::View a, edn::View b, Role role, bool descending,
                                    bool nulls_first);

}  // namespace clogs::query
