#include "server/app/cli/remote_query.h"

#include <cstdio>
#include <memory>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "core/edn/printer.h"
#include "core/edn/reader.h"
#include "core/edn/value.h"
#include "server/app/cli/output.h"
#include "server/app/cli/remote_target.h"
#include "server/app/cli/verbs.h"

namespace clogs::app {

namespace {

std::string accept_of(query::Format format) {
  switch (format) {
    case query::Format::json:
      return "application/json";
    case query::Format::ndjson:
      return "application/x-ndjson";
    case query::Format::csv:
      return "text/csv";
    case query::Format::edn:
    case query::Format::table:
      return "application/edn";
  }
  return "application/edn";
}

// The query with the bindings over its own :params.
Result<std::string> with_params(const std::string& text, const query::Params& params) {
  CLOGS_ASSIGN_OR_RETURN(edn::Value query, edn::read_value(text));
  if (!query.is(edn::Kind::map)) return text;
  std::vector<edn::Value> bound;
  if (const edn::Value* own = query.find("params"); own && own->is(edn::Kind::map)) {
    bound = own->items();
  }
  for (const auto& [name, value] : params) {
    edn::Value symbol = edn::Value::symbol("?" + name);
    size_t at = 0;
    while (at < bound.size() && !(bound[at] == symbol)) at += 2;
    if (at == bound.size())
      bound.insert(bound.end(), {symbol, value});
    else
      bound[at + 1] = value;
  }
  query.set_key("params", edn::Value::map(std::move(bound)));
  return edn::print(query);
}

// An EDN answer of a server as a table.
Status print_table(const std::string& answer) {
  edn::Tape tape;
  CLOGS_RETURN_IF_ERROR(edn::read_one(answer, tape));
  edn::View root = tape.root();
  edn::View data = root.find("data");
  if (!data || !data.is(edn::Kind::vector)) return data_loss("the server's answer has no :data");
  query::Header header;
  edn::View columns = root.find("columns");
  if (columns && columns.is(edn::Kind::vector)) {
    header.has_columns = true;
    for (edn::View column : columns) header.columns.emplace_back(column.text());
  }
  std::unique_ptr<query::Formatter> table = query::make_formatter(query::Format::table, write_out);
  CLOGS_RETURN_IF_ERROR(table->begin(header));
  query::Trailer trailer;
  for (edn::View row : data) {
    CLOGS_RETURN_IF_ERROR(table->row(row));
    ++trailer.count;
  }
  edn::View warnings = root.find("warnings");
  if (warnings && edn::is_collection(warnings.kind())) {
    for (edn::View warning : warnings) trailer.warnings.emplace_back(warning.text());
  }
  edn::View partial = root.find("partial");
  trailer.partial = partial && partial.is(edn::Kind::boolean) && partial.truth();
  return table->end(trailer);
}

void warn(const remote::Trailers& trailers) {
  for (const auto& [name, value] : trailers) {
    if (name == "clogs-warnings") fmt::print(stderr, "clogs: {}\n", value);
  }
}

}  // namespace

int run_remote_query(const QueryOptions& options, std::string text, const query::Params& params,
                     query::Format format) {
  if (!params.empty()) {
    if (options.json_query) {
      fmt::print(stderr, "clogs: --param goes with EDN queries; put \"params\" into the JSON\n");
      return exit_usage;
    }
    Result<std::string> bound = with_params(text, params);
    if (!bound.ok()) return fail(bound.status().with_context("Invalid query"));
    text = *std::move(bound);
  }
  auto client = remote::Client::make(target_of(options.remote));
  if (!client.ok()) return fail(client.status());
  remote::Query query;
  query.text = std::move(text);
  query.json = options.json_query;
  query.accept = accept_of(format);
  std::string whole;
  bool table = format == query::Format::table;
  remote::Write write = write_out;
  if (table) {
    write = [&](std::string_view piece) {
      whole.append(piece);
      return ok_status();
    };
  }
  Result<remote::Trailers> answered = (*client)->query(query, write, &stop_on_signal());
  Status status = answered.ok() ? ok_status() : answered.status();
  if (status.ok() && table) status = print_table(whole);
  if (!status.ok()) return fail(status);
  if (Status ended = end_answer(format); !ended.ok()) return fail(ended);
  warn(*answered);
  return exit_done;
}

}  // namespace clogs::app
