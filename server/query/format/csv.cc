// CSV as RFC 4180 has it: a header row, CRLF, quotes where needed. Text is as it is, other atoms as
// in JSON without quotes, collections as JSON; what is missing is empty, "" is quoted.
#include <algorithm>
#include <unordered_map>
#include <vector>

#include "core/edn/json_writer.h"
#include "core/edn/printer.h"
#include "core/edn/reader.h"
#include "server/query/format/writer.h"

namespace clogs::query {
namespace {

using edn::Kind;
using edn::View;

// Columns that are not known beforehand are the union over rows that are kept until so many bytes;
// a column that comes up only later has no place any more and its values are left out.
constexpr size_t union_bytes_max = size_t{32} << 20;

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

std::string name_of(View key) {
  if (key.kind() == Kind::keyword || key.kind() == Kind::string || key.kind() == Kind::symbol) {
    return std::string(key.text());
  }
  return edn::print(key);
}

class CsvFormatter final : public Formatter {
 public:
  explicit CsvFormatter(Write write) : writer_(std::move(write)) {}

  Status begin(const Header& header) override {
    if (!header.has_columns) return ok_status();
    for (const std::string& name : header.columns) add_column(name);
    return write_header();
  }

  Status row(View row) override {
    if (fixed_) return write_row(row);
    for (auto at = row.begin(); at != row.end(); ++at) {
      add_column(name_of(*at));
      ++at;
    }
    edn::print(row, kept_);
    kept_.push_back('\n');
    return kept_.size() < union_bytes_max ? ok_status() : write_kept();
  }

  Status end(const Trailer& trailer) override {
    trailer_ = trailer;
    if (!fixed_) CLOGS_RETURN_IF_ERROR(write_kept());
    if (left_out_ != 0) {
      trailer_.partial = true;
      trailer_.warnings.push_back(std::to_string(left_out_) +
                                  " values had no column: :select names the columns beforehand");
    }
    return writer_.flush();
  }

  const Trailer& trailer() const override { return trailer_; }

 private:
  void add_column(const std::string& name) {
    if (index_.try_emplace(name, names_.size()).second) names_.push_back(name);
  }

  Status write_header() {
    fixed_ = true;
    std::string& out = writer_.buffer();
    for (size_t i = 0; i < names_.size(); ++i) {
      if (i != 0) out.push_back(',');
      append_quoted(names_[i], out);
    }
    if (!names_.empty()) out += "\r\n";
    return writer_.flush_if_full();
  }

  Status write_kept() {
    CLOGS_RETURN_IF_ERROR(write_header());
    edn::Reader reader(kept_);
    edn::Tape tape;
    while (reader.next(tape) == edn::Reader::Outcome::form) {
      CLOGS_RETURN_IF_ERROR(write_row(tape.root()));
      tape.clear();
    }
    kept_ = {};
    return ok_status();
  }

  Status write_row(View row) {
    cells_.assign(names_.size(), View());
    for (auto at = row.begin(); at != row.end(); ++at) {
      const auto column = index_.find(name_of(*at));
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

  PieceWriter writer_;
  Trailer trailer_;
  std::vector<std::string> names_;
  std::unordered_map<std::string, size_t> index_;
  std::vector<View> cells_;
  std::string kept_;  // rows as EDN lines while the columns are not fixed
  bool fixed_ = false;
  uint64_t left_out_ = 0;
};

}  // namespace

std::unique_ptr<Formatter> make_csv_formatter(Write write) {
  return std::make_unique<CsvFormatter>(std::move(write));
}

}  // namespace clogs::query
