// Committed records as they come, for live tail.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "core/record/id.h"

namespace clogs::store {

// One committed batch; its lines are shared, so that keeping it costs no copy.
struct Committed {
  std::string tenant;
  std::string stream;
  record::Id first;
  bool has_meta = false;
  std::shared_ptr<const std::string> lines;
};

class Feed {
 public:
  virtual ~Feed() = default;
  using Listener = std::function<void(const Committed&)>;
  // The listener is called on the store's writer thread after the commit, in commit order; it must
  // only enqueue. Destroying the token ends the calls; none is running when that returns.
  virtual std::shared_ptr<void> subscribe(Listener listener) = 0;
};

}  // namespace clogs::store
