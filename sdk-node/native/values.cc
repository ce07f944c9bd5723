#include "sdk-node/native/values.h"

namespace clogs::node {

void throw_type_error(napi_env env, const char* message) {
  bool pending = false;
  napi_is_exception_pending(env, &pending);
  if (!pending) napi_throw_type_error(env, nullptr, message);
}

std::vector<napi_value> arguments(napi_env env, napi_callback_info info, size_t count) {
  std::vector<napi_value> values(count);
  napi_get_cb_info(env, info, &count, values.data(), nullptr, nullptr);
  return values;
}

bool read_text(napi_env env, napi_value value, const char* what, std::string& text) {
  size_t bytes = 0;
  if (napi_get_value_string_utf8(env, value, nullptr, 0, &bytes) != napi_ok) {
    throw_type_error(env, (std::string(what) + " must be a string").c_str());
    return false;
  }
  text.resize(bytes + 1);  // Node-API writes a final zero
  napi_get_value_string_utf8(env, value, text.data(), text.size(), &bytes);
  text.resize(bytes);
  return true;
}

bool read_number(napi_env env, napi_value value, const char* what, double& number) {
  if (napi_get_value_double(env, value, &number) == napi_ok) return true;
  throw_type_error(env, (std::string(what) + " must be a number").c_str());
  return false;
}

napi_value text_value(napi_env env, std::string_view text) {
  napi_value value = nullptr;
  napi_create_string_utf8(env, text.data(), text.size(), &value);
  return value;
}

napi_value number_value(napi_env env, double number) {
  napi_value value = nullptr;
  napi_create_double(env, number, &value);
  return value;
}

napi_value bool_value(napi_env env, bool value) {
  napi_value result = nullptr;
  napi_get_boolean(env, value, &result);
  return result;
}

napi_value texts_value(napi_env env, const std::vector<std::string>& texts) {
  napi_value array = nullptr;
  napi_create_array_with_length(env, texts.size(), &array);
  for (uint32_t i = 0; i < texts.size(); ++i) {
    napi_set_element(env, array, i, text_value(env, texts[i]));
  }
  return array;
}

void set_number(napi_env env, napi_value object, const char* name, double number) {
  napi_set_named_property(env, object, name, number_value(env, number));
}

void define(napi_env env, napi_value exports, const char* name, napi_callback function) {
  napi_value value = nullptr;
  napi_create_function(env, name, NAPI_AUTO_LENGTH, function, nullptr, &value);
  napi_set_named_property(env, exports, name, value);
}

}  // namespace clogs::node
