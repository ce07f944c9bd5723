// Finds what a field names in a record (docs/query.md, "Fields").
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "server/query/eval/entry.h"
#include "server/query/language/ast.h"

namespace clogs::query {

// What is special about the values of a field.
enum class Role : uint8_t {
  plain,
  level,      // ordered, and equal, by severity
  timestamp,  // the effective timestamp, an instant
};

Role role_of(const Field& field);

// A field, prepared once and read from many records. nil is missing.
class FieldReader {
 public:
  explicit FieldReader(const Field& field);

  Role role() const { return role_; }
  // True if :* is in the path, so that one record may have several values.
  bool many() const { return many_; }

  // The value; no view where it is missing. Of several the first. With `as_sent` a :timestamp is
  // what the record holds, else the effective one as an instant.
  edn::View first(const Entry& entry, bool as_sent = false) const;

  // Calls visit(view) for each value until it returns true; returns whether it did.
  template <typename Visit>
  bool any(const Entry& entry, Visit&& visit, bool as_sent = false) const {
    if (!many_) {
      const edn::View view = first(entry, as_sent);
      return view && visit(view);
    }
    return walk(entry.map, 0, visit);
  }

  // The same of any map, without the record's own rules: for rows of groups, nested selections.
  edn::View in_map(edn::View map) const;

 private:
  template <typename Visit>
  bool walk(edn::View at, size_t step, Visit&& visit) const {
    if (!at || at.is_nil()) return false;
    if (step == path_.size()) return visit(at);
    const Segment& segment = path_[step];
    if (segment.kind != Segment::Kind::any) return walk(child(at, segment), step + 1, visit);
    if (!edn::is_collection(at.kind())) return false;
    for (auto it = at.begin(); it != at.end(); ++it) {
      if (at.kind() == edn::Kind::map) ++it;
      if (walk(*it, step + 1, visit)) return true;
    }
    return false;
  }

  static edn::View child(edn::View at, const Segment& segment);
  edn::View aliased(edn::View map) const;

  std::vector<Segment> path_;
  std::vector<std::string_view> aliases_;  // names to try, the field's own first
  bool dotted_ = false;
  bool many_ = false;
  Role role_ = Role::plain;
  Meta meta_ = Meta::none;
};

}  // namespace clogs::query
