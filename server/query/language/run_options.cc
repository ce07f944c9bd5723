#include "server/query/language/run_options.h"

#include <iterator>
#include <limits>

#include <fmt/core.h>

#include "server/query/language/duration.h"
#include "server/query/language/lexical.h"

namespace clogs::query::language {
namespace {

using edn::Value;

constexpr std::string_view option_keys[] = {"timeout", "max-scan-bytes", "max-rows", "partial",
                                            "explain", "strict-types",   "tenant",   "count",
                                            "seed",    "cache",          "digest"};

bool read_explain(Context& context, const Value& value) {
  constexpr std::string_view names[] = {"none", "plan", "analyze"};
  std::string_view name;
  if (!read_choice(context, value, "explanation", names, name)) return false;
  return name == "none" || context.not_implemented(fmt::format("{{:explain :{}}}", name), value);
}

bool read_count(Context& context, const Value& value, CountMode& out) {
  constexpr std::string_view names[] = {"exact", "approx", "none"};
  std::string_view name;
  if (!read_choice(context, value, "way to count", names, name)) return false;
  out = name == "exact" ? CountMode::exact : name == "approx" ? CountMode::approx : CountMode::none;
  return true;
}

bool read_size(Context& context, const Value& value, int64_t least, std::optional<int64_t>& out) {
  return read_int(context, value, least, std::numeric_limits<int64_t>::max(), out.emplace());
}

bool read_timeout(Context& context, const Value& value, RunOptions& out) {
  if (!read_duration(context, value, out.timeout_nanos.emplace())) return false;
  return *out.timeout_nanos > 0 || context.fail("bad-time", "the timeout is not above 0", value);
}

bool read_option(Context& context, std::string_view key, const Value& value, RunOptions& out) {
  if (key == "timeout") return read_timeout(context, value, out);
  if (key == "max-scan-bytes") return read_size(context, value, 1, out.max_scan_bytes);
  if (key == "max-rows") return read_size(context, value, 0, out.max_rows);
  if (key == "seed") {
    return read_size(context, value, std::numeric_limits<int64_t>::min(), out.seed);
  }
  if (key == "partial") return read_bool(context, value, out.partial);
  if (key == "strict-types") return read_bool(context, value, out.strict_types);
  if (key == "cache") return read_bool(context, value, out.cache);
  if (key == "digest") return read_bool(context, value, out.digest);
  if (key == "explain") return read_explain(context, value);
  if (key == "count") return read_count(context, value, out.count);
  return read_string(context, value, out.tenant);
}

}  // namespace

bool read_options(Context& context, const Value& value, RunOptions& out) {
  if (!check_keys(context, value, ":options", option_keys)) return false;
  bool fine = true;
  for (size_t i = 0; i < value.items().size(); i += 2) {
    At at(context, value[i]);
    fine = read_option(context, *keyword_name(context, value[i]), value[i + 1], out) && fine;
  }
  return fine;
}

}  // namespace clogs::query::language
