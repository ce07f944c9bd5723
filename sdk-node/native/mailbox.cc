#include "mailbox.h"

#include <exception>
#include <utility>

namespace clogs::node {

std::shared_ptr<Mailbox> Mailbox::open(napi_env env) {
  auto mailbox = std::make_shared<Mailbox>();
  napi_value name = nullptr;
  if (napi_create_string_utf8(env, "clogs", NAPI_AUTO_LENGTH, &name) != napi_ok) return nullptr;
  // Its own bound is 0, none: what is posted is one answer a call that waits for it, and one
  // report of trouble at a time.
  if (napi_create_threadsafe_function(env, nullptr, nullptr, name, 0, 1, nullptr, nullptr, nullptr,
                                      call, &mailbox->function_) != napi_ok ||
      napi_unref_threadsafe_function(env, mailbox->function_) != napi_ok) {
    napi_throw_error(env, nullptr, "clogs: Node gave no thread-safe function");
    return nullptr;
  }
  return mailbox;
}

bool Mailbox::post(Task task) noexcept {
  try {
    auto owned = std::make_unique<Task>(std::move(task));
    const std::lock_guard lock(mutex_);
    if (function_ == nullptr) return false;
    if (napi_call_threadsafe_function(function_, owned.get(), napi_tsfn_nonblocking) != napi_ok) {
      return false;
    }
    static_cast<void>(owned.release());  // call() has it now
    return true;
  } catch (const std::exception&) {  // no memory
    return false;
  }
}

void Mailbox::call(napi_env env, napi_value, void*, void* data) {
  const std::unique_ptr<Task> task(static_cast<Task*>(data));
  if (env == nullptr) return;  // the environment is gone
  try {
    (*task)(env);
  } catch (const std::exception&) {
    // A worker that is being terminated refuses every call: nobody is left to hear the answer. The
    // hooks of the application have caught their own by then.
    napi_value ignored = nullptr;
    bool pending = false;
    if (napi_is_exception_pending(env, &pending) == napi_ok && pending) {
      napi_get_and_clear_last_exception(env, &ignored);
    }
  }
}

void Mailbox::hold(napi_env env) {
  if (waiting_++ == 0 && function_ != nullptr) napi_ref_threadsafe_function(env, function_);
}

void Mailbox::release(napi_env env) {
  if (--waiting_ == 0 && function_ != nullptr) napi_unref_threadsafe_function(env, function_);
}

void Mailbox::shut() {
  const std::lock_guard lock(mutex_);
  if (function_ == nullptr) return;
  napi_release_threadsafe_function(function_, napi_tsfn_abort);
  function_ = nullptr;
}

}  // namespace clogs::node
