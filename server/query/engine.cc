#include "server/query/engine.h"

#include <algorithm>
#include <chrono>
#include <thread>

#include "server/query/exec/deletions.h"
#include "server/query/exec/fields.h"
#include "server/query/exec/pool.h"
#include "server/query/exec/prepared.h"
#include "server/query/exec/removal.h"
#include "server/query/exec/row_order.h"
#include "server/query/exec/run.h"
#include "server/query/exec/tail.h"
#include "server/query/language/canonical.h"
#include "server/query/language/columns.h"
#include "server/query/language/deletion.h"
#include "server/query/language/parse.h"
#include "server/query/language/time.h"
#include "server/store/feed.h"

namespace clogs::query {
namespace {

using SteadyClock = std::chrono::steady_clock;

unsigned thread_count(unsigned asked) {
  return asked != 0 ? asked : std::max(1U, std::thread::hardware_concurrency());
}

Status check_cursor(const Query& query, const Cursor& cursor, std::string_view clause) {
  const std::string details = "{:code :clogs/bad-cursor, :path [:" + std::string(clause) + "]}";
  const size_t keys =
      query.grouped() ? query.groups.size() : RowOrder(query.order, true).key_size();
  if (query.grouped() && !query.order.empty()) {
    return invalid_argument(
        "Invalid query: pages of groups go by the group columns; leave out :order-by or [:" +
            std::string(clause) + "]",
        details);
  }
  if (cursor.key.size() != keys || cursor.place.has_value() == query.grouped()) {
    return invalid_argument(
        "Invalid query: the cursor at [:" + std::string(clause) + "] is of another query", details);
  }
  return ok_status();
}

Result<PreparedPtr> make_prepared(Query query) {
  auto prepared = std::make_shared<Prepared>();
  prepared->canonical = canonical_text(query);
  prepared->hash = template_hash(query);
  prepared->page_hash = page_hash(query);
  prepared->columns = answer_columns(query);
  prepared->backwards = !query.before.empty();
  const std::string& text = prepared->backwards ? query.before : query.after;
  if (!text.empty()) {
    const std::string_view clause = prepared->backwards ? "before" : "after";
    CLOGS_ASSIGN_OR_RETURN(Cursor cursor, decode_cursor(text, prepared->page_hash, clause));
    CLOGS_RETURN_IF_ERROR(check_cursor(query, cursor, clause));
    prepared->cursor = std::move(cursor);
  }
  prepared->query = std::move(query);
  return PreparedPtr(std::move(prepared));
}

std::string damage_warning(const store::Damage& damage) {
  return "damaged: " + damage.file + " at byte " + std::to_string(damage.offset) + ": " +
         damage.reason;
}

// Damage is the rule of one file or none; an answer need not list hundreds.
constexpr size_t damage_warnings_max = 20;

void add_damage_warnings(const Run& run, std::vector<std::string>& warnings) {
  const std::vector<store::Damage> damage = run.source.damage();
  for (size_t i = 0; i < std::min(damage.size(), damage_warnings_max); ++i) {
    warnings.push_back(damage_warning(damage[i]));
  }
}

// What kept the scan from reading everything.
std::vector<std::string> warnings_of(const Run& run) {
  std::vector<std::string> warnings = run.control.warnings();
  add_damage_warnings(run, warnings);
  return warnings;
}

void finish_trailer(const Run& run, SteadyClock::time_point began, Trailer& trailer) {
  const std::vector<std::string> warnings = warnings_of(run);
  if (!warnings.empty()) {
    trailer.partial = true;
    // An exact total is then absent, not wrong.
    trailer.total.reset();
    trailer.total_exact = false;
  }
  trailer.warnings.insert(trailer.warnings.end(), warnings.begin(), warnings.end());
  trailer.as_of_nanos = run.source.as_of_nanos();
  trailer.scanned_rows = run.control.rows();
  trailer.scanned_bytes = run.control.bytes();
  trailer.files = run.source.files();
  trailer.took_ms = std::chrono::duration<double, std::milli>(SteadyClock::now() - began).count();
}

void add_warnings(const Run& run, Completeness& found) {
  const std::vector<std::string> warnings = warnings_of(run);
  found.warnings.insert(found.warnings.end(), warnings.begin(), warnings.end());
  found.partial = !found.warnings.empty();
}

}  // namespace

struct Engine::Impl {
  Impl(store::SourceProvider& sources, store::Feed* feed, const Clock& time, const Options& given)
      : provider(sources),
        clock(time),
        options(given),
        helpers(thread_count(given.threads) - 1),
        pool(helpers),
        slots(std::max(1U, given.max_concurrent)) {
    if (feed != nullptr) tails = std::make_unique<TailHub>(*feed);
  }

  // Gives a Run to `body` once a slot is free and the source is open.
  template <typename Body>
  Status with_run(const Prepared& prepared, std::string_view tenant, const CancelToken& cancel,
                  Body&& body) {
    RunOptions limits = prepared.query.options;
    if (!limits.timeout_nanos && options.timeout.count() > 0) {
      limits.timeout_nanos = options.timeout.count();
    }
    Control control(limits, options.memory_budget_bytes, cancel);
    if (!slots.acquire([&] { return control.cancelled() || control.timed_out(); })) {
      if (control.cancelled()) return Status(Code::cancelled, "the query was cancelled");
      return Status(Code::deadline_exceeded,
                    "the query hit its :timeout while it waited for others to end");
    }
    const Status status = with_slot(prepared, tenant, control, body);
    slots.release();
    return status;
  }

