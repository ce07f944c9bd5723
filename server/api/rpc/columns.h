// A block of rows as typed columns: clogs.v1.Columns, written without message objects.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "core/edn/tape.h"

namespace clogs::api::rpc {

class ColumnBlock {
 public:
  // `names` in order come first and are there even where no row has them; others follow by first
  // appearance.
  void set_names(std::vector<std::string> names) { names_ = std::move(names); }

  void add(edn::View row);
  size_t rows() const { return row_starts_.size(); }
  // What the rows weigh, roughly.
  size_t bytes() const { return bytes_; }
  // Appends the wire bytes of clogs.v1.Columns and forgets the rows.
  void take(std::string& wire);

 private:
  struct Column {
    std::string name;
    std::vector<edn::View> values;  // one a row; no value where the row lacks the field
  };
  Column& column_of(edn::View key, size_t guess);
  void spread();

  std::vector<std::string> names_;
  edn::Tape tape_;
  std::vector<size_t> row_starts_;
  std::vector<Column> columns_;
  std::unordered_map<std::string, size_t> index_;
  size_t bytes_ = 0;
};

}  // namespace clogs::api::rpc
