#include "core/encode/distinct.h"

#include "core/edn/tape.h"
#include "core/record/limits.h"
#include "core/record/proto_codec.h"

namespace clogs::encode {

bool Distinct::add_value(std::string_view wire) {
  edn::Tape tape;
  if (!record::decode_value(wire, tape, record::Limits{}.max_depth + 1).ok()) return false;
  const edn::View value = tape.root();
  if (value.is(edn::Kind::keyword)) return add_keyword(value.text());
  if (value.is(edn::Kind::string)) return add_string(value.text());
  const uint64_t hash = edn::hash(value);
  const auto [first, last] = values_.equal_range(hash);
  for (auto at = first; at != last; ++at) {
    edn::Tape other;
    if (!record::decode_value(at->second, other, record::Limits{}.max_depth + 1).ok()) return false;
    if (edn::equal(other.root(), value)) return false;
  }
  values_.emplace(hash, wire);
  return true;
}

}  // namespace clogs::encode
