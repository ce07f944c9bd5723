#include "server/query/exec/row_rank.h"

#include "server/query/eval/key.h"

namespace clogs::query {

RowRank::RowRank(const Prepared& prepared, By by)
    : by_(by), order_(prepared.query.order, true), projection_(prepared.query.select, false) {
  if (by != By::distinct) return;
  for (const Field& field : prepared.query.distinct.fields) fields_.emplace_back(field);
}

void RowRank::read(const Entry& entry, Scratch& scratch, SortKey& key) const {
  order_.read(entry, key);
  if (by_ != By::distinct) return;
  scratch.text.clear();
  if (fields_.empty()) append_key(projection_.project(entry, scratch.row), scratch.text);
  for (const FieldReader& field : fields_) append_key(field.first(entry), scratch.text);
  scratch.node.clear();
  scratch.node.atom(edn::Kind::string, scratch.text);
  key.insert(key.begin(), scratch.node.root());
}

bool RowRank::before(KeyView a, const Place& place_a, KeyView b, const Place& place_b) const {
  if (by_ == By::reverse) return order_.compare(a, place_a, b, place_b) > 0;
  if (by_ == By::order) return order_.compare(a, place_a, b, place_b) < 0;
  const int by_text = a[0].text().compare(b[0].text());
  if (by_text != 0) return by_text < 0;
  return order_.compare(a.subspan(1), place_a, b.subspan(1), place_b) < 0;
}

}  // namespace clogs::query
