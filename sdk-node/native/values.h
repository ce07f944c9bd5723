// Values that cross between C++ and JavaScript.
#pragma once

#include <string>
#include <vector>

#include <napi.h>

#include "clogs/options.h"
#include "clogs/stats.h"
#include "clogs/status.h"

namespace clogs::node {

// An Error with `code` ("invalid-argument"), `grpcCode` and, where there are any, `details` (EDN).
Napi::Error error_of(Napi::Env env, const Status& status);
Napi::Value result_of(Napi::Env env, const FlushResult& result);
Napi::Object stats_of(Napi::Env env, const Stats& stats);
Napi::Array texts_of(Napi::Env env, const std::vector<std::string>& texts);
// The environment's options, then the names and texts of the array [name, text, name, text, ...]. A
// wrong one becomes a warning of the client, as one in the environment does.
Options options_of(const Napi::Array& names_and_texts);
// A number of milliseconds; anything that is none, or less than 0, is `otherwise`.
std::chrono::nanoseconds millis_of(const Napi::Value& value, std::chrono::nanoseconds otherwise);

}  // namespace clogs::node
