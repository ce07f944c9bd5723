#include "server/query/language/parse.h"

#include <string>
#include <utility>

#include <fmt/core.h>

#include "core/edn/json_reader.h"
#include "core/edn/printer.h"
#include "core/edn/reader.h"
#include "core/edn/tape.h"
#include "server/query/language/context.h"
#include "server/query/language/json_form.h"
#include "server/query/language/limits.h"
#include "server/query/language/position.h"
#include "server/query/language/query.h"

namespace clogs::query {
namespace {

using edn::Value;
using language::Context;
using language::Problem;

// The text itself is wrong: the reader's sentence and position.
Status unreadable(const Status& status) {
  Value details =
      Value::map_of({{"code", Value::keyword("clogs/unreadable")}, {"path", Value::vector({})}});
  Result<Value> reader = edn::read_value(status.details());
  if (reader.ok() && reader->is(edn::Kind::map)) {
    for (const Value& item : reader->items()) details.items().push_back(item);
  }
  return invalid_argument("Invalid query: " + status.message(), edn::print(details));
}

Status read_edn(std::string_view text, Value& out) {
  edn::ReadLimits limits;
  limits.max_depth = max_read_depth;
  limits.max_form_bytes = max_query_bytes;
  CLOGS_ASSIGN_OR_RETURN(out, edn::read_value(text, limits));
  return ok_status();
}

Status read_json(std::string_view text, Value& out) {
  edn::Tape tape;
  edn::JsonReader reader(edn::JsonLimits{max_read_depth});
  CLOGS_RETURN_IF_ERROR(reader.read(text, tape));
  out = Value::from(tape.root());
  return ok_status();
}

Status read_text(std::string_view text, Syntax syntax, Value& out) {
  if (text.size() > max_query_bytes) {
    Problem problem;
    problem.code = "too-large";
    problem.sentence =
        fmt::format("the text has {} bytes, over the limit of {}", text.size(), max_query_bytes);
    return language::status_of(problem);
  }
  Status status = syntax == Syntax::json ? read_json(text, out) : read_edn(text, out);
  return status.ok() ? status : unreadable(status);
}

void place(std::string_view text, Syntax syntax, std::vector<Problem>& problems) {
  for (Problem& problem : problems) {
    size_t offset = language::offset_of(text, syntax, problem.path, problem.at_key);
    problem.position = edn::position_of(text, offset);
  }
  // Insertion keeps those of one place in the order in which they were found; there are few.
  for (size_t i = 1; i < problems.size(); ++i) {
    for (size_t j = i; j > 0; --j) {
      if (problems[j - 1].position.offset <= problems[j].position.offset) break;
      std::swap(problems[j - 1], problems[j]);
    }
  }
}

// What parse() says of several problems: the first that is wrong, before any that is only not
// built.
const Problem& foremost(const std::vector<Problem>& problems) {
  for (const Problem& problem : problems) {
    if (!problem.not_implemented) return problem;
  }
  return problems.front();
}

Params without_question_marks(const Params& params) {
  Params out = params;
  for (auto& [name, value] : out) {
    if (name.starts_with('?')) name.erase(0, 1);
  }
  return out;
}

}  // namespace

Parsed parse_with_diagnostics(std::string_view text, Syntax syntax, const Params& params,
                              int64_t now_nanos) {
  Parsed parsed;
  Value root;
  parsed.status = read_text(text, syntax, root);
  if (!parsed.status.ok()) {
    std::string sentence =
        parsed.status.message().substr(std::string_view("Invalid query: ").size());
    parsed.diagnostics.push_back({true, std::move(sentence), parsed.status.details()});
    return parsed;
  }
  Context context;
  context.json = syntax == Syntax::json;
  context.params = without_question_marks(params);
  context.now_nanos = now_nanos;
  Query query;
  bool fine = !context.json || language::expand_json(context, root);
  fine = fine && language::read_query(context, root, query);
  place(text, syntax, context.errors);
  place(text, syntax, context.warnings);
  for (const Problem& problem : context.errors) {
    parsed.diagnostics.push_back(language::diagnostic_of(problem, true));
  }
  for (const Problem& problem : context.warnings) {
    parsed.diagnostics.push_back(language::diagnostic_of(problem, false));
  }
  if (!context.errors.empty()) {
    parsed.status = language::status_of(foremost(context.errors));
  } else if (!fine) {
    parsed.status = internal_error("a query was refused without a reason");
  } else {
    parsed.query = std::move(query);
  }
  return parsed;
}

Result<Query> parse(std::string_view text, Syntax syntax, const Params& params, int64_t now_nanos) {
  Parsed parsed = parse_with_diagnostics(text, syntax, params, now_nanos);
  if (!parsed.query) return parsed.status;
  return std::move(*parsed.query);
}

}  // namespace clogs::query
