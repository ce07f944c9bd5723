#include "server/ingest/sniff.h"

#include <algorithm>

#include "core/edn/reader.h"
#include "core/edn/token.h"

namespace clogs::ingest {
namespace {

size_t skip_blank(std::string_view text, size_t at) {
  while (at < text.size()) {
    if (edn::is_space(text[at])) {
      ++at;
    } else if (text[at] == ';') {
      at = std::min(text.find('\n', at), text.size());
    } else {
      break;
    }
  }
  return at;
}

}  // namespace

bool begins_like_edn(std::string_view text, edn::JsonReader& json) {
  if (text.starts_with(byte_order_mark)) text.remove_prefix(byte_order_mark.size());
  text.remove_prefix(skip_blank(text, 0));
  if (text.starts_with('[')) text.remove_prefix(skip_blank(text, 1));
  if (text.starts_with("#:")) return true;
  if (!text.starts_with('{')) return false;
  edn::Tape tape;
  if (json.read(text.substr(0, text.find('\n')), tape).ok()) return false;
  tape.clear();
  edn::Reader reader(text);
  if (reader.next(tape) == edn::Reader::Outcome::form) return true;
  const size_t inside = skip_blank(text, 1);
  return inside < text.size() && text[inside] == ':';
}

}  // namespace clogs::ingest
