// CSV as RFC 4180 has it: a header row, CRLF, quotes where needed. Text is as it is, other atoms as
// in JSON without quotes, collections as JSON; what is missing is empty, "" is quoted.
#include <algorithm>
#include <unordered_map>
#include <vector>

#include "core/edn/json_writer.h"
#include "server/query/exec/projection.h"
#include "server/query/format/writer.h"

namespace clogs::query {
namespace {

using edn::Kind;
using edn::View;

void append_quoted(std::string_view text, std::string& out) {
  if (!text.empty() && text.find_first_of(",\"\r\n") == std::string_view::npos) {
    out += text;
    return;
  }
  out.push_back('"');
  for (char c : text) {
    if (c == '"') out.push_back('"');
    out.push_back(c);
  }
  out.push_back('"');
}

void append_cell(View view, std::string& out) {
  if (!view || view.is_nil()) return;
  switch (view.kind()) {
    case Kind::string:
    case Kind::keyword:
    case Kind::symbol:
    case Kind::character:
    case Kind::uuid:
      return append_quoted(view.text(), out);
    default:
      break;
  }
  std::string json;
  edn::write_json(view, json);
  std::string_view text = json;
  // An instant, a ratio: JSON text whose characters need no quotes of their own.
  if (!edn::is_collection(view.kind()) && text.size() >= 2 && text.front() == '"') {
    text = text.substr(1, text.size() - 2);
  }
  append_quoted(text, out);
}

class CsvFormatter final : public Formatter {
 public:
  explicit CsvFormatter(Write write) : writer_(std::move(write)) {}

  bool wants_columns() const override { return true; }

  Status begin(const Header& header) override {
    names_ = header.columns;
    for (size_t i = 0; i < names_.size(); ++i) index_.emplace(names_[i], i);
    std::string& out = writer_.buffer();
    for (size_t i = 0; i < names_.size(); ++i) {
      if (i != 0) out.push_back(',');
      append_quoted(names_[i], out);
    }
    if (!names_.empty()) out += "\r\n";
    return writer_.flush_if_full();
  }

  Status row(View row) override {
    cells_.assign(names_.size(), View());
    for (auto at = row.begin(); at != row.end(); ++at) {
      column_name(*at, name_);
      const auto column = index_.find(name_);
      const View value = *++at;
      if (column == index_.end()) {
        ++left_out_;
      } else {
        cells_[column->second] = value;
      }
    }
    std::string& out = writer_.buffer();
    for (size_t i = 0; i < cells_.size(); ++i) {
      if (i != 0) out.push_back(',');
      append_cell(cells_[i], out);
    }
    out += "\r\n";
    return writer_.flush_if_full();
  }

  Status end(const Trailer& trailer) override {
    trailer_ = trailer;
    if (left_out_ != 0) {
      trailer_.partial = true;
      trailer_.warnings.push_back(
          std::to_string(left_out_) +
          " values are left out: the rows have more columns than a table takes");
    }
    return writer_.flush();
  }

  const Trailer& trailer() const override { return trailer_; }

 private:
  PieceWriter writer_;
  Trailer trailer_;
  std::vector<std::string> names_;
  std::unordered_map<std::string, size_t> index_;
  std::vector<View> cells_;
  std::string name_;
  uint64_t left_out_ = 0;
};

}  // namespace

std::unique_ptr<Formatter> make_csv_formatter(Write write) {
  return std::make_unique<CsvFormatter>(std::move(write));
}

}  // namespace clogs::query
