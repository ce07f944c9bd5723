// Any bytes as a JSON file: however it is cut in pieces, the same objects and refusals come, and
// each object is inside the file's bounds.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "server/ingest/json_file.h"

namespace {

using clogs::ingest::JsonFile;

constexpr size_t object_bytes_max = 512;

void read(JsonFile& file, std::string& told) {
  for (;;) {
    const JsonFile::Step step = file.next();
    if (step.outcome == JsonFile::Outcome::wait) return;
    const bool object = step.outcome == JsonFile::Outcome::object;
    if (object != step.error.ok() || step.object.size() > object_bytes_max) std::abort();
    if (object && (step.object.front() != '{' || step.object.back() != '}')) std::abort();
    told += std::to_string(step.at.line) + ' ' + std::to_string(step.at.offset) + ' ';
    told += object ? step.object : std::string_view("refused");
  }
}

std::string convert(std::string_view text, size_t piece) {
  JsonFile file(object_bytes_max);
  std::string told;
  // A byte order mark is not cut: whoever feeds has looked at the file's beginning.
  constexpr size_t mark_bytes = 3;
  for (size_t size = std::max(piece, mark_bytes); !text.empty(); size = piece) {
    file.feed(std::string(text.substr(0, size)));
    read(file, told);
    text.remove_prefix(std::min(size, text.size()));
  }
  file.finish();
  read(file, told);
  return told + ' ' + std::to_string(file.lines());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0) return 0;
  const std::string_view text(reinterpret_cast<const char*>(data + 1), size - 1);
  clogs::ingest::begins_like_json_file(text);
  if (convert(text, size_t{data[0]} + 1) != convert(text, size)) std::abort();
  return 0;
}