  template <typename Body>
  Status with_slot(const Prepared& prepared, std::string_view tenant, Control& control,
                   Body&& body) {
    CLOGS_ASSIGN_OR_RETURN(const Window window, resolve_window(prepared.query, clock.now_nanos()));
    CLOGS_ASSIGN_OR_RETURN(const std::unique_ptr<store::Source> source,
                           provider.open(tenant, window.as_of));
    Spill spill({options.temp_files != nullptr ? options.temp_files : &posix_temp_files(),
                 options.spill_dir, options.max_spill_bytes, options.spill_reserve_bytes});
    CLOGS_ASSIGN_OR_RETURN(const DeletionSetPtr deletions, parse_deletions(source->deletions()));
    Run run{prepared, window, tenant, provider, *source,
            control,  spill,  pool,   helpers,  deletions.get()};
    return body(run);
  }

  store::SourceProvider& provider;
  const Clock& clock;
  Options options;
  unsigned helpers;
  Pool pool;
  Slots slots;
  std::unique_ptr<TailHub> tails;
};

Engine::Engine(store::SourceProvider& provider, store::Feed* feed, const Clock& clock,
               const Options& options)
    : impl_(std::make_unique<Impl>(provider, feed, clock, options)) {}

Engine::~Engine() = default;

Result<PreparedPtr> Engine::prepare(std::string_view text, Syntax syntax, const Params& params) {
  CLOGS_ASSIGN_OR_RETURN(Query query, parse(text, syntax, params, impl_->clock.now_nanos()));
  return make_prepared(std::move(query));
}

std::string_view Engine::tenant_of(const Prepared& query) { return query.query.options.tenant; }

Explanation Engine::explain(std::string_view text, Syntax syntax, const Params& params) {
  Parsed parsed = parse_with_diagnostics(text, syntax, params, impl_->clock.now_nanos());
  Explanation explanation;
  explanation.diagnostics = std::move(parsed.diagnostics);
  if (!parsed.query) return explanation;
  explanation.canonical = canonical_text(*parsed.query);
  explanation.hash = template_hash(*parsed.query);
  const Result<PreparedPtr> prepared = make_prepared(*std::move(parsed.query));
  if (!prepared.ok()) {
    explanation.diagnostics.push_back(
        {true, prepared.status().message(), prepared.status().details()});
  }
  return explanation;
}

Status Engine::run(const Prepared& query, std::string_view tenant, RowSink& sink,
                   const CancelToken& cancel) {
  const auto began = SteadyClock::now();
  return impl_->with_run(query, tenant, cancel, [&](Run& run) {
    Answer answer(sink, query);
    CLOGS_RETURN_IF_ERROR(query.query.grouped() ? run_groups(run, answer) : run_rows(run, answer));
    finish_trailer(run, began, answer.trailer());
    return answer.end();
  });
}

Result<FoundFields> Engine::fields(const Prepared& query, std::string_view tenant, size_t limit,
                                   const CancelToken& cancel) {
  FoundFields found;
  CLOGS_RETURN_IF_ERROR(impl_->with_run(query, tenant, cancel, [&](Run& run) {
    CLOGS_ASSIGN_OR_RETURN(found, find_fields(run, limit));
    add_warnings(run, found);
    return ok_status();
  }));
  return found;
}

Result<FoundValues> Engine::field_values(const Prepared& query, std::string_view tenant,
                                         std::string_view field, size_t limit,
                                         const CancelToken& cancel) {
  FoundValues found;
  CLOGS_RETURN_IF_ERROR(impl_->with_run(query, tenant, cancel, [&](Run& run) {
    CLOGS_ASSIGN_OR_RETURN(found, find_field_values(run, field, limit));
    add_warnings(run, found);
    return ok_status();
  }));
  return found;
}

Result<Removal> Engine::remove(const RemovalRequest& request, const CancelToken& cancel) {
  CLOGS_ASSIGN_OR_RETURN(Query query,
                         parse_deletion(request.text, request.syntax, impl_->clock.now_nanos()));
  Removal removal;
  removal.canonical = deletion_text(query);
  CLOGS_ASSIGN_OR_RETURN(const PreparedPtr prepared, make_prepared(std::move(query)));
  bool damaged = false;
  const Status found = impl_->with_run(*prepared, request.tenant, cancel, [&](Run& run) {
    CLOGS_RETURN_IF_ERROR(find_removal(run, removal));
    add_damage_warnings(run, removal.warnings);
    damaged = !removal.warnings.empty();
    return ok_status();
  });
  CLOGS_RETURN_IF_ERROR(found);
  if (request.recorder == nullptr) return removal;
  store::Deletion deletion;
  deletion.time = removal.moment_nanos;
  deletion.tenant = request.tenant;
  deletion.by = request.by;
  deletion.matched = removal.matched;
  deletion.query_edn = removal.canonical;
  // Kept for the record only: there is nothing that a query would have to leave out.
  deletion.applied = removal.matched == 0 && !damaged;
  CLOGS_ASSIGN_OR_RETURN(deletion, request.recorder->record_deletion(std::move(deletion)));
  removal.number = deletion.number;
  return removal;
}

Result<std::unique_ptr<TailSubscription>> Engine::tail(PreparedPtr query, std::string_view tenant,
                                                       OnTailRow on_row) {
  if (!impl_->tails) return failed_precondition("there is nothing to follow: no store is open");
  return impl_->tails->subscribe(std::move(query), tenant, std::move(on_row));
}

}  // namespace clogs::query
