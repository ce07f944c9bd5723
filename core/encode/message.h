// A protobuf message inside another one, written before its length is known.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "core/record/wire.h"

namespace clogs::encode {

// Puts what body() appends behind its tag and length. The length takes one byte in the common case;
// a longer one moves what was written.
template <typename Body>
void put_message(uint32_t field, std::string& out, Body body) {
  record::wire::put_tag(field, record::wire::bytes, out);
  const size_t length_at = out.size();
  out.push_back(0);
  body();
  const size_t length = out.size() - length_at - 1;
  if (length < 0x80) {
    out[length_at] = static_cast<char>(length);
    return;
  }
  std::string prefix;
  record::wire::put_varint(length, prefix);
  out.replace(length_at, 1, prefix);
}

}  // namespace clogs::encode
