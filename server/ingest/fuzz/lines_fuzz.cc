// Any bytes as a file: the first byte chooses the format and whether lines are joined, the second
// how it is cut in pieces. What
// comes out must be as many lines as is said, each an EDN map that validates.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "core/edn/reader.h"
#include "core/record/record.h"
#include "server/ingest/lines.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size < 2) return 0;
  clogs::ingest::LineOptions options;
  options.format = static_cast<clogs::ingest::LineFormat>(data[0] % 4);
  options.multiline = (data[0] & 4) == 0;
  options.now_nanos = 1'795'465'557'000'000'000;
  options.limits.max_bytes = 4096;
  auto converter = clogs::ingest::LineConverter::create(options);
  if (!converter.ok()) std::abort();
  const size_t piece = size_t{data[1]} + 1;
  std::string_view text(reinterpret_cast<const char*>(data + 2), size - 2);
  while (!text.empty()) {
    converter->feed(std::string(text.substr(0, piece)));
    text.remove_prefix(std::min(piece, text.size()));
  }
  converter->finish();
  std::string lines;
  uint64_t left = converter->take(lines);
  for (std::string_view rest = lines; !rest.empty(); --left) {
    const size_t end = rest.find('\n');
    clogs::edn::Tape tape;
    if (left == 0 || end == std::string_view::npos ||
        !clogs::edn::read_one(rest.substr(0, end), tape).ok() ||
        !clogs::record::validate(tape.root()).ok()) {
      std::abort();
    }
    rest.remove_prefix(end + 1);
  }
  if (left != 0) std::abort();
  return 0;
}
