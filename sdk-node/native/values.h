// Between JavaScript values and C++ ones. Node-API only, so one binary serves every Node version.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <node_api.h>

namespace clogs::node {

// Throws a JavaScript TypeError, unless an exception is pending already.
void throw_type_error(napi_env env, const char* message);

// The arguments of a call, as many as `count`; absent ones are undefined.
std::vector<napi_value> arguments(napi_env env, napi_callback_info info, size_t count);

// False: the value has another type, and a TypeError naming `what` is pending.
bool read_text(napi_env env, napi_value value, const char* what, std::string& text);
bool read_number(napi_env env, napi_value value, const char* what, double& number);

napi_value text_value(napi_env env, std::string_view text);
napi_value number_value(napi_env env, double number);
napi_value bool_value(napi_env env, bool value);
napi_value texts_value(napi_env env, const std::vector<std::string>& texts);
void set_number(napi_env env, napi_value object, const char* name, double number);

void define(napi_env env, napi_value exports, const char* name, napi_callback function);

}  // namespace clogs::node
