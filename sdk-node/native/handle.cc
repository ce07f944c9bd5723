#include "sdk-node/native/handle.h"

#include "sdk-node/native/values.h"

namespace clogs::node {
namespace {

void delete_handle(napi_env, void* data, void*) {
  auto* handle = static_cast<Handle*>(data);
  if (handle->instance != nullptr) handle->instance->open.erase(handle);
  delete handle;
}

// The environment ends, of a worker or of the process, perhaps without close().
void close_all(void* data) {
  auto* instance = static_cast<Instance*>(data);
  for (Handle* handle : instance->open) {
    handle->instance = nullptr;
    const std::chrono::nanoseconds limit = handle->client->options().shutdown_timeout;
    std::chrono::nanoseconds left = limit;
    if (handle->exit_began) {
      left = std::max<std::chrono::nanoseconds>(
          std::chrono::nanoseconds(0),
          limit - (std::chrono::steady_clock::now() - *handle->exit_began));
    }
    handle->client->close(left);
  }
  delete instance;
}

napi_value start(napi_env env, napi_value exports) {
  auto instance = std::make_unique<Instance>();
  if (napi_set_instance_data(env, instance.get(), nullptr, nullptr) != napi_ok ||
      napi_add_env_cleanup_hook(env, close_all, instance.get()) != napi_ok) {
    napi_throw_error(env, nullptr, "clogs: the native module could not be set up");
    return nullptr;
  }
  instance.release();  // close_all deletes it
  define_client(env, exports);
  define_testing(env, exports);
  return exports;
}

}  // namespace

Handle* handle_of(napi_env env, napi_value value, Kind kind) {
  napi_valuetype type = napi_undefined;
  napi_typeof(env, value, &type);
  void* data = nullptr;
  if (type == napi_external) napi_get_value_external(env, value, &data);
  auto* handle = static_cast<Handle*>(data);
  if (handle != nullptr && handle->kind == kind) return handle;
  throw_type_error(env, "not a handle of this module");
  return nullptr;
}

napi_value wrap(napi_env env, std::unique_ptr<Handle> handle) {
  if (handle->client) {
    void* data = nullptr;
    napi_get_instance_data(env, &data);
    handle->instance = static_cast<Instance*>(data);
  }
  napi_value value = nullptr;
  if (napi_create_external(env, handle.get(), delete_handle, nullptr, &value) != napi_ok) {
    return nullptr;
  }
  if (handle->instance != nullptr) handle->instance->open.insert(handle.get());
  handle.release();
  return value;
}

bool read_options(napi_env env, napi_value pairs, Options& options) {
  uint32_t count = 0;
  if (napi_get_array_length(env, pairs, &count) != napi_ok) {
    throw_type_error(env, "options must be an array of [name, text]");
    return false;
  }
  for (uint32_t i = 0; i < count; ++i) {
    napi_value pair = nullptr;
    napi_value part[2] = {};
    napi_get_element(env, pairs, i, &pair);
    if (napi_get_element(env, pair, 0, &part[0]) != napi_ok ||
        napi_get_element(env, pair, 1, &part[1]) != napi_ok) {
      throw_type_error(env, "an option must be [name, text]");
      return false;
    }
    std::string name;
    std::string text;
    if (!read_text(env, part[0], "an option's name", name)) return false;
    if (!read_text(env, part[1], "an option's text", text)) return false;
    Status status = options.set(name, text);
    if (!status.ok()) options.warnings.push_back(status.message());
  }
  return true;
}

}  // namespace clogs::node

NAPI_MODULE_INIT() { return clogs::node::start(env, exports); }
