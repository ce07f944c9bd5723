#include "submitter.h"

#include <memory>
#include <string_view>

namespace clogs::node {
namespace {

struct Submitter {
  Environment& environment;
  Client client;
};

napi_value submit(napi_env env, napi_callback_info info) {
  size_t count = 1;
  napi_value argument = nullptr;
  void* data = nullptr;
  uint32_t length = 0;
  napi_value taken = nullptr;
  if (napi_get_cb_info(env, info, &count, &argument, nullptr, &data) != napi_ok ||
      napi_get_value_uint32(env, argument, &length) != napi_ok) {
    napi_throw_type_error(env, nullptr, "submit() wants the length of a record");
    return nullptr;
  }
  const Submitter& self = *static_cast<Submitter*>(data);
  const Environment& environment = self.environment;
  // A length beyond the memory would be a fault of the encoder; nothing is read then.
  const bool in_bounds = length <= environment.scratch_size;
  napi_get_boolean(
      env, in_bounds && self.client.submit(std::string_view(environment.scratch_data, length)),
      &taken);
  return taken;
}

}  // namespace

napi_value make_submitter(napi_env env, Environment& environment, const Client& client) {
  auto self = std::make_unique<Submitter>(Submitter{environment, client});
  napi_value function = nullptr;
  const auto end = [](napi_env, void* data, void*) { delete static_cast<Submitter*>(data); };
  if (napi_create_function(env, "submit", NAPI_AUTO_LENGTH, submit, self.get(), &function) !=
          napi_ok ||
      napi_add_finalizer(env, function, self.get(), end, nullptr, nullptr) != napi_ok) {
    return nullptr;
  }
  static_cast<void>(self.release());  // the finalizer has it
  return function;
}

}  // namespace clogs::node
