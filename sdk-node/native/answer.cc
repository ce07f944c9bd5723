#include "answer.h"

#include <exception>
#include <string>
#include <utility>

#include "environment.h"
#include "values.h"

namespace clogs::node {
namespace {

// Lines that are there already go to JavaScript together, up to this size: a tail has one record a
// message, and each crossing costs a thread and a turn of the event loop.
constexpr size_t lines_at_once = 256 * 1024;

struct Lines {
  Status status;
  bool more = false;
  std::string text;
};

Lines read(Rows& rows) noexcept try {
  Lines lines;
  Result<bool> more = rows.next(lines.text);
  std::string next;
  while (more.ok() && *more && lines.text.size() < lines_at_once) {
    lines.more = true;
    more = rows.next(next, std::chrono::nanoseconds{1});
    if (more.ok() && *more) lines.text += next;
  }
  // What came is given out first; an end or a failure is met again by the next call.
  if (!lines.more && !more.ok()) lines.status = more.status();
  return lines;
} catch (const std::exception&) {
  return {.status = Status(Code::resource_exhausted, "no memory for the rows"),
          .more = false,
          .text = {}};
}

}  // namespace

Napi::Function NativeAnswer::define(Napi::Env env) {
  return DefineClass(
      env, "NativeAnswer",
      {InstanceMethod<&NativeAnswer::next>("next"), InstanceMethod<&NativeAnswer::cancel>("cancel"),
       InstanceMethod<&NativeAnswer::summary>("summary"),
       InstanceMethod<&NativeAnswer::dropped>("dropped")});
}

Napi::Value NativeAnswer::make(Napi::Env env, Rows rows) {
  auto owned = std::make_shared<Rows>(std::move(rows));
  return Environment::of(env).answer_class.New(
      {Napi::External<std::shared_ptr<Rows>>::New(env, &owned)});
}

NativeAnswer::NativeAnswer(const Napi::CallbackInfo& info)
    : Napi::ObjectWrap<NativeAnswer>(info),
      rows_(*info[0].As<Napi::External<std::shared_ptr<Rows>>>().Data()) {
  Environment& environment = Environment::of(info.Env());
  id_ = environment.new_id();
  environment.add(id_, rows_);
}

NativeAnswer::~NativeAnswer() {
  if (rows_) rows_->cancel();
}

Napi::Value NativeAnswer::next(const Napi::CallbackInfo& info) {
  Napi::Env env = info.Env();
  const auto promise = std::make_shared<Napi::Promise::Deferred>(env);
  Environment::of(env).run<Lines>(
      env, [rows = rows_] { return read(*rows); },
      [promise, id = id_](Napi::Env here, const Lines& lines) {
        if (!lines.status.ok() || !lines.more) Environment::of(here).remove_answer(id);
        if (!lines.status.ok()) {
          promise->Reject(error_of(here, lines.status).Value());
        } else if (lines.more) {
          promise->Resolve(Napi::String::New(here, lines.text));
        } else {
          promise->Resolve(here.Null());
        }
      });
  return promise->Promise();
}

Napi::Value NativeAnswer::cancel(const Napi::CallbackInfo& info) {
  rows_->cancel();
  Environment::of(info.Env()).remove_answer(id_);
  return info.Env().Undefined();
}

Napi::Value NativeAnswer::summary(const Napi::CallbackInfo& info) {
  Napi::Env env = info.Env();
  const QuerySummary& from = rows_->summary();
  Napi::Object into = Napi::Object::New(env);
  into.Set("canonical", from.canonical);
  into.Set("hash", from.hash);
  into.Set("columns", texts_of(env, from.columns));
  into.Set("count", static_cast<double>(from.count));
  if (from.total) into.Set("total", static_cast<double>(*from.total));
  into.Set("totalIsExact", from.total_is_exact);
  if (!from.next.empty()) into.Set("next", from.next);
  if (!from.prev.empty()) into.Set("prev", from.prev);
  into.Set("approx", texts_of(env, from.approx));
  into.Set("partial", from.partial);
  into.Set("warnings", texts_of(env, from.warnings));
  into.Set("asOfUnixNanos", Napi::BigInt::New(env, from.as_of_unix_nanos));
  return into;
}

Napi::Value NativeAnswer::dropped(const Napi::CallbackInfo& info) {
  return Napi::Number::New(info.Env(), static_cast<double>(rows_->dropped()));
}

}  // namespace clogs::node
