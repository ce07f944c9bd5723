#include "server/api/http/query_parameters.h"

#include <charconv>
#include <string>

#include <fmt/format.h>

#include "core/edn/printer.h"
#include "core/edn/value.h"
#include "server/api/http/answer.h"
#include "server/api/http/media.h"
#include "server/api/http/target.h"

namespace clogs::api {
namespace {

constexpr size_t limit_default = 100;
constexpr size_t limit_max = 10'000;  // of names or values in one answer, which is made in memory

constexpr std::string_view body_problem = "Invalid request body or unsupported content type";

}  // namespace

Result<query::Syntax> query_syntax_of(std::string_view content_type) {
  const Result<std::string> named = media_type(content_type);
  if (!named.ok()) return named.status().with_context(body_problem);
  const std::string& type = *named;
  if (type == edn_type) return query::Syntax::edn;
  if (type == json_type) return query::Syntax::json;
  const std::string got = type.empty() ? "Content-Type is missing" : type + " is not supported";
  return invalid_argument(
      std::string(body_problem) + ": " + got +
          "; send a query as application/edn or application/json",
      fmt::format("{{:code :clogs/unsupported-type :got {} :expected [\"application/edn\" "
                  "\"application/json\"]}}",
                  edn::print(edn::Value::string(type))));
}

Result<query::PreparedPtr> prepare_parameter(query::Engine& engine, const Request& request) {
  const Target target = split_target(request.target);
  const std::optional<std::string> text = target.parameter("q");
  if (!text) {
    return invalid_argument("Invalid query: parameter q is not percent-encoded",
                            "{:code :clogs/bad-parameter :parameter \"q\"}");
  }
  const std::string syntax = target.parameter("syntax").value_or("");
  if (!syntax.empty() && syntax != "edn" && syntax != "json") {
    return invalid_argument("Parameter syntax is neither edn nor json",
                            "{:code :clogs/bad-parameter :parameter \"syntax\"}");
  }
  return engine.prepare(text->empty() ? "{}" : *text,
                        syntax == "json" ? query::Syntax::json : query::Syntax::edn);
}

bool wants_edn(const Request& request) {
  return split_target(request.target).parameter("format") == "edn";
}

Result<size_t> limit_parameter(const Request& request) {
  const Target target = split_target(request.target);
  if (!target.has("limit")) return limit_default;
  const std::string text = target.parameter("limit").value_or("");
  size_t limit = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), limit);
  if (error != std::errc() || end != text.data() + text.size() || limit == 0 || limit > limit_max) {
    return invalid_argument("Parameter limit is no number from 1 to 10000",
                            "{:code :clogs/bad-parameter :parameter \"limit\"}");
  }
  return limit;
}

}  // namespace clogs::api
