#include "core/record/id.h"

namespace clogs::record {
namespace {

constexpr size_t received_digits = 16;
constexpr size_t store_digits = 4;
constexpr size_t index_digits = 8;
constexpr size_t total_digits = received_digits + store_digits + index_digits;

void put_hex(uint64_t value, size_t digits, std::string& out) {
  for (size_t left = digits; left > 0; --left) {
    out.push_back("0123456789abcdef"[(value >> (4 * (left - 1))) & 15]);
  }
}

// Lower case only, so that equal ids are equal texts.
bool take_hex(std::string_view text, uint64_t& value) {
  value = 0;
  for (char c : text) {
    if (c >= '0' && c <= '9') {
      value = value * 16 + static_cast<uint64_t>(c - '0');
    } else if (c >= 'a' && c <= 'f') {
      value = value * 16 + static_cast<uint64_t>(c - 'a' + 10);
    } else {
      return false;
    }
  }
  return true;
}

}  // namespace

std::string Id::to_string() const {
  std::string out;
  out.reserve(total_digits);
  put_hex(static_cast<uint64_t>(received_nanos), received_digits, out);
  put_hex(store, store_digits, out);
  put_hex(index, index_digits, out);
  return out;
}

Result<Id> Id::parse(std::string_view text) {
  uint64_t received = 0;
  uint64_t store = 0;
  uint64_t index = 0;
  if (text.size() != total_digits || !take_hex(text.substr(0, received_digits), received) ||
      !take_hex(text.substr(received_digits, store_digits), store) ||
      !take_hex(text.substr(received_digits + store_digits), index) || (received >> 63) != 0) {
    return invalid_argument("a record id is 28 lower-case hex digits, not \"" +
                            std::string(text.substr(0, 64)) + "\"");
  }
  return Id{.received_nanos = static_cast<int64_t>(received),
            .store = static_cast<uint16_t>(store),
            .index = static_cast<uint32_t>(index)};
}

}  // namespace clogs::record
