// The JavaScript class NativeTestServer: clogs::testing::TestServer.
#pragma once

#include <napi.h>

#include "clogs/testing.h"

namespace clogs::node {

class NativeTestServer final : public Napi::ObjectWrap<NativeTestServer> {
 public:
  static Napi::Function define(Napi::Env env);
  explicit NativeTestServer(const Napi::CallbackInfo& info)
      : Napi::ObjectWrap<NativeTestServer>(info) {}

  Client client(Options options) { return server_.client(std::move(options)); }

 private:
  // (fail times, gRPC code of these failures, hang, reject)
  Napi::Value behave(const Napi::CallbackInfo& info);
  Napi::Value records(const Napi::CallbackInfo& info);  // JSON texts
  Napi::Value records_edn(const Napi::CallbackInfo& info);
  Napi::Value calls(const Napi::CallbackInfo& info);
  Napi::Value clear(const Napi::CallbackInfo& info);

  testing::TestServer server_;
};

}  // namespace clogs::node
