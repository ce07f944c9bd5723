// The JavaScript class NativeAnswer: the rows of one query or tail.
#pragma once

#include <cstdint>
#include <memory>

#include <napi.h>

#include "clogs/query.h"

namespace clogs::node {

class NativeAnswer final : public Napi::ObjectWrap<NativeAnswer> {
 public:
  static Napi::Function define(Napi::Env env);
  static Napi::Value make(Napi::Env env, Rows rows);

  explicit NativeAnswer(const Napi::CallbackInfo& info);
  // Collected without its end: the server is told that nobody reads on.
  ~NativeAnswer() override;

 private:
  // A promise of the next lines, or null at the end. One at a time.
  Napi::Value next(const Napi::CallbackInfo& info);
  Napi::Value cancel(const Napi::CallbackInfo& info);
  Napi::Value summary(const Napi::CallbackInfo& info);
  Napi::Value dropped(const Napi::CallbackInfo& info);

  uint64_t id_ = 0;
  std::shared_ptr<Rows> rows_;
};

}  // namespace clogs::node
