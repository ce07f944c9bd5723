// Bytes of an answer, cut anywhere, give the same messages as in one piece, and the texts of its
// headers never do harm.
#include <cstdint>

#include "core/send/error_details.h"
#include "core/send/framing.h"
#include "core/send/grpc_status.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0) return 0;
  constexpr size_t limit = 4096;
  const size_t piece = data[0] % 16 + size_t{1};
  const std::string_view bytes(reinterpret_cast<const char*>(data + 1), size - 1);

  clogs::send::MessageReader whole(limit);
  clogs::send::MessageReader cut(limit);
  whole.set_encoding("gzip");
  cut.set_encoding("gzip");
  std::vector<std::string> expected;
  std::vector<std::string> found;
  const clogs::Status status = whole.feed(bytes, expected);
  clogs::Status cut_status;
  for (size_t at = 0; cut_status.ok() && at < bytes.size(); at += piece) {
    cut_status = cut.feed(bytes.substr(at, piece), found);
  }
  if (status.code() != cut_status.code() || expected != found) __builtin_trap();

  clogs::send::read_error_details(bytes);
  clogs::send::percent_decode(bytes);
  clogs::send::decode_base64(bytes);
  return 0;
}
