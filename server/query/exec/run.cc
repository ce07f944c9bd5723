#include "server/query/exec/run.h"

#include <algorithm>

namespace clogs::query {

Answer::Answer(RowSink& sink, const Prepared& prepared) : sink_(sink), prepared_(prepared) {
  if (prepared.query.options.digest) digest_.emplace();
}

Status Answer::begin() {
  Header header{prepared_.canonical, prepared_.hash, prepared_.columns.has_value(), {}};
  if (prepared_.columns) header.columns = *prepared_.columns;
  return sink_.begin(header);
}

Status Answer::begin(std::vector<std::string> columns) {
  return sink_.begin({prepared_.canonical, prepared_.hash, true, std::move(columns)});
}

Status Answer::row(edn::View row) {
  ++trailer_.count;
  if (digest_) digest_->add(row);
  return sink_.row(row);
}

Status Answer::end() {
  if (digest_) trailer_.digest = digest_->text();
  return sink_.end(trailer_);
}

Page page_of(const Query& query, size_t rows) {
  Page page;
  page.from = std::min(rows, static_cast<size_t>(query.offset));
  page.to = page.from + std::min(rows - page.from, static_cast<size_t>(query.limit));
  page.more = page.to < rows;
  return page;
}

Status after_scan(const Run& run) {
  CLOGS_RETURN_IF_ERROR(run.control.failure());
  if (!run.query().options.partial) return run.control.limit_failure();
  return ok_status();
}

}  // namespace clogs::query
