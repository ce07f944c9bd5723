#include "server/store/batch_check.h"

#include <cstring>
#include <utility>

#include <fmt/format.h>

#include "core/edn/printer.h"
#include "core/edn/reader.h"
#include "core/edn/utf8.h"
#include "server/store/data_dir.h"
#include "server/store/limits.h"

namespace clogs::store {
namespace {

Status check_name(std::string_view what, std::string_view text, size_t bytes_max) {
  if (text.empty()) return invalid_argument(fmt::format("the {} is empty", what));
  if (text.size() > bytes_max) {
    return invalid_argument(
        fmt::format("the {} has {} bytes; at most {} are allowed", what, text.size(), bytes_max));
  }
  if (!edn::is_valid_utf8(text)) {
    return invalid_argument(fmt::format("the {} is not UTF-8", what));
  }
  for (char c : text) {
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) {
      return invalid_argument(fmt::format("the {} has a control character", what));
    }
  }
  return ok_status();
}

// Each line is a map: no line can be taken for a frame header, and ids count what is there.
Status check_lines(const ingest::Batch& batch) {
  const char* at = batch.lines.data();
  const char* end = at + batch.lines.size();
  uint64_t count = 0;
  while (at < end) {
    if (*at != '{') return invalid_argument("a line of the batch is not a map");
    const void* newline = std::memchr(at, '\n', static_cast<size_t>(end - at));
    if (newline == nullptr) return invalid_argument("the last line of the batch has no end");
    at = static_cast<const char*>(newline) + 1;
    ++count;
  }
  if (count == 0) return invalid_argument("the batch has no records");
  if (count != batch.count) {
    return invalid_argument(fmt::format("the batch has {} lines and says {}", count, batch.count));
  }
  return ok_status();
}

}  // namespace

Status check_batch(ingest::Batch& batch) {
  if (!is_tenant_name(batch.tenant)) {
    return invalid_argument(
        fmt::format("the tenant must be letters, digits, '-', '_' or '.', not begin with a dot and "
                    "have at most "
                    "{} characters",
                    tenant_bytes_max));
  }
  CLOGS_RETURN_IF_ERROR(check_name("stream", batch.stream, stream_bytes_max));
  if (batch.id) {
    CLOGS_RETURN_IF_ERROR(check_name("producer", batch.id->producer, producer_bytes_max));
  }
  CLOGS_RETURN_IF_ERROR(check_lines(batch));
  if (batch.rejected_edn.empty()) return ok_status();
  if (batch.rejected_edn.size() > rejected_bytes_max) {
    return out_of_range(
        fmt::format("the refusals of the batch take {} bytes; at most {} can be kept",
                    batch.rejected_edn.size(), rejected_bytes_max));
  }
  edn::Tape tape;
  CLOGS_RETURN_IF_ERROR(edn::read_one(batch.rejected_edn, tape));
  // As readers of the frame will print it, so that every answer is the same text.
  std::string line = edn::print(tape.root());
  batch.rejected_edn = std::move(line);
  return ok_status();
}

}  // namespace clogs::store
