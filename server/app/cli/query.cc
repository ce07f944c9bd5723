// `clogs query`: a query on a server, a data directory or plain files.
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>
#include <utility>

#include <fmt/format.h>

#include "core/base/clock.h"
#include "core/edn/reader.h"
#include "server/app/cli/input.h"
#include "server/app/cli/local.h"
#include "server/app/cli/output.h"
#include "server/app/cli/remote_query.h"
#include "server/app/cli/terminal.h"
#include "server/app/cli/verbs.h"
#include "server/query/engine.h"
#include "server/query/format.h"

namespace clogs::app {

namespace {

// For what runs nothing.
class NoSources final : public store::SourceProvider {
 public:
  Result<std::unique_ptr<store::Source>> open(std::string_view, int64_t) override {
    return not_found("there is nothing to read");
  }
};

query::Format format_of(const QueryOptions& options) {
  if (options.format == "edn") return query::Format::edn;
  if (options.format == "json") return query::Format::json;
  if (options.format == "ndjson") return query::Format::ndjson;
  if (options.format == "csv") return query::Format::csv;
  if (options.format == "table") return query::Format::table;
  return is_terminal(stdout) ? query::Format::table : query::Format::edn;
}

// "name=<edn>" as a binding of ?name.
Result<query::Params> params_of(const QueryOptions& options) {
  query::Params params;
  for (const std::string& text : options.params) {
    size_t equals = text.find('=');
    if (equals == std::string::npos || equals == 0) {
      return invalid_argument(fmt::format("--param {} is no name=<edn>", text));
    }
    Result<edn::Value> value = edn::read_value(std::string_view(text).substr(equals + 1));
    if (!value.ok()) return value.status().with_context("--param " + text.substr(0, equals));
    params.emplace_back(text.substr(0, equals), *std::move(value));
  }
  return params;
}

Result<std::unique_ptr<store::SourceProvider>> open_sources(const QueryOptions& options) {
  return options.files.empty() ? open_directory(options.data_dir) : open_files(options);
}

void warn(const query::Trailer& trailer, query::Format format) {
  // The other formats carry the warnings in the answer.
  if (format != query::Format::ndjson && format != query::Format::csv) return;
  for (const std::string& warning : trailer.warnings) {
    fmt::print(stderr, "clogs: {}{}\n", trailer.partial ? "partial answer: " : "", warning);
  }
}

int print_canonical(const std::string& text, query::Syntax syntax, const query::Params& params) {
  NoSources none;
  SystemClock clock;
  query::Engine engine(none, nullptr, clock, {});
  query::Explanation explained = engine.explain(text, syntax, params);
  bool bad = false;
  for (const query::Diagnostic& diagnostic : explained.diagnostics) {
    fmt::print(stderr, "clogs: {}{}\n", diagnostic.is_error ? "" : "warning: ", diagnostic.message);
    bad = bad || diagnostic.is_error;
  }
  if (bad) return exit_failed;
  fmt::print("{}\n{}\n", explained.canonical, explained.hash);
  return exit_done;
}

int run_local(const QueryOptions& options, const std::string& text, query::Syntax syntax,
              const query::Params& params) {
  auto sources = open_sources(options);
  if (!sources.ok()) return fail(sources.status());
  SystemClock clock;
  query::Options limits;
  if (const char* dir = std::getenv("TMPDIR"); dir != nullptr && *dir != '\0') {
    limits.spill_dir = dir;
  }
  query::Engine engine(**sources, nullptr, clock, limits);
  Result<query::PreparedPtr> prepared = engine.prepare(text, syntax, params);
  if (!prepared.ok()) return fail(prepared.status());
  query::Format format = format_of(options);
  std::unique_ptr<query::Formatter> out = query::make_formatter(format, write_out);
  std::string tenant = options.remote.tenant;
  if (tenant.empty()) tenant = query::Engine::tenant_of(**prepared);
  if (tenant.empty()) tenant = "default";
  Status status = engine.run(**prepared, tenant, *out);
  if (!status.ok()) return fail(status);
  if (Status ended = end_answer(format); !ended.ok()) return fail(ended);
  warn(out->trailer(), format);
  return exit_done;
}

}  // namespace

int run_query(const QueryOptions& options) {
  std::string text = options.query;
  if (text == "-") {
    Result<std::string> read = read_all("-");
    if (!read.ok()) return fail(read.status());
    text = *std::move(read);
  }
  Result<query::Params> params = params_of(options);
  if (!params.ok()) return fail(params.status());
  query::Syntax syntax = options.json_query ? query::Syntax::json : query::Syntax::edn;
  if (options.canonical) return print_canonical(text, syntax, *params);
  int places = (options.files.empty() ? 0 : 1) + (options.data_dir.empty() ? 0 : 1);
  if (places > 1) {
    fmt::print(stderr, "clogs: --data-dir and files are two places; name one\n");
    return exit_usage;
  }
  if (places == 1) return run_local(options, text, syntax, *params);
  return run_remote_query(options, std::move(text), *params, format_of(options));
}

}  // namespace clogs::app
