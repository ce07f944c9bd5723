#include "server/store/feed_hub.h"

#include <utility>

namespace clogs::store {

struct FeedHub::State {
  std::mutex mutex;  // held while listeners run, so that an ended one is not running
  std::list<Feed::Listener> listeners;
  std::atomic<size_t> count{0};
};

FeedHub::FeedHub() : state_(std::make_shared<State>()) {}

std::shared_ptr<void> FeedHub::subscribe(Feed::Listener listener) {
  struct Token {
    std::shared_ptr<State> state;
    std::list<Feed::Listener>::iterator listener;
    Token(std::shared_ptr<State> owner, Feed::Listener call) : state(std::move(owner)) {
      std::lock_guard lock(state->mutex);
      listener = state->listeners.insert(state->listeners.end(), std::move(call));
      ++state->count;
    }
    Token(const Token&) = delete;
    Token& operator=(const Token&) = delete;
    ~Token() {
      std::lock_guard lock(state->mutex);
      state->listeners.erase(listener);
      --state->count;
    }
  };
  return std::make_shared<Token>(state_, std::move(listener));
}

bool FeedHub::has_listeners() const { return state_->count > 0; }

void FeedHub::publish(const Committed& committed) {
  std::lock_guard lock(state_->mutex);
  for (const Feed::Listener& listener : state_->listeners) listener(committed);
}

}  // namespace clogs::store
