// Whatever text does, as EDN and as JSON: no crash; what is refused says why as data; what is taken
// has a canonical form that reads back as the same query.
#include <cstdint>
#include <cstdlib>

#include "core/edn/reader.h"
#include "server/query/language/canonical.h"
#include "server/query/language/parse.h"

namespace {

using namespace clogs;

constexpr int64_t now = 1'795'424'400'000'000'000;

void require(bool holds) {
  if (!holds) std::abort();
}

void check(std::string_view text, query::Syntax syntax) {
  query::Parsed parsed = query::parse_with_diagnostics(text, syntax, {}, now);
  require(parsed.query.has_value() == parsed.status.ok());
  for (const query::Diagnostic& it : parsed.diagnostics) {
    require(edn::read_value(it.details_edn).ok());
  }
  if (!parsed.query) return;
  std::string printed = query::canonical_text(*parsed.query);
  Result<query::Query> again = query::parse(printed, query::Syntax::edn, {}, now);
  require(again.ok() && query::same_meaning(*again, *parsed.query));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  std::string_view text(reinterpret_cast<const char*>(data), size);
  check(text, query::Syntax::edn);
  check(text, query::Syntax::json);
  return 0;
}
