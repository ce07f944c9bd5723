// The server in memory, for clogs/testing.
#include "clogs/testing.h"

#include "sdk-node/native/handle.h"
#include "sdk-node/native/values.h"

namespace clogs::node {
namespace {

napi_value create_server(napi_env env, napi_callback_info) {
  auto handle = std::make_unique<Handle>();
  handle->kind = Kind::server;
  handle->server = std::make_unique<testing::TestServer>();
  return wrap(env, std::move(handle));
}

napi_value server_client(napi_env env, napi_callback_info info) {
  auto args = arguments(env, info, 2);
  Handle* server = handle_of(env, args[0], Kind::server);
  Options options;
  options.flush_interval = std::chrono::milliseconds(0);
  if (server == nullptr || !read_options(env, args[1], options)) return nullptr;
  auto handle = std::make_unique<Handle>();
  handle->kind = Kind::client;
  handle->client.emplace(server->server->client(std::move(options)));
  return wrap(env, std::move(handle));
}

napi_value records(napi_env env, napi_callback_info info) {
  auto args = arguments(env, info, 1);
  Handle* server = handle_of(env, args[0], Kind::server);
  return server == nullptr ? nullptr : texts_value(env, server->server->records_json());
}

napi_value records_edn(napi_env env, napi_callback_info info) {
  auto args = arguments(env, info, 1);
  Handle* server = handle_of(env, args[0], Kind::server);
  return server == nullptr ? nullptr : texts_value(env, server->server->records_edn());
}

// behave(server, failTimes, hang, reject)
napi_value behave(napi_env env, napi_callback_info info) {
  auto args = arguments(env, info, 4);
  Handle* server = handle_of(env, args[0], Kind::server);
  double fail_times = 0;
  testing::Behaviour behaviour;
  if (server == nullptr || !read_number(env, args[1], "failTimes", fail_times)) return nullptr;
  behaviour.fail_times = fail_times > 0 ? static_cast<uint64_t>(fail_times) : 0;
  if (napi_get_value_bool(env, args[2], &behaviour.hang) != napi_ok ||
      napi_get_value_bool(env, args[3], &behaviour.reject) != napi_ok) {
    throw_type_error(env, "hang and reject must be booleans");
    return nullptr;
  }
  server->server->behave(behaviour);
  return nullptr;
}

napi_value clear(napi_env env, napi_callback_info info) {
  auto args = arguments(env, info, 1);
  Handle* server = handle_of(env, args[0], Kind::server);
  if (server != nullptr) server->server->clear();
  return nullptr;
}

}  // namespace

void define_testing(napi_env env, napi_value exports) {
  define(env, exports, "createServer", create_server);
  define(env, exports, "serverClient", server_client);
  define(env, exports, "records", records);
  define(env, exports, "recordsEdn", records_edn);
  define(env, exports, "behave", behave);
  define(env, exports, "clear", clear);
}

}  // namespace clogs::node
