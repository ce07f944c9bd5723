#include "core/queue/file_system.h"

#include <array>

namespace clogs::queue {

Status write_all(File& file, std::string_view first, std::string_view second, uint64_t offset) {
  std::array<std::string_view, 2> pieces{first, second};
  while (!pieces[0].empty() || !pieces[1].empty()) {
    auto written = file.write(pieces, offset);
    if (!written.ok()) return written.status();
    if (*written == 0) return unavailable("the file takes no bytes");
    size_t rest = *written;
    offset += rest;
    for (std::string_view& piece : pieces) {
      const size_t count = rest < piece.size() ? rest : piece.size();
      piece.remove_prefix(count);
      rest -= count;
    }
  }
  return ok_status();
}

Result<size_t> read_full(File& file, char* into, size_t size, uint64_t offset) {
  size_t done = 0;
  while (done < size) {
    auto got = file.read(into + done, size - done, offset + done);
    if (!got.ok()) return got.status();
    if (*got == 0) break;
    done += *got;
  }
  return done;
}

}  // namespace clogs::queue
