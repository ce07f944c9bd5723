// Walks the protobuf wire format: https://protobuf.dev/programming-guides/encoding/
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

namespace clogs::record::wire {

enum Type : uint32_t { varint = 0, fixed64 = 1, bytes = 2, group = 3, end_group = 4, fixed32 = 5 };

// What stands before each field.
struct Tag {
  uint32_t field = 0;
  uint32_t type = 0;
};

// Reads one message. A function that returns false met malformed bytes; the walker is then useless.
class Walker {
 public:
  explicit Walker(std::string_view message)
      : at_(message.data()), end_(message.data() + message.size()) {}

  bool done() const { return at_ == end_; }
  const char* at() const { return at_; }

  bool read_varint(uint64_t& value) {
    if (at_ != end_ && static_cast<uint8_t>(*at_) < 0x80) {
      value = static_cast<uint8_t>(*at_++);
      return true;
    }
    return read_long_varint(value);
  }

  bool read_tag(Tag& tag) {
    uint64_t value = 0;
    if (!read_varint(value) || value > UINT32_MAX) return false;
    tag.field = static_cast<uint32_t>(value >> 3);
    tag.type = static_cast<uint32_t>(value & 7);
    return tag.field != 0;
  }

  bool read_bytes(std::string_view& value) {
    uint64_t length = 0;
    if (!read_varint(length) || length > static_cast<uint64_t>(end_ - at_)) return false;
    value = {at_, static_cast<size_t>(length)};
    at_ += length;
    return true;
  }

  bool read_fixed64(uint64_t& value) {
    if (end_ - at_ < 8) return false;
    value = 0;
    for (int i = 7; i >= 0; --i) value = value << 8 | static_cast<uint8_t>(at_[i]);
    at_ += 8;
    return true;
  }

  // Over the value of a field that nobody knows. `depth`: groups around it.
  bool skip(Tag tag, int depth = 0);

 private:
  bool read_long_varint(uint64_t& value);

  const char* at_;
  const char* end_;
};

inline int64_t zigzag(uint64_t value) {
  return static_cast<int64_t>(value >> 1) ^ -static_cast<int64_t>(value & 1);
}

inline void put_varint(uint64_t value, std::string& out) {
  while (value >= 0x80) {
    out.push_back(static_cast<char>(value | 0x80));
    value >>= 7;
  }
  out.push_back(static_cast<char>(value));
}
inline void put_tag(uint32_t field, Type type, std::string& out) {
  put_varint(uint64_t{field} << 3 | type, out);
}
inline void put_bytes(uint32_t field, std::string_view value, std::string& out) {
  put_tag(field, bytes, out);
  put_varint(value.size(), out);
  out.append(value);
}
inline void put_fixed64(uint32_t field, uint64_t value, std::string& out) {
  put_tag(field, fixed64, out);
  for (int i = 0; i < 8; ++i) out.push_back(static_cast<char>(value >> (8 * i)));
}

}  // namespace clogs::record::wire
