// The record: one EDN map. What is accepted, and what the known keys mean (docs/record.md).
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "clogs/result.h"
#include "core/edn/tape.h"
#include "core/record/level.h"
#include "core/record/limits.h"

namespace clogs::record {

// What validation learnt about a record on its way.
struct Facts {
  std::optional<int64_t> timestamp_nanos;  // empty: the arrival time is its timestamp
  Severity severity = Severity::none;
};

// Whether the store's own keys (`clogs/...`) are refused, or taken as `clogs cat --meta` prints
// them.
enum class MetaKeys : uint8_t { refuse, accept };

// A refusal says in one sentence which key, what was found and what was expected; details() is the
// same as data: {:code :clogs/wrong-type :key :level :got "17" :got-type :integer :expected "..."}.
// Codes: :clogs/not-a-map :clogs/empty-record :clogs/wrong-type :clogs/bad-timestamp
// :clogs/too-deep :clogs/too-many-keys :clogs/reserved-key. A known key may be a keyword or a
// string key of the same name; nil as its value means absent. Tagged values count as a level of
// depth.
Result<Facts> validate(edn::View record, const Limits& limits = {},
                       MetaKeys meta = MetaKeys::refuse);

// Whether validate() takes this value under this key of the record's own map, as a keyword or a
// string. What nests is not looked at.
enum class KeyFit : uint8_t { fits, wrong_type, reserved };
KeyFit key_fit(std::string_view key, edn::View value);
// Whether a key is a known or reserved one, so that key_fit() depends on the value.
bool is_known_key(std::string_view key);

// The instant that a :timestamp value names: #inst, RFC 3339 text, or an epoch number (below 1e11
// seconds, below 1e14 milliseconds, below 1e17 microseconds, else nanoseconds; decimals allowed,
// computed on the digits, not through a double).
Result<int64_t> timestamp_nanos(edn::View value);

// Refuses (:clogs/record-too-large) a record whose EDN line, '\n' included, has this many bytes.
// Apart from validate(), which comes before the line is printed.
Status check_line_bytes(size_t bytes, const Limits& limits);

// Appends the record as its EDN line, '\n' included: what the store keeps.
void print_line(edn::View record, std::string& out);

}  // namespace clogs::record
