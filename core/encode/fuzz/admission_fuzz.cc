// Any bytes as a record at the client's door: what is admitted, a server stores.
#include <cstdint>
#include <cstdlib>
#include <string>

#include "core/encode/admission.h"
#include "core/record/proto_codec.h"
#include "core/record/record.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace clogs;
  static const record::Limits limits{.max_bytes = 4096, .max_depth = 8, .max_keys = 20};
  static const encode::Admission admission = [] {
    Options options;
    options.redact_paths = {"a.*.b", "*.*.0"};
    options.redact_values = {"email", "credit_card", "jwt", "bearer", "a*b", "*x"};
    return encode::Admission(options, limits);
  }();
  const std::string_view wire(reinterpret_cast<const char*>(data), size);
  std::string mended;
  encode::Mended counts;
  const encode::Verdict verdict = admission.admit(wire, mended, counts);
  if (verdict == encode::Verdict::refused) return 0;
  edn::Tape tape;
  const std::string_view sent = verdict == encode::Verdict::as_is ? wire : mended;
  if (!record::decode_record(sent, tape).ok()) std::abort();
  if (!record::validate(tape.root(), limits).ok()) std::abort();
  std::string line;
  record::print_line(tape.root(), line);
  if (!record::check_line_bytes(line.size(), limits).ok()) std::abort();
  return 0;
}
