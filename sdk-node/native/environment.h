// What one Node environment (the main thread, or a worker_thread) has of the addon. It is the
// addon's instance data: nothing here is global to the process.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <thread>
#include <utility>
#include <vector>

#include <napi.h>

#include "clogs/client.h"
#include "mailbox.h"

namespace clogs::node {

struct Environment {
  explicit Environment(Napi::Env env);
  ~Environment();
  Environment(const Environment&) = delete;
  Environment& operator=(const Environment&) = delete;

  static Environment& of(Napi::Env env) { return *env.GetInstanceData<Environment>(); }

  // Records are encoded by JavaScript into this memory; a call of submit() names only their length.
  // The reference keeps it in place.
  Napi::Reference<Napi::Uint8Array> scratch;
  const char* scratch_data = nullptr;
  size_t scratch_size = 0;

  Napi::FunctionReference answer_class;
  std::shared_ptr<Mailbox> mailbox;

  // Clients that are open, so that the end of a worker drains them.
  void add(uint64_t id, const Client& client) { clients_.emplace(id, client); }
  void remove(uint64_t id) { clients_.erase(id); }
  // Answers of queries that are open: they are cancelled when the environment ends.
  void add(uint64_t id, std::shared_ptr<Rows> rows) { answers_.emplace(id, std::move(rows)); }
  void remove_answer(uint64_t id) { answers_.erase(id); }
  uint64_t new_id() { return ++last_id_; }

  // Work that blocks and throws nothing, in a thread of its own that this environment joins.
  // `after` runs on the environment's thread, and the event loop waits for it.
  template <typename Result>
  void run(Napi::Env env, std::function<Result()> work,
           std::function<void(Napi::Env, const Result&)> after);

 private:
  void join(std::thread::id id);
  // Ends all that reaches into the environment, then drains the clients.
  void end();

  std::map<uint64_t, Client> clients_;
  std::map<uint64_t, std::shared_ptr<Rows>> answers_;
  std::vector<std::thread> threads_;
  uint64_t last_id_ = 0;
};

template <typename Result>
void Environment::run(Napi::Env env, std::function<Result()> work,
                      std::function<void(Napi::Env, const Result&)> after) {
  mailbox->hold(env);
  threads_.emplace_back([mailbox = mailbox, work = std::move(work), after = std::move(after)] {
    Result result = work();
    const std::thread::id id = std::this_thread::get_id();
    mailbox->post([mailbox, id, result = std::move(result), after](napi_env raw) {
      Napi::Env here(raw);
      Napi::HandleScope scope(here);
      mailbox->release(raw);
      Environment::of(here).join(id);
      after(here, result);
    });
  });
}

}  // namespace clogs::node
