#include "core/record/wire.h"

namespace clogs::record::wire {
namespace {

// Unknown groups nested deeper are taken for an attack on the stack.
constexpr int max_group_depth = 64;

}  // namespace

bool Walker::read_long_varint(uint64_t& value) {
  value = 0;
  for (int shift = 0; shift < 70; shift += 7) {
    if (at_ == end_) return false;
    const auto byte = static_cast<uint8_t>(*at_++);
    // The tenth byte holds the one bit that is left of 64.
    if (shift == 63 && byte > 1) return false;
    value |= uint64_t{byte & 0x7Fu} << shift;
    if (byte < 0x80) return true;
  }
  return false;
}

bool Walker::skip(Tag tag, int depth) {
  uint64_t ignored = 0;
  std::string_view ignored_bytes;
  switch (tag.type) {
    case varint:
      return read_varint(ignored);
    case fixed64:
      return read_fixed64(ignored);
    case bytes:
      return read_bytes(ignored_bytes);
    case fixed32:
      if (end_ - at_ < 4) return false;
      at_ += 4;
      return true;
    case group: {
      if (depth == max_group_depth) return false;
      Tag inner;
      while (read_tag(inner)) {
        if (inner.type == end_group) return inner.field == tag.field;
        if (!skip(inner, depth + 1)) return false;
      }
      return false;
    }
    default:
      return false;
  }
}

}  // namespace clogs::record::wire
