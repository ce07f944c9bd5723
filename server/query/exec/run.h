// What a running query works with, and where its rows go.
#pragma once

#include <optional>

#include "server/query/engine.h"
#include "server/query/exec/control.h"
#include "server/query/exec/digest.h"
#include "server/query/exec/prepared.h"
#include "server/query/exec/scan.h"
#include "server/query/exec/spill.h"

namespace clogs::query {

struct Run {
  const Prepared& prepared;
  Window window;
  std::string_view tenant;
  store::SourceProvider& provider;
  store::Source& source;
  Control& control;
  Spill& spill;
  Pool& pool;
  unsigned helpers;
  const DeletionSet* deletions;  // null: none

  const Query& query() const { return prepared.query; }
  FilterContext filter_context() const { return {query().options.strict_types, query().tz}; }
  ScanSpec scan_spec() const {
    return {&query().where, filter_context(), window, query().from, tenant, deletions};
  }
};

// Sends rows on, and counts and digests them on the way.
class Answer {
 public:
  Answer(RowSink& sink, const Prepared& prepared);
  // Of rows whose columns are not those of the query, where the sink wants them.
  bool wants_columns() const { return !prepared_.columns && sink_.wants_columns(); }
  Status begin();
  Status begin(std::vector<std::string> columns);
  Status row(edn::View row);
  Trailer& trailer() { return trailer_; }
  Status end();

 private:
  RowSink& sink_;
  const Prepared& prepared_;
  Trailer trailer_;
  std::optional<Digest> digest_;
};

// What a page shows of rows in their order, by :offset, :limit and cursor.
struct Page {
  size_t from = 0;
  size_t to = 0;
  bool more = false;  // beyond it, in the direction of reading
};
// `rows`: how many there are from the cursor on.
Page page_of(const Query& query, size_t rows);

// Raw rows, and rows of groups. The scan has not begun when either is called.
Status run_rows(Run& run, Answer& answer);
Status run_groups(Run& run, Answer& answer);

// The failure that ends a query after its scan, or OK where there is something to show.
Status after_scan(const Run& run);

}  // namespace clogs::query
