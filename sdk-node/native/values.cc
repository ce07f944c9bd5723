#include "values.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace clogs::node {
namespace {

// Longer waits than this are the same to everybody, and nanoseconds hold it.
constexpr double longest_wait_ms = 365.0 * 24 * 3600 * 1000;

struct Counter {
  const char* name;
  uint64_t Stats::* member;
};

constexpr Counter counters[] = {
    {"submitted", &Stats::submitted},
    {"accepted", &Stats::accepted},
    {"adopted", &Stats::adopted},
    {"sent", &Stats::sent},
    {"rejected", &Stats::rejected},
    {"retried", &Stats::retried},
    {"renamedFields", &Stats::renamed_fields},
    {"duplicateFields", &Stats::duplicate_fields},
    {"repairedText", &Stats::repaired_text},
    {"shortened", &Stats::shortened},
    {"redacted", &Stats::redacted},
    {"queueRecords", &Stats::queue_records},
    {"queueBytes", &Stats::queue_bytes},
    {"spoolRecords", &Stats::spool_records},
    {"spoolBytes", &Stats::spool_bytes},
    {"inFlightRecords", &Stats::in_flight_records},
};

constexpr Counter drops[] = {
    {"queueFull", &Stats::dropped_queue_full}, {"tooLarge", &Stats::dropped_too_large},
    {"expired", &Stats::dropped_expired},      {"spoolFull", &Stats::dropped_spool_full},
    {"damaged", &Stats::dropped_damaged},      {"closed", &Stats::dropped_closed},
    {"shutdown", &Stats::dropped_shutdown},    {"beforeSend", &Stats::dropped_before_send},
    {"malformed", &Stats::dropped_malformed},
};

}  // namespace

Napi::Error error_of(Napi::Env env, const Status& status) {
  Napi::Error error = Napi::Error::New(env, status.message());
  const std::string code(code_name(status.code()));
  error.Set("code", Napi::String::New(env, code));
  error.Set("grpcCode", Napi::Number::New(env, static_cast<double>(status.code())));
  if (!status.details().empty()) error.Set("details", Napi::String::New(env, status.details()));
  return error;
}

Napi::Value result_of(Napi::Env env, const FlushResult& result) {
  Napi::Object object = Napi::Object::New(env);
  object.Set("delivered", Napi::Boolean::New(env, result.delivered));
  object.Set("remaining", Napi::Number::New(env, static_cast<double>(result.remaining)));
  return object;
}

Napi::Object stats_of(Napi::Env env, const Stats& stats) {
  Napi::Object object = Napi::Object::New(env);
  const auto put = [&](Napi::Object& into, const Counter& counter) {
    into.Set(counter.name, Napi::Number::New(env, static_cast<double>(stats.*counter.member)));
  };
  for (const Counter& counter : counters) put(object, counter);
  Napi::Object dropped = Napi::Object::New(env);
  for (const Counter& counter : drops) put(dropped, counter);
  object.Set("dropped", dropped);
  constexpr double nanos_in_millisecond = 1e6;
  object.Set("lastSuccessMs",
             Napi::Number::New(
                 env, static_cast<double>(stats.last_success_unix_nanos) / nanos_in_millisecond));
  object.Set("lastError", Napi::String::New(env, stats.last_error));
  return object;
}

Napi::Array texts_of(Napi::Env env, const std::vector<std::string>& texts) {
  Napi::Array array = Napi::Array::New(env, texts.size());
  for (size_t i = 0; i < texts.size(); ++i) {
    array.Set(static_cast<uint32_t>(i), Napi::String::New(env, texts[i]));
  }
  return array;
}

Options options_of(const Napi::Array& names_and_texts) {
  Options options = Options::from_environment();
  for (uint32_t i = 0; i + 1 < names_and_texts.Length(); i += 2) {
    const std::string name = names_and_texts.Get(i).As<Napi::String>();
    const std::string text = names_and_texts.Get(i + 1).As<Napi::String>();
    const Status set = options.set(name, text);
    if (!set.ok()) options.warnings.push_back(set.message());
  }
  return options;
}

std::chrono::nanoseconds millis_of(const Napi::Value& value, std::chrono::nanoseconds otherwise) {
  if (!value.IsNumber()) return otherwise;
  const double millis = value.As<Napi::Number>().DoubleValue();
  if (std::isnan(millis) || millis < 0) return otherwise;
  return std::chrono::nanoseconds(
      static_cast<int64_t>(std::min(millis, longest_wait_ms) * 1'000'000));
}

}  // namespace clogs::node
