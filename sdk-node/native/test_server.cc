#include "test_server.h"

#include "values.h"

namespace clogs::node {

Napi::Function NativeTestServer::define(Napi::Env env) {
  return DefineClass(env, "NativeTestServer",
                     {InstanceMethod<&NativeTestServer::behave>("behave"),
                      InstanceMethod<&NativeTestServer::records>("records"),
                      InstanceMethod<&NativeTestServer::records_edn>("recordsEdn"),
                      InstanceMethod<&NativeTestServer::calls>("calls"),
                      InstanceMethod<&NativeTestServer::clear>("clear")});
}

Napi::Value NativeTestServer::behave(const Napi::CallbackInfo& info) {
  testing::Behaviour behaviour;
  behaviour.fail_times = info[0].As<Napi::Number>().Uint32Value();
  behaviour.failure = static_cast<Code>(info[1].As<Napi::Number>().Uint32Value());
  behaviour.hang = info[2].As<Napi::Boolean>();
  behaviour.reject = info[3].As<Napi::Boolean>();
  server_.behave(behaviour);
  return info.Env().Undefined();
}

Napi::Value NativeTestServer::records(const Napi::CallbackInfo& info) {
  return texts_of(info.Env(), server_.records_json());
}

Napi::Value NativeTestServer::records_edn(const Napi::CallbackInfo& info) {
  return texts_of(info.Env(), server_.records_edn());
}

Napi::Value NativeTestServer::calls(const Napi::CallbackInfo& info) {
  return Napi::Number::New(info.Env(), static_cast<double>(server_.calls()));
}

Napi::Value NativeTestServer::clear(const Napi::CallbackInfo& info) {
  server_.clear();
  return info.Env().Undefined();
}

}  // namespace clogs::node
