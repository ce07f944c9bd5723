// The client's functions. What waits for the server never waits on the JavaScript thread, but for
// flushAtExit().
#include "clogs/client.h"

#include "sdk-node/native/handle.h"
#include "sdk-node/native/values.h"

namespace clogs::node {
namespace {

std::chrono::nanoseconds milliseconds(double number) {
  // A year: longer waits are "as long as it takes" and must not overflow nanoseconds.
  constexpr double most = 365.0 * 24 * 3600 * 1000;
  return std::chrono::nanoseconds(
      static_cast<int64_t>((number > 0 ? std::min(number, most) : 0) * 1e6));
}

napi_value result_value(napi_env env, const FlushResult& result) {
  napi_value object = nullptr;
  napi_create_object(env, &object);
  napi_set_named_property(env, object, "delivered", bool_value(env, result.delivered));
  set_number(env, object, "remaining", static_cast<double>(result.remaining));
  return object;
}

napi_value create_client(napi_env env, napi_callback_info info) {
  auto args = arguments(env, info, 1);
  Options options = Options::from_environment();
  if (!read_options(env, args[0], options)) return nullptr;
  auto handle = std::make_unique<Handle>();
  handle->kind = Kind::client;
  handle->client.emplace(std::move(options));
  return wrap(env, std::move(handle));
}

// submit(client, buffer, bytes): the first bytes of the buffer.
napi_value submit(napi_env env, napi_callback_info info) {
  size_t count = 3;
  napi_value args[3] = {};
  napi_get_cb_info(env, info, &count, args, nullptr, nullptr);
  Handle* handle = handle_of(env, args[0], Kind::client);
  if (handle == nullptr) return nullptr;
  void* data = nullptr;
  size_t size = 0;
  uint32_t bytes = 0;
  if (napi_get_buffer_info(env, args[1], &data, &size) != napi_ok ||
      napi_get_value_uint32(env, args[2], &bytes) != napi_ok || bytes > size) {
    throw_type_error(env, "submit() takes a buffer and how many of its bytes are the record");
    return nullptr;
  }
  return bool_value(env, handle->client->submit({static_cast<const char*>(data), bytes}));
}

// A promise's other side. Made and settled on the JavaScript thread.
struct Waiting {
  napi_deferred deferred = nullptr;
  napi_threadsafe_function function = nullptr;  // of flush
  napi_async_work work = nullptr;               // of close
  std::optional<Client> client;                 // keeps it alive meanwhile
  std::chrono::nanoseconds timeout{0};
  FlushResult result;
};

void settle(napi_env env, napi_value, void*, void* data) {
  std::unique_ptr<Waiting> waiting(static_cast<Waiting*>(data));
  if (env == nullptr) return;  // the environment is ending: nobody waits any more
  napi_resolve_deferred(env, waiting->deferred, result_value(env, waiting->result));
}

napi_value flush(napi_env env, napi_callback_info info) {
  auto args = arguments(env, info, 2);
  Handle* handle = handle_of(env, args[0], Kind::client);
  double timeout = 0;
  if (handle == nullptr || !read_number(env, args[1], "timeout", timeout)) return nullptr;
  auto waiting = std::make_unique<Waiting>();
  napi_value promise = nullptr;
  napi_create_promise(env, &waiting->deferred, &promise);
  // Referenced: a pending flush keeps the event loop alive.
  if (napi_create_threadsafe_function(env, nullptr, nullptr, text_value(env, "clogs flush"), 0, 1,
                                      nullptr, nullptr, nullptr, settle,
                                      &waiting->function) != napi_ok) {
    throw_type_error(env, "no thread-safe function could be made");
    return nullptr;
  }
  Waiting* shared = waiting.release();
  handle->client->flush_async(milliseconds(timeout), [shared](FlushResult result) {
    shared->result = result;
    napi_threadsafe_function function = shared->function;
    if (napi_call_threadsafe_function(function, shared, napi_tsfn_nonblocking) == napi_ok) {
      napi_release_threadsafe_function(function, napi_tsfn_release);
    } else {
      delete shared;  // the environment is ending, and has taken the function back
    }
  });
  return promise;
}

void close_now(napi_env, void* data) {
  auto* waiting = static_cast<Waiting*>(data);
  waiting->result = waiting->client->close(waiting->timeout);
}

void closed(napi_env env, napi_status status, void* data) {
  std::unique_ptr<Waiting> waiting(static_cast<Waiting*>(data));
  napi_delete_async_work(env, waiting->work);
  if (status == napi_ok) {
    napi_resolve_deferred(env, waiting->deferred, result_value(env, waiting->result));
  }
}

napi_value close_client(napi_env env, napi_callback_info info) {
  auto args = arguments(env, info, 2);
  Handle* handle = handle_of(env, args[0], Kind::client);
  if (handle == nullptr) return nullptr;
  auto waiting = std::make_unique<Waiting>();
  waiting->client = handle->client;
  double timeout = 0;
  waiting->timeout = napi_get_value_double(env, args[1], &timeout) == napi_ok
                         ? milliseconds(timeout)
                         : handle->client->options().shutdown_timeout;
  napi_value promise = nullptr;
  napi_create_promise(env, &waiting->deferred, &promise);
  if (napi_create_async_work(env, nullptr, text_value(env, "clogs close"), close_now, closed,
                             waiting.get(), &waiting->work) != napi_ok ||
      napi_queue_async_work(env, waiting->work) != napi_ok) {
    throw_type_error(env, "no work could be queued");
    return nullptr;
  }
  waiting.release();  // closed() deletes it
  return promise;
}

// Blocks: in the exit hook nothing asynchronous runs any more.
napi_value flush_at_exit(napi_env env, napi_callback_info info) {
  auto args = arguments(env, info, 1);
  Handle* handle = handle_of(env, args[0], Kind::client);
  if (handle == nullptr) return nullptr;
  handle->exit_began = std::chrono::steady_clock::now();
  return result_value(env, handle->client->flush(handle->client->options().shutdown_timeout));
}

napi_value stats(napi_env env, napi_callback_info info) {
  auto args = arguments(env, info, 1);
  Handle* handle = handle_of(env, args[0], Kind::client);
  if (handle == nullptr) return nullptr;
  const Stats s = handle->client->stats();
  const std::pair<const char*, uint64_t> numbers[] = {
      {"submitted", s.submitted},
      {"accepted", s.accepted},
      {"adopted", s.adopted},
      {"sent", s.sent},
      {"rejected", s.rejected},
      {"retried", s.retried},
      {"droppedQueueFull", s.dropped_queue_full},
      {"droppedTooLarge", s.dropped_too_large},
      {"droppedExpired", s.dropped_expired},
      {"droppedSpoolFull", s.dropped_spool_full},
      {"droppedDamaged", s.dropped_damaged},
      {"droppedClosed", s.dropped_closed},
      {"droppedShutdown", s.dropped_shutdown},
      {"droppedBeforeSend", s.dropped_before_send},
      {"droppedMalformed", s.dropped_malformed},
      {"renamedFields", s.renamed_fields},
      {"duplicateFields", s.duplicate_fields},
      {"repairedText", s.repaired_text},
      {"shortened", s.shortened},
      {"redacted", s.redacted},
      {"queueRecords", s.queue_records},
      {"queueBytes", s.queue_bytes},
      {"spoolRecords", s.spool_records},
      {"spoolBytes", s.spool_bytes},
      {"inFlightRecords", s.in_flight_records},
  };
  napi_value object = nullptr;
  napi_create_object(env, &object);
  for (const auto& [name, number] : numbers) {
    set_number(env, object, name, static_cast<double>(number));
  }
  set_number(env, object, "lastSuccessMs", static_cast<double>(s.last_success_unix_nanos) / 1e6);
  napi_set_named_property(env, object, "lastError", text_value(env, s.last_error));
  return object;
}

napi_value warnings(napi_env env, napi_callback_info info) {
  auto args = arguments(env, info, 1);
  Handle* handle = handle_of(env, args[0], Kind::client);
  return handle == nullptr ? nullptr : texts_value(env, handle->client->warnings());
}

// The level as its severity number; 0 where the client is not enabled.
napi_value minimum_level(napi_env env, napi_callback_info info) {
  auto args = arguments(env, info, 1);
  Handle* handle = handle_of(env, args[0], Kind::client);
  if (handle == nullptr) return nullptr;
  const Options& options = handle->client->options();
  return number_value(env, options.enabled ? static_cast<double>(options.level) : 0);
}

}  // namespace

void define_client(napi_env env, napi_value exports) {
  define(env, exports, "createClient", create_client);
  define(env, exports, "submit", submit);
  define(env, exports, "flush", flush);
  define(env, exports, "close", close_client);
  define(env, exports, "flushAtExit", flush_at_exit);
  define(env, exports, "stats", stats);
  define(env, exports, "warnings", warnings);
  define(env, exports, "minimumLevel", minimum_level);
}

}  // namespace clogs::node
