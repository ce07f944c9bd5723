// Makes the rows of an answer: the record as it was sent, or what :select asks for.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/edn/tape.h"
#include "server/query/eval/entry.h"
#include "server/query/eval/field.h"
#include "server/query/language/ast.h"

namespace clogs::query {

// A column's key in a row: a keyword where the name is a legal one, else a string.
void write_key(std::string_view name, edn::Tape& out);
// The name of the column that a row's key stands for: a keyword's or a text's own, else its EDN.
void column_name(edn::View key, std::string& name);

class Projection {
 public:
  // `grouped`: a column without a value is nil; else it is absent.
  Projection(const std::vector<Selection>& select, bool grouped);

  // The row; in `scratch`, or the entry's own map where nothing is to be changed. Text stays that
  // of the entry.
  edn::View project(const Entry& entry, edn::Tape& scratch) const;

 private:
  struct Column {
    Selection::Kind kind;
    std::string_view name;           // of the selection
    std::vector<FieldReader> field;  // one for field and nested
    const std::vector<Field>* except = nullptr;
    std::vector<Column> children;
  };

  static std::vector<Column> columns_of(const std::vector<Selection>& select);
  size_t write_columns(const std::vector<Column>& columns, const Entry& entry,
                       edn::Tape& out) const;
  size_t write_rest(const Column& column, const std::vector<Column>& columns, const Entry& entry,
                    edn::Tape& out) const;
  bool write_field(const Column& column, const Entry& entry, edn::Tape& out) const;
  bool write_nested(const Column& column, const Entry& entry, edn::Tape& out) const;
  void write_child(const Column& column, edn::View view, edn::Tape& out) const;

  std::vector<Column> columns_;
  bool grouped_;
};

}  // namespace clogs::query
