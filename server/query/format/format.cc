#include "server/query/format.h"

#include "core/edn/json_writer.h"
#include "core/edn/printer.h"
#include "core/edn/reader.h"
#include "server/query/format/writer.h"

namespace clogs::query {

std::unique_ptr<Formatter> make_formatter(Format format, Write write) {
  switch (format) {
    case Format::edn:
      return make_edn_formatter(std::move(write));
    case Format::json:
      return make_json_formatter(std::move(write));
    case Format::ndjson:
      return make_ndjson_formatter(std::move(write));
    case Format::csv:
      return make_csv_formatter(std::move(write));
    case Format::table:
      return make_table_formatter(std::move(write));
  }
  return make_json_formatter(std::move(write));
}

std::string format_error(const Status& status, Format format) {
  edn::Value details = edn::Value::map();
  if (!status.details().empty()) {
    if (auto read = edn::read_value(status.details()); read.ok()) details = *std::move(read);
  }
  if (details.find("code") == nullptr) {
    details.set_key("code", edn::Value::keyword("clogs/" + std::string(code_name(status.code()))));
  }
  const edn::Value answer = edn::Value::map_of({{"success", edn::Value::boolean(false)},
                                                {"error", edn::Value::string(status.message())},
                                                {"details", std::move(details)}});
  std::string text;
  if (format == Format::edn) {
    edn::print(answer, text);
  } else {
    edn::write_json(answer, text);
  }
  return text;
}

}  // namespace clogs::query
