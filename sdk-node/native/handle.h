// Clients and test servers as JavaScript sees them: externals, of the environment (the main thread
// or a worker) that made them.
#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <unordered_set>

#include <node_api.h>

#include "clogs/client.h"
#include "clogs/testing.h"

namespace clogs::node {

struct Handle;

// One for each environment that loads the module; deleted with it.
struct Instance {
  std::unordered_set<Handle*> open;  // clients that the end of the environment closes
};

// Tells our externals from other modules', and clients from test servers.
enum class Kind : uint64_t { client = 0x636c6f67732d636c, server = 0x636c6f67732d7372 };

struct Handle {
  Kind kind;
  std::optional<Client> client;
  std::unique_ptr<testing::TestServer> server;
  Instance* instance = nullptr;
  // When the exit hook began to wait: the end of the environment has what is left of the time.
  std::optional<std::chrono::steady_clock::time_point> exit_began;
};

// Null: another value, and a TypeError is pending.
Handle* handle_of(napi_env env, napi_value value, Kind kind);
// Takes ownership; the garbage collector deletes it.
napi_value wrap(napi_env env, std::unique_ptr<Handle> handle);
// From [[name, text], ...]; a wrong one is named in Options::warnings. False: an exception is
// pending.
bool read_options(napi_env env, napi_value pairs, Options& options);

void define_client(napi_env env, napi_value exports);
void define_testing(napi_env env, napi_value exports);

}  // namespace clogs::node
