// What a sort of records goes by.
#pragma once

#include <string>
#include <vector>

#include "server/query/exec/prepared.h"
#include "server/query/exec/projection.h"
#include "server/query/exec/row_order.h"

namespace clogs::query {

class RowRank {
 public:
  enum class By : uint8_t {
    order,     // the answer's order
    reverse,   // the same, from the end
    distinct,  // what :distinct tells apart, the answer's order among equals
  };
  // `prepared` outlives the rank.
  RowRank(const Prepared& prepared, By by);

  // One reader's memory for keys that are made and not found.
  struct Scratch {
    std::string text;
    edn::Tape row;
    edn::Tape node;
  };
  // Views live until the entry or the scratch changes.
  void read(const Entry& entry, Scratch& scratch, SortKey& key) const;
  By by() const { return by_; }
  size_t key_size() const { return order_.key_size() + (by_ == By::distinct ? 1 : 0); }

  bool before(KeyView a, const Place& place_a, KeyView b, const Place& place_b) const;
  // Of By::distinct: whether :distinct shows only one of the two.
  static bool same(KeyView a, KeyView b) { return a[0].text() == b[0].text(); }

 private:
  By by_;
  RowOrder order_;
  Projection projection_;
  std::vector<FieldReader> fields_;
};

}  // namespace clogs::query
