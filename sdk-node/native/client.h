// The JavaScript class NativeClient: a handle of a clogs::Client.
#pragma once

#include <cstdint>

#include <napi.h>

#include "clogs/client.h"
#include "environment.h"

namespace clogs::node {

class NativeClient final : public Napi::ObjectWrap<NativeClient> {
 public:
  static Napi::Function define(Napi::Env env);
  // (names and texts of options, a function (message, code) that hears of trouble, or undefined, a
  // NativeTestServer to send to, or undefined). Gets an own property `submit`, see submitter.h.
  explicit NativeClient(const Napi::CallbackInfo& info);

 private:
  Napi::Value submit_bytes(const Napi::CallbackInfo& info);
  Napi::Value flush(const Napi::CallbackInfo& info);
  Napi::Value flush_sync(const Napi::CallbackInfo& info);
  Napi::Value close(const Napi::CallbackInfo& info);
  Napi::Value close_sync(const Napi::CallbackInfo& info);
  Napi::Value stats(const Napi::CallbackInfo& info);
  Napi::Value warnings(const Napi::CallbackInfo& info);
  Napi::Value option(const Napi::CallbackInfo& info);
  Napi::Value query(const Napi::CallbackInfo& info);

  static Client make(const Napi::CallbackInfo& info, Options options);
  static void report_trouble(const Napi::CallbackInfo& info, Options& options);

  uint64_t id_ = 0;
  Client client_;
};

}  // namespace clogs::node
