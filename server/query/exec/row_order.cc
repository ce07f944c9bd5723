#include "server/query/exec/row_order.h"

#include "server/query/eval/compare.h"

namespace clogs::query {

std::strong_ordering compare_column(edn::View a, edn::View b, Role role, bool descending,
                                    bool nulls_first) {
  const bool a_null = !a || a.is_nil();
  const bool b_null = !b || b.is_nil();
  if (a_null || b_null) {
    return nulls_first ? b_null <=> a_null : a_null <=> b_null;
  }
  const auto order = role == Role::level ? level_order(a, b) : total_order(a, b);
  return descending ? 0 <=> order : order;
}

RowOrder::RowOrder(const std::vector<Order>& orders, bool records) {
  for (const Order& order : orders) {
    if (order.by.kind != Operand::Kind::field) continue;  // a constant orders nothing
    columns_.push_back({FieldReader(order.by.field), order.descending, order.nulls_first});
  }
  if (!records || columns_.empty() || columns_[0].field.role() != Role::timestamp) return;
  oldest_first_ = !columns_[0].descending;
  // Every record has an effective timestamp, so places decide and no text is compared.
  if (columns_.size() == 1) columns_.clear();
}

void RowOrder::read(const Entry& entry, SortKey& key) const {
  key.clear();
  for (const Column& column : columns_) key.push_back(column.field.first(entry));
}

std::strong_ordering RowOrder::compare(KeyView a, KeyView b) const {
  for (size_t i = 0; i < columns_.size(); ++i) {
    const Column& column = columns_[i];
    const auto order =
        compare_column(a[i], b[i], column.field.role(), column.descending, column.nulls_first);
    if (order != 0) return order;
  }
  return std::strong_ordering::equal;
}

std::strong_ordering RowOrder::compare(KeyView a, const Place& place_a, KeyView b,
                                       const Place& place_b) const {
  if (const auto order = compare(a, b); order != 0) return order;
  return oldest_first_ ? place_a <=> place_b : place_b <=> place_a;
}

}  // namespace clogs::query
