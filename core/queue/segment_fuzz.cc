// Any bytes as a segment: no crash, memory bounded by the file, and what is read was under its
// sums.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <string>
#include <string_view>

#include "core/queue/segment.h"

namespace {

using clogs::Result;
using clogs::Status;

class MemoryFile final : public clogs::queue::File {
 public:
  explicit MemoryFile(std::string bytes) : bytes_(std::move(bytes)) {}
  Result<size_t> write(std::span<const std::string_view> pieces, uint64_t offset) override {
    size_t done = 0;
    for (std::string_view piece : pieces) {
      if (bytes_.size() < offset + piece.size()) bytes_.resize(offset + piece.size());
      std::copy(piece.begin(), piece.end(), bytes_.begin() + static_cast<ptrdiff_t>(offset));
      offset += piece.size();
      done += piece.size();
    }
    return done;
  }
  Result<size_t> read(char* into, size_t size, uint64_t offset) override {
    if (offset >= bytes_.size()) return size_t{0};
    return bytes_.copy(into, size, offset);
  }
  Status sync() override { return clogs::ok_status(); }
  Status truncate(uint64_t size) override {
    bytes_.resize(size);
    return clogs::ok_status();
  }
  Result<uint64_t> size() override { return uint64_t{bytes_.size()}; }

 private:
  std::string bytes_;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  std::string bytes(reinterpret_cast<const char*>(data), size);
  auto segment = clogs::queue::Segment::load(std::make_unique<MemoryFile>(std::move(bytes)));
  if (!segment.ok()) return 0;
  uint64_t batches = 0;
  for (uint64_t at = 0;;) {
    auto batch = (*segment)->next(at);
    if (!batch.ok()) std::abort();
    if (!batch->has_value()) break;
    if ((*batch)->offset < at || (*batch)->body.size() > size) std::abort();
    at = (*segment)->behind((*batch)->offset);
    ++batches;
  }
  if (batches != (*segment)->batches()) std::abort();
  return 0;
}
