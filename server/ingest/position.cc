#include <string>

#include "core/edn/printer.h"
#include "core/edn/reader.h"
#include "core/edn/value.h"
#include "server/ingest/formats.h"

namespace clogs::ingest {
namespace {

std::string place(int64_t line, int64_t column) {
  return "line " + std::to_string(line) + ", column " + std::to_string(column) + ": ";
}

}  // namespace

Status moved_to(const Status& failure, const edn::Position& base) {
  Result<edn::Value> details = edn::read_value(failure.details());
  if (!details.ok() || !details->is(edn::Kind::map)) return failure;
  const edn::Value* line = details->find("line");
  const edn::Value* column = details->find("column");
  if (line == nullptr || column == nullptr) return failure;
  const int64_t old_line = line->as_int64().value_or(1);
  const int64_t old_column = column->as_int64().value_or(1);
  const int64_t new_line = old_line + static_cast<int64_t>(base.line) - 1;
  const int64_t new_column =
      old_line == 1 ? old_column + static_cast<int64_t>(base.column) - 1 : old_column;
  std::string_view sentence = failure.message();
  const std::string old_place = place(old_line, old_column);
  if (sentence.starts_with(old_place)) sentence.remove_prefix(old_place.size());
  details->set_key("line", edn::Value::integer(new_line));
  details->set_key("column", edn::Value::integer(new_column));
  return Status(failure.code(), place(new_line, new_column) + std::string(sentence),
                edn::print(*details));
}

}  // namespace clogs::ingest
