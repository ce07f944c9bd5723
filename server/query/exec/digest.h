// SHA-256 over the canonical EDN of an answer's rows, a row a line.
#pragma once

#include <memory>
#include <string>

#include "core/edn/tape.h"

namespace clogs::query {

class Digest {
 public:
  Digest();
  ~Digest();
  void add(edn::View row);
  std::string text();  // "sha256:<64 hex>"; once

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace clogs::query
