// The addon clogs.node, by Node-API alone: one binary serves every version of Node from 20 on.
//
// Threads: an environment's own thread calls everything; others reach it only through its Mailbox.
// While records are sent nothing calls into JavaScript.
#include <napi.h>

#include "answer.h"
#include "client.h"
#include "environment.h"
#include "test_server.h"

namespace clogs::node {
namespace {

// (Uint8Array): where records are written from now on.
Napi::Value use_scratch(const Napi::CallbackInfo& info) {
  Environment& environment = Environment::of(info.Env());
  const auto memory = info[0].As<Napi::Uint8Array>();
  environment.scratch = Napi::Persistent(memory);
  environment.scratch_data = reinterpret_cast<const char*>(memory.Data());
  environment.scratch_size = memory.ByteLength();
  return info.Env().Undefined();
}

Napi::Object init(Napi::Env env, Napi::Object exports) {
  auto environment = std::make_unique<Environment>(env);
  if (!environment->mailbox) throw Napi::Error::New(env);
  env.SetInstanceData(environment.release());
  exports.Set("NativeClient", NativeClient::define(env));
  Napi::Function answer = NativeAnswer::define(env);
  Environment::of(env).answer_class = Napi::Persistent(answer);
  exports.Set("NativeTestServer", NativeTestServer::define(env));
  exports.Set("useScratch", Napi::Function::New<use_scratch>(env, "useScratch"));
  return exports;
}

}  // namespace
}  // namespace clogs::node

static Napi::Object clogs_init(Napi::Env env, Napi::Object exports) {
  return clogs::node::init(env, exports);
}

NODE_API_MODULE(clogs, clogs_init)
