// How native threads reach JavaScript: one unreferenced thread-safe function an environment.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>

#include <node_api.h>

namespace clogs::node {

// A worker_thread has its own. Tasks run on the environment's thread, in order. The event loop is
// kept alive only while somebody waits: hold() and release() count them.
class Mailbox {
 public:
  using Task = std::function<void(napi_env env)>;

  // Null, with a pending JavaScript exception, if the environment refuses.
  static std::shared_ptr<Mailbox> open(napi_env env);

  // Any thread. False after shut(): the task is dropped.
  bool post(Task task) noexcept;
  // The environment's thread only.
  void hold(napi_env env);
  void release(napi_env env);
  // The environment is about to end. Must come before Node tears the function down.
  void shut();

 private:
  static void call(napi_env env, napi_value, void*, void* data);

  std::mutex mutex_;  // of function_, against post() from other threads
  napi_threadsafe_function function_ = nullptr;
  uint32_t waiting_ = 0;
};

}  // namespace clogs::node
