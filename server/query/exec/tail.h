// Live tails: one thread reads each committed block once and offers its records to all subscribers.
#pragma once

#include <memory>
#include <string_view>

#include "server/query/engine.h"
#include "server/query/exec/prepared.h"

namespace clogs::query {

// Committed blocks that wait for the thread. When one more comes it is dropped, and its records are
// counted as dropped for every subscriber of its tenant.
constexpr size_t tail_blocks_max = 4096;
constexpr size_t tail_bytes_max = size_t{64} << 20;

class TailHub {
 public:
  explicit TailHub(store::Feed& feed);
  ~TailHub();

  Result<std::unique_ptr<TailSubscription>> subscribe(PreparedPtr query, std::string_view tenant,
                                                      Engine::OnTailRow on_row);

 private:
  struct Impl;
  std::shared_ptr<Impl> impl_;
};

}  // namespace clogs::query
