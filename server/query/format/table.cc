// For terminals: columns under their names. Widths are those of the first rows; what is longer
// pushes its line out rather than being cut.
#include <algorithm>
#include <vector>

#include <utf8proc.h>

#include "core/edn/printer.h"
#include "server/query/format/writer.h"

namespace clogs::query {
namespace {

using edn::Kind;
using edn::View;

// Rows that decide the columns and their widths.
constexpr size_t sample_rows = 200;
// Wider cells do not widen their column.
constexpr size_t width_max = 60;

size_t width_of(std::string_view text) {
  size_t width = 0;
  const auto* at = reinterpret_cast<const utf8proc_uint8_t*>(text.data());
  auto left = static_cast<utf8proc_ssize_t>(text.size());
  while (left > 0) {
    utf8proc_int32_t character = 0;
    const auto used = std::max<utf8proc_ssize_t>(1, utf8proc_iterate(at, left, &character));
    width += character > 0 ? static_cast<size_t>(std::max(0, utf8proc_charwidth(character))) : 1;
    at += used;
    left -= used;
  }
  return width;
}

std::string name_of(View key) {
  const bool named = key.kind() == Kind::keyword || key.kind() == Kind::string;
  return named ? std::string(key.text()) : edn::print(key);
}

// Text without quotes, its control characters escaped so that a row stays a line.
std::string cell_of(View value) {
  if (!value || value.is_nil()) return "";
  if (value.kind() == Kind::inst) return std::string(value.text());
  if (value.kind() != Kind::string && value.kind() != Kind::keyword) return edn::print(value);
  const bool plain = std::none_of(value.text().begin(), value.text().end(), [](char c) {
    return static_cast<unsigned char>(c) < 0x20 || c == 0x7f;
  });
  return plain ? std::string(value.text()) : edn::print(value);
}

class TableFormatter final : public Formatter {
 public:
  explicit TableFormatter(Write write) : writer_(std::move(write)) {}

  Status begin(const Header& header) override {
    if (header.has_columns) names_ = header.columns;
    open_ = !header.has_columns;
    return ok_status();
  }

  Status row(View row) override {
    std::vector<std::string> cells(names_.size());
    std::string rest;
    for (auto at = row.begin(); at != row.end(); ++at) {
      const std::string name = name_of(*at);
      const View value = *++at;
      auto column = std::find(names_.begin(), names_.end(), name);
      if (column == names_.end() && open_ && !started_) {
        names_.push_back(name);
        cells.emplace_back();
        column = names_.end() - 1;
      }
      if (column != names_.end()) {
        cells[static_cast<size_t>(column - names_.begin())] = cell_of(value);
      } else {
        // A field that came up after the columns were fixed.
        rest += " " + name + "=" + cell_of(value);
      }
    }
    if (!rest.empty()) cells.push_back(rest.substr(1));
    if (started_) return write_row(cells);
    rows_.push_back(std::move(cells));
    return rows_.size() < sample_rows ? ok_status() : start();
  }

  Status end(const Trailer& trailer) override {
    trailer_ = trailer;
    if (!started_) CLOGS_RETURN_IF_ERROR(start());
    for (const std::string& warning : trailer.warnings) {
      writer_.buffer() += "warning: " + warning + "\n";
    }
    return writer_.flush();
  }

  const Trailer& trailer() const override { return trailer_; }

 private:
  Status start() {
    started_ = true;
    for (const std::string& name : names_) widths_.push_back(width_of(name));
    for (const auto& row : rows_) {
      for (size_t i = 0; i < row.size(); ++i) {
        widths_[i] = std::max(widths_[i], std::min(width_max, width_of(row[i])));
      }
    }
    if (names_.empty()) return ok_status();
    CLOGS_RETURN_IF_ERROR(write_row(names_));
    std::vector<std::string> rules;
    for (size_t width : widths_) rules.emplace_back(width, '-');
    CLOGS_RETURN_IF_ERROR(write_row(rules));
    for (const auto& row : rows_) CLOGS_RETURN_IF_ERROR(write_row(row));
    rows_.clear();
    return ok_status();
  }

  Status write_row(const std::vector<std::string>& cells) {
    std::string line;
    for (size_t i = 0; i < cells.size(); ++i) {
      if (i != 0) line += "  ";
      line += cells[i];
      const size_t width = i < widths_.size() ? widths_[i] : 0;
      const size_t used = width_of(cells[i]);
      if (used < width) line.append(width - used, ' ');
    }
    line.erase(line.find_last_not_of(' ') + 1);
    writer_.buffer() += line + "\n";
    return writer_.flush_if_full();
  }

  PieceWriter writer_;
  Trailer trailer_;
  std::vector<std::string> names_;
  std::vector<size_t> widths_;
  std::vector<std::vector<std::string>> rows_;
  bool open_ = false;
  bool started_ = false;
};

}  // namespace

std::unique_ptr<Formatter> make_table_formatter(Write write) {
  return std::make_unique<TableFormatter>(std::move(write));
}

}  // namespace clogs::query
