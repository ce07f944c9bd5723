// Whatever text does: no crash; a point in time that was read prints and reads back the same.
#include <cstdint>
#include <cstdlib>

#include "core/base/instant.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace clogs;
  std::string_view text(reinterpret_cast<const char*>(data), size);
  Result<Instant> instant = parse_inst(text);
  if (parse_rfc3339(text).ok() && !instant.ok()) std::abort();
  if (!instant.ok()) return 0;
  std::string printed = format_rfc3339(*instant);
  // An offset may carry a time out of the four-digit years.
  if (printed.size() >= 20 && printed[4] == '-' && printed[0] != '-') {
    Result<Instant> again = parse_rfc3339(printed);
    if (!again.ok() || *again != *instant) std::abort();
  }
  if (std::optional<int64_t> nanos = instant->to_nanos()) {
    if (Instant::from_nanos(*nanos) != *instant) std::abort();
  }
  return 0;
}
