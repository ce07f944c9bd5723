#include "server/store/file_system.h"

namespace clogs::store {

Status write_all(File& file, std::span<const std::string_view> pieces, uint64_t offset) {
  std::vector<std::string_view> rest;
  for (;;) {
    CLOGS_ASSIGN_OR_RETURN(size_t written, file.write(pieces, offset));
    offset += written;
    while (!pieces.empty() && written >= pieces.front().size()) {
      written -= pieces.front().size();
      pieces = pieces.subspan(1);
    }
    if (pieces.empty()) return ok_status();
    if (written > 0) {
      std::vector<std::string_view> next(pieces.begin(), pieces.end());
      next.front().remove_prefix(written);
      rest = std::move(next);
      pieces = rest;
    }
  }
}

Result<size_t> read_full(File& file, char* into, size_t size, uint64_t offset) {
  size_t done = 0;
  while (done < size) {
    CLOGS_ASSIGN_OR_RETURN(size_t got, file.read(into + done, size - done, offset + done));
    if (got == 0) break;
    done += got;
  }
  return done;
}

Result<std::string> read_small_file(FileSystem& files, const std::string& path, size_t limit) {
  CLOGS_ASSIGN_OR_RETURN(auto file, files.open(path, OpenMode::read));
  std::string text(limit + 1, '\0');
  CLOGS_ASSIGN_OR_RETURN(size_t got, read_full(*file, text.data(), text.size(), 0));
  if (got > limit) return out_of_range(path + " is too large");
  text.resize(got);
  return text;
}

}  // namespace clogs::store
