#include "server/query/eval/field.h"

#include <algorithm>
#include <array>

namespace clogs::query {
namespace {

using edn::Kind;
using edn::View;

// Senders spell these as their language does; a query reads whichever is there.
constexpr std::array<std::string_view, 3> trace_names = {"trace-id", "trace_id", "traceId"};
constexpr std::array<std::string_view, 3> span_names = {"span-id", "span_id", "spanId"};

std::vector<std::string_view> aliases_of(std::string_view name) {
  for (const auto& names : {trace_names, span_names}) {
    if (std::find(names.begin(), names.end(), name) == names.end()) continue;
    std::vector<std::string_view> all;
    auto own = std::find(names.begin(), names.end(), name);
    all.push_back(*own);
    for (const auto& other : names) {
      if (other != name) all.push_back(other);
    }
    return all;
  }
  return {};
}

Meta meta_of(std::string_view name) {
  if (name == "clogs/id") return Meta::id;
  if (name == "clogs/received") return Meta::received;
  if (name == "clogs/tenant") return Meta::tenant;
  if (name == "clogs/stream") return Meta::stream;
  if (name == "timestamp") return Meta::timestamp;
  return Meta::none;
}

// The flat key, else the value under the longest flat prefix that leads to one.
View find_dotted(View map, std::string_view name) {
  if (!map.is(Kind::map)) return {};
  if (View view = map.find(name)) return view;
  for (size_t dot = name.rfind('.'); dot != std::string_view::npos && dot != 0;
       dot = name.rfind('.', dot - 1)) {
    View inner = map.find(name.substr(0, dot));
    if (!inner.is(Kind::map)) continue;
    if (View view = find_dotted(inner, name.substr(dot + 1))) return view;
  }
  return {};
}

View find_index(View at, int64_t index) {
  if (at.is(Kind::map)) {
    for (auto it = at.begin(); it != at.end(); ++it) {
      const View key = *it;
      ++it;
      if (key.as_int64() == index) return *it;
    }
    return {};
  }
  if (!at.is(Kind::vector) && !at.is(Kind::list)) return {};
  if (index < 0 || static_cast<uint64_t>(index) >= at.size()) return {};
  auto it = at.begin();
  for (int64_t i = 0; i < index; ++i) ++it;
  return *it;
}

}  // namespace

Role role_of(const Field& field) {
  if (field.path.size() != 1 || field.path[0].kind != Segment::Kind::key) return Role::plain;
  if (field.path[0].name == "level") return Role::level;
  return field.path[0].name == "timestamp" ? Role::timestamp : Role::plain;
}

FieldReader::FieldReader(const Field& field)
    : path_(field.path), dotted_(field.dotted), role_(role_of(field)) {
  many_ = std::any_of(path_.begin(), path_.end(),
                      [](const Segment& segment) { return segment.kind == Segment::Kind::any; });
  if (path_.size() == 1 && path_[0].kind == Segment::Kind::key) {
    meta_ = meta_of(path_[0].name);
    aliases_ = aliases_of(path_[0].name);
  }
}

View FieldReader::child(View at, const Segment& segment) {
  if (segment.kind == Segment::Kind::key) return at.find(segment.name);
  if (segment.kind == Segment::Kind::index) return find_index(at, segment.index);
  return {};
}

View FieldReader::aliased(View map) const {
  for (std::string_view name : aliases_) {
    View view = map.find(name);
    if (view && !view.is_nil()) return view;
  }
  return {};
}

View FieldReader::in_map(View map) const {
  View found;
  if (many_) {
    walk(map, 0, [&found](View view) {
      found = view;
      return true;
    });
    return found;
  }
  if (!aliases_.empty()) return aliased(map);
  if (dotted_) return find_dotted(map, path_[0].name);
  found = map;
  for (const Segment& segment : path_) {
    if (!found) return {};
    found = child(found, segment);
  }
  return found;
}

View FieldReader::first(const Entry& entry, bool as_sent) const {
  if (meta_ != Meta::none && !entry.is_result && !(as_sent && meta_ == Meta::timestamp)) {
    return entry.meta(meta_);
  }
  const View found = in_map(entry.map);
  return found && found.is_nil() ? View() : found;
}

}  // namespace clogs::query
