// Answers in a Content-Encoding, encoded as they go out.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "clogs/result.h"
#include "server/api/decoder.h"

namespace clogs::api {

// Not thread-safe.
class Encoder {
 public:
  virtual ~Encoder() = default;
  // Appends what the reader needs to have all of `in`, so that rows do not wait for further ones.
  virtual Status feed(std::string_view in, std::string& out) = 0;
  // Appends the end.
  virtual Status finish(std::string& out) = 0;
};

// nullptr for identity, and where there is no memory for an encoder: the answer is then sent as it
// is.
std::unique_ptr<Encoder> make_encoder(Coding coding);

// "gzip", "zstd".
std::string_view coding_name(Coding coding);

}  // namespace clogs::api
