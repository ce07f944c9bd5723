#include "environment.h"

#include <algorithm>

namespace clogs::node {

Environment::Environment(Napi::Env env) : mailbox(Mailbox::open(env)) {
  // Hooks run in reverse order, so this one comes before Node ends the mailbox's function.
  if (mailbox) {
    napi_add_env_cleanup_hook(
        env, [](void* self) { static_cast<Environment*>(self)->end(); }, this);
  }
}

Environment::~Environment() = default;

void Environment::join(std::thread::id id) {
  const auto found = std::find_if(threads_.begin(), threads_.end(),
                                  [id](const std::thread& one) { return one.get_id() == id; });
  if (found == threads_.end()) return;
  found->join();  // it has posted its last word
  threads_.erase(found);
}

void Environment::end() {
  mailbox->shut();
  for (const auto& [id, rows] : answers_) rows->cancel();
  for (std::thread& thread : threads_) thread.join();
  threads_.clear();
  // A worker that was terminated, or never closed its clients, still delivers: each client has
  // its own shutdown_timeout.
  for (const auto& [id, client] : clients_) static_cast<void>(client.close());
  clients_.clear();
  answers_.clear();
}

}  // namespace clogs::node
