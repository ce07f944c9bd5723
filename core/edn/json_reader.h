// JSON text as the EDN values that it names: an object is a map, its keys are keywords where they
// are legal ones (`user_id` is :user_id) and strings where not (`@timestamp`, `a b`, ""); arrays
// are vectors; numbers keep their digits. A duplicate key refuses the text. UTF-8 is validated.
#pragma once

#include <cstddef>
#include <memory>
#include <string_view>

#include "clogs/result.h"
#include "core/edn/tape.h"
#include "core/edn/token.h"

namespace clogs::edn {

struct JsonLimits {
  size_t max_depth = 256;
  size_t max_digits = 4096;  // bytes of one number
};

// Reused between texts; not thread-safe.
class JsonReader {
 public:
  explicit JsonReader(JsonLimits limits = {});
  ~JsonReader();
  JsonReader(JsonReader&&) noexcept;
  JsonReader& operator=(JsonReader&&) noexcept;

  // Appends the one value of `text` to `tape`. Strings and numbers point into `text`, which needs
  // no padding and must stay; decoded strings live in the tape. After a failure the tape is as
  // before.
  Status read(std::string_view text, Tape& tape);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace clogs::edn
