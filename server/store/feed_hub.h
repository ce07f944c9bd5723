// Hands committed batches to the listeners.
#pragma once

#include <atomic>
#include <list>
#include <memory>
#include <mutex>

#include "server/store/feed.h"

namespace clogs::store {

class FeedHub {
 public:
  FeedHub();
  std::shared_ptr<void> subscribe(Feed::Listener listener);
  // Whether publish() would reach anybody; cheap.
  bool has_listeners() const;
  // Calls every listener on this thread.
  void publish(const Committed& committed);

 private:
  struct State;
  // Shared with the tokens, which may outlive the hub.
  std::shared_ptr<State> state_;
};

}  // namespace clogs::store
