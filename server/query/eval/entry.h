// One stored record as filters and aggregates see it: the map that was sent and what the store
// added.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "core/edn/tape.h"
#include "core/record/id.h"

namespace clogs::query {

// The fields that are not in the map as it was sent.
enum class Meta : uint8_t {
  none,
  id,         // :clogs/id
  received,   // :clogs/received
  tenant,     // :clogs/tenant
  stream,     // :clogs/stream
  timestamp,  // the effective :timestamp, the record's own or its arrival, as an instant
};

// Filled anew for each record; views that meta() returns live until then.
class Entry {
 public:
  edn::View map;
  record::Id id;
  int64_t timestamp = 0;  // effective
  std::string_view tenant;
  std::string_view stream;
  std::string_view line;   // EDN text, without the line break
  bool is_result = false;  // a row of groups: its map is all there is

  edn::View meta(Meta which) const;
  // Forgets what meta() has made; to be called when the members above change.
  void reset() { made_ = {}; }

 private:
  static constexpr size_t text_bytes = 40;
  static constexpr size_t count = 6;
  mutable std::array<bool, count> made_{};
  mutable std::array<edn::Node, count> nodes_;
  mutable std::array<std::array<char, text_bytes>, count> texts_;
};

// True for keys that the store adds or a restore brings back: they are no part of the row.
inline bool is_meta_key(edn::View key) {
  return (key.is(edn::Kind::keyword) || key.is(edn::Kind::string)) &&
         key.text().starts_with("clogs/");
}

}  // namespace clogs::query
