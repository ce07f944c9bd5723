#include "client.h"

#include <atomic>
#include <string>
#include <utility>

#include "answer.h"
#include "submitter.h"
#include "test_server.h"
#include "values.h"

namespace clogs::node {

Napi::Function NativeClient::define(Napi::Env env) {
  return DefineClass(env, "NativeClient",
                     {InstanceMethod<&NativeClient::submit_bytes>("submitBytes"),
                      InstanceMethod<&NativeClient::flush>("flush"),
                      InstanceMethod<&NativeClient::flush_sync>("flushSync"),
                      InstanceMethod<&NativeClient::close>("close"),
                      InstanceMethod<&NativeClient::close_sync>("closeSync"),
                      InstanceMethod<&NativeClient::stats>("stats"),
                      InstanceMethod<&NativeClient::warnings>("warnings"),
                      InstanceMethod<&NativeClient::option>("option"),
                      InstanceMethod<&NativeClient::query>("query")});
}

// on_error runs on the client's thread; the environment hears of one trouble at a time, so that a
// blocked event loop does not gather them.
void NativeClient::report_trouble(const Napi::CallbackInfo& info, Options& options) {
  if (!info[1].IsFunction()) return;
  auto listener =
      std::make_shared<Napi::FunctionReference>(Napi::Persistent(info[1].As<Napi::Function>()));
  // The last owner may be the client's own thread, which must not touch the environment: the
  // reference is left to Node, which frees all that are left with the environment.
  listener->SuppressDestruct();
  auto under_way = std::make_shared<std::atomic<bool>>(false);
  options.on_error = [mailbox = Environment::of(info.Env()).mailbox, listener,
                      under_way](const Status& trouble) {
    if (under_way->exchange(true)) return;
    const bool posted = mailbox->post([listener, under_way, trouble](napi_env raw) {
      under_way->store(false);
      Napi::Env env(raw);
      Napi::HandleScope scope(env);
      listener->Call({error_of(env, trouble).Value()});
    });
    if (!posted) under_way->store(false);
  };
}

Client NativeClient::make(const Napi::CallbackInfo& info, Options options) {
  report_trouble(info, options);
  if (info[2].IsObject()) {
    return NativeTestServer::Unwrap(info[2].As<Napi::Object>())->client(std::move(options));
  }
  return Client(std::move(options));
}

NativeClient::NativeClient(const Napi::CallbackInfo& info)
    : Napi::ObjectWrap<NativeClient>(info),
      client_(make(info, options_of(info[0].As<Napi::Array>()))) {
  Environment& environment = Environment::of(info.Env());
  id_ = environment.new_id();
  environment.add(id_, client_);
  napi_value submitter = make_submitter(info.Env(), environment, client_);
  if (submitter == nullptr) throw Napi::Error::New(info.Env());
  info.This().As<Napi::Object>().Set("submit", Napi::Value(info.Env(), submitter));
}

Napi::Value NativeClient::submit_bytes(const Napi::CallbackInfo& info) {
  const auto bytes = info[0].As<Napi::Uint8Array>();
  const std::string_view record(reinterpret_cast<const char*>(bytes.Data()), bytes.ByteLength());
  return Napi::Boolean::New(info.Env(), client_.submit(record));
}

Napi::Value NativeClient::flush(const Napi::CallbackInfo& info) {
  Napi::Env env = info.Env();
  const auto promise = std::make_shared<Napi::Promise::Deferred>(env);
  const auto mailbox = Environment::of(env).mailbox;
  mailbox->hold(env);
  client_.flush_async(millis_of(info[0], client_.options().shutdown_timeout),
                      [mailbox, promise](FlushResult result) {
                        mailbox->post([mailbox, promise, result](napi_env raw) {
                          Napi::HandleScope scope{Napi::Env(raw)};
                          mailbox->release(raw);
                          promise->Resolve(result_of(raw, result));
                        });
                      });
  return promise->Promise();
}

Napi::Value NativeClient::flush_sync(const Napi::CallbackInfo& info) {
  return result_of(info.Env(),
                   client_.flush(millis_of(info[0], client_.options().shutdown_timeout)));
}

// Joins the client's thread, so it waits in a thread of its own.
Napi::Value NativeClient::close(const Napi::CallbackInfo& info) {
  Napi::Env env = info.Env();
  const auto promise = std::make_shared<Napi::Promise::Deferred>(env);
  const auto timeout = millis_of(info[0], client_.options().shutdown_timeout);
  Environment::of(env).run<FlushResult>(
      env, [client = client_, timeout] { return client.close(timeout); },
      [promise, id = id_](Napi::Env here, const FlushResult& result) {
        Environment::of(here).remove(id);
        promise->Resolve(result_of(here, result));
      });
  return promise->Promise();
}

Napi::Value NativeClient::close_sync(const Napi::CallbackInfo& info) {
  const FlushResult result = client_.close(millis_of(info[0], client_.options().shutdown_timeout));
  Environment::of(info.Env()).remove(id_);
  return result_of(info.Env(), result);
}

Napi::Value NativeClient::stats(const Napi::CallbackInfo& info) {
  return stats_of(info.Env(), client_.stats());
}

Napi::Value NativeClient::warnings(const Napi::CallbackInfo& info) {
  return texts_of(info.Env(), client_.warnings());
}

Napi::Value NativeClient::option(const Napi::CallbackInfo& info) {
  const Result<std::string> value = client_.options().get(std::string(info[0].As<Napi::String>()));
  if (!value.ok()) return info.Env().Undefined();
  return Napi::String::New(info.Env(), *value);
}

// (text, is JSON, is a tail, rows as EDN, timeout in ms, [name, EDN, ...])
Napi::Value NativeClient::query(const Napi::CallbackInfo& info) {
  QueryRequest request;
  request.text = std::string(info[0].As<Napi::String>());
  request.json_syntax = info[1].As<Napi::Boolean>();
  const bool is_tail = info[2].As<Napi::Boolean>();
  request.rows = info[3].As<Napi::Boolean>() ? RowFormat::edn : RowFormat::json;
  request.timeout = millis_of(info[4], std::chrono::nanoseconds{0});
  const auto params = info[5].As<Napi::Array>();
  for (uint32_t i = 0; i + 1 < params.Length(); i += 2) {
    request.params.emplace(std::string(params.Get(i).As<Napi::String>()),
                           std::string(params.Get(i + 1).As<Napi::String>()));
  }
  Result<Rows> rows =
      is_tail ? client_.tail(std::move(request)) : client_.query(std::move(request));
  if (!rows.ok()) throw error_of(info.Env(), rows.status());
  return NativeAnswer::make(info.Env(), std::move(*rows));
}

}  // namespace clogs::node
