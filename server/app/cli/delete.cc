// `clogs delete`: deletes the records that match, on a server or in a data directory.
#include <cstdio>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "core/base/clock.h"
#include "core/edn/printer.h"
#include "core/edn/reader.h"
#include "core/edn/value.h"
#include "server/app/cli/input.h"
#include "server/app/cli/local.h"
#include "server/app/cli/output.h"
#include "server/app/cli/remote_target.h"
#include "server/app/cli/terminal.h"
#include "server/app/cli/verbs.h"
#include "server/query/engine.h"
#include "server/store/store.h"

namespace clogs::app {

namespace {

constexpr std::string_view tenant = "default";

using Remove = std::function<Result<query::Removal>(bool dry_run)>;

query::RemovalRequest request_of(const DeleteOptions& options, const std::string& text) {
  query::RemovalRequest request;
  request.text = text;
  request.syntax = options.json_query ? query::Syntax::json : query::Syntax::edn;
  request.tenant = tenant;
  request.by = "local";
  return request;
}

Result<query::Removal> remove_locally(const DeleteOptions& options, const std::string& text,
                                      bool dry_run) {
  SystemClock clock;
  query::RemovalRequest request = request_of(options, text);
  if (dry_run) {
    CLOGS_ASSIGN_OR_RETURN(auto sources, open_directory(options.data_dir));
    query::Engine engine(*sources, nullptr, clock, {});
    return engine.remove(request);
  }
  store::StoreOptions wanted;
  wanted.dir = options.data_dir;
  wanted.must_exist = true;
  CLOGS_ASSIGN_OR_RETURN(auto store, store::Store::open(std::move(wanted)));
  request.recorder = store.get();
  query::Engine engine(*store, nullptr, clock, {});
  return engine.remove(request);
}

uint64_t number_at(const edn::Value& answer, std::string_view key) {
  const edn::Value* value = answer.find(key);
  return value == nullptr ? 0 : static_cast<uint64_t>(value->as_int64().value_or(0));
}

Result<query::Removal> removal_of(std::string_view answer) {
  CLOGS_ASSIGN_OR_RETURN(const edn::Value form, edn::read_value(answer));
  if (form.find("matched") == nullptr) return data_loss("the server's answer does not read");
  query::Removal removal;
  removal.matched = number_at(form, "matched");
  removal.number = number_at(form, "deletion");
  if (const edn::Value* examples = form.find("examples")) {
    for (const edn::Value& one : examples->items()) removal.examples.push_back(edn::print(one));
  }
  if (const edn::Value* warnings = form.find("warnings")) {
    for (const edn::Value& one : warnings->items()) removal.warnings.push_back(one.text());
  }
  return removal;
}

Result<query::Removal> remove_remotely(const DeleteOptions& options, const std::string& text,
                                       bool dry_run) {
  CLOGS_ASSIGN_OR_RETURN(auto client, remote::Client::make(target_of(options.remote)));
  remote::Query query;
  query.text = text;
  query.json = options.json_query;
  CLOGS_ASSIGN_OR_RETURN(const std::string answer,
                         client->remove(query, dry_run, &stop_on_signal()));
  return removal_of(answer);
}

std::string records(uint64_t count) {
  return fmt::format("{} record{}", count, count == 1 ? "" : "s");
}

// What would go; to standard error where a question follows.
void show(const query::Removal& removal, std::FILE* to) {
  fmt::print(to, "{} would be deleted{}\n", records(removal.matched),
             removal.examples.empty() ? "" : ", among them");
  for (const std::string& line : removal.examples) fmt::print(to, "  {}\n", line);
}

void warn(const query::Removal& removal) {
  for (const std::string& warning : removal.warnings) {
    fmt::print(stderr, "clogs: not looked at: {}\n", warning);
  }
}

bool confirmed(const query::Removal& removal) {
  show(removal, stderr);
  fmt::print(stderr, "Delete {}? [y/N] ", records(removal.matched));
  std::fflush(stderr);
  const int answer = std::getchar();
  return answer == 'y' || answer == 'Y';
}

int run(const DeleteOptions& options, const Remove& remove) {
  if (!options.dry_run && !options.yes && is_terminal(stdin)) {
    const Result<query::Removal> planned = remove(true);
    if (!planned.ok()) return fail(planned.status());
    if (!confirmed(*planned)) return fail("nothing was deleted");
  }
  const Result<query::Removal> removal = remove(options.dry_run);
  if (!removal.ok()) return fail(removal.status());
  warn(*removal);
  if (options.dry_run) {
    show(*removal, stdout);
  } else {
    fmt::print("deleted {} (deletion {})\n", records(removal->matched), removal->number);
  }
  const Status flushed = flush_out();
  return flushed.ok() ? exit_done : fail(flushed);
}

}  // namespace

int run_delete(const DeleteOptions& options) {
  std::string text = options.query;
  if (text == "-") {
    if (!options.yes && !options.dry_run && is_terminal(stdin)) {
      return fail("the predicate comes from the terminal, so there is none to ask; say --yes");
    }
    Result<std::string> read = read_all("-");
    if (!read.ok()) return fail(read.status());
    text = *std::move(read);
  }
  return run(options, [&](bool dry_run) {
    return options.data_dir.empty() ? remove_remotely(options, text, dry_run)
                                    : remove_locally(options, text, dry_run);
  });
}

}  // namespace clogs::app
