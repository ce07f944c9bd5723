// Request bodies in a Content-Encoding, decoded as they come.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "clogs/result.h"

namespace clogs::api {

enum class Coding : uint8_t { identity, gzip, zstd };

// Of a Content-Encoding field; invalid_argument for any other or for several.
Result<Coding> parse_coding(std::string_view content_encoding);

class Decoder {
 public:
  // Asked before the output grows to `bytes`; a failure ends the decoding with it.
  using Grow = std::function<Status(size_t bytes)>;

  virtual ~Decoder() = default;
  // Appends what `in` expands to. invalid_argument for bytes that are not of this coding.
  virtual Status feed(std::string_view in, std::string& out, const Grow& grow) = 0;
  // At the end of the body: invalid_argument if the coded data ended too early.
  virtual Status finish() = 0;
};

// nullptr for identity.
std::unique_ptr<Decoder> make_decoder(Coding coding);

}  // namespace clogs::api
