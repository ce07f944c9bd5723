#include "server/query/language/deletion.h"

#include <algorithm>
#include <array>
#include <string>
#include <utility>

#include <fmt/format.h>

#include "core/edn/json_reader.h"
#include "core/edn/printer.h"
#include "core/edn/reader.h"
#include "core/edn/tape.h"
#include "server/query/language/canonical.h"
#include "server/query/language/parse.h"
#include "server/query/language/time.h"

namespace clogs::query {
namespace {

using edn::Kind;
using edn::View;

// What says which records there are, and what only helps to say it.
constexpr std::array<std::string_view, 9> clauses = {"from", "time",   "tz",  "where", "v",
                                                     "let",  "params", "doc", "id"};

Status refused(std::string_view sentence, std::string_view clause) {
  return invalid_argument(
      fmt::format("Invalid query: {}", sentence),
      fmt::format("{{:code :clogs/bad-deletion :path [{}]}}",
                  clause.empty() ? std::string() : edn::print(edn::Value::keyword(clause))));
}

std::string as_query(std::string_view text, Syntax syntax) {
  const size_t begin = text.find_first_not_of(" \t\r\n,");
  if (begin == std::string_view::npos || text[begin] == '{' || text[begin] == ';') {
    return std::string(text);
  }
  if (syntax == Syntax::json) return fmt::format("{{\"where\": {}}}", text);
  return fmt::format("{{:where {}\n}}", text);
}

std::string_view clause_name(View key) {
  std::string_view name = key.text();
  if (name.starts_with(':')) name.remove_prefix(1);
  return name;
}

// The text has been parsed as a query before, so it is a map of the form.
Status read_form(std::string_view text, Syntax syntax, edn::Tape& tape) {
  if (syntax == Syntax::edn) return edn::read_one(text, tape);
  edn::JsonReader reader(edn::JsonLimits{});
  return reader.read(text, tape);
}

bool says_true(View where) {
  if (where.is(Kind::boolean)) return where.truth();
  return (where.is(Kind::keyword) || where.is(Kind::string)) && clause_name(where) == "true";
}

Status check_clauses(View form, const Query& query) {
  bool spelled_out = false;
  for (auto at = form.begin(); at != form.end(); ++at) {
    const std::string_view name = clause_name(*at);
    const View value = *++at;
    if (std::ranges::find(clauses, name) == clauses.end()) {
      return refused(
          fmt::format("a deletion has no :{}; it takes :where, :time, :from and :tz", name), name);
    }
    if (name == "where") spelled_out = says_true(value);
  }
  const bool everything = query.where.kind == Pred::Kind::always;
  if (everything && !spelled_out && !query.time.from && !query.time.to) {
    return refused("this would delete everything; say {:where :true} if that is meant", "where");
  }
  return ok_status();
}

}  // namespace

Result<Query> parse_deletion(std::string_view text, Syntax syntax, int64_t now_nanos) {
  const std::string whole = as_query(text, syntax);
  CLOGS_ASSIGN_OR_RETURN(Query query, parse(whole, syntax, {}, now_nanos));
  edn::Tape tape;
  CLOGS_RETURN_IF_ERROR(read_form(whole, syntax, tape));
  if (!tape.root().is(Kind::map)) {
    return refused("a deletion is a predicate or a map with :where, :time, :from and :tz", "");
  }
  CLOGS_RETURN_IF_ERROR(check_clauses(tape.root(), query));
  CLOGS_ASSIGN_OR_RETURN(const Window window, resolve_window(query, now_nanos));
  if (query.time.from) query.time.from = Moment{false, window.from, {}};
  if (query.time.to) query.time.to = Moment{false, window.to, {}};
  return query;
}

std::string deletion_text(const Query& query) {
  edn::Value form = canonical(query);
  // What is left out of other queries has to be spelled out here.
  if (query.where.kind == Pred::Kind::always) form.set_key("where", edn::Value::keyword("true"));
  return edn::print_canonical(form);
}

}  // namespace clogs::query
