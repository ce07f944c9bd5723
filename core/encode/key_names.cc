#include "core/encode/key_names.h"

namespace clogs::encode {

std::string folded(std::string_view name) {
  std::string out;
  for (char c : name) {
    const char byte = folded_bytes[static_cast<uint8_t>(c)];
    if (byte != 0) out.push_back(byte);
  }
  return out;
}

void KeyNames::add(std::string_view name) {
  std::string key = folded(name);
  if (key.empty()) return;
  if (key.size() < tail_bytes) {
    short_names_ = true;
  } else {
    const size_t end = key.size();
    tails_.set(tail_slot(key[end - 1], key[end - 2], key[end - 3]));
  }
  names_.insert(std::move(key));
}

bool KeyNames::has_exactly(std::string_view key) const {
  if (names_.contains(folded(key))) return true;
  const size_t part = key.find_last_of("./");
  return part != std::string_view::npos && names_.contains(folded(key.substr(part + 1)));
}

}  // namespace clogs::encode
