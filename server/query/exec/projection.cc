#include "server/query/exec/projection.h"

#include <algorithm>

#include "core/edn/json_reader.h"
#include "core/edn/printer.h"

namespace clogs::query {
namespace {

using edn::Kind;
using edn::View;

bool is_text_kind(Kind kind) {
  return kind == Kind::keyword || kind == Kind::string || kind == Kind::symbol;
}

bool is_named(View key, std::string_view name) {
  return (key.kind() == Kind::keyword || key.kind() == Kind::string) && key.text() == name;
}

// Copies a map without what `fields` name. `path` is the dotted name of the map, with a dot at its
// end, so that [:except :http.status] finds both the flat key and the nested one.
size_t copy_except(View map, const std::vector<Field>& fields, const std::string& path,
                   edn::Tape& out);

void copy_value_except(View key, View value, const std::vector<Field>& fields,
                       const std::string& path, edn::Tape& out) {
  const bool has_name = key.kind() == Kind::keyword || key.kind() == Kind::string;
  const std::string inner = has_name ? path + std::string(key.text()) + "." : std::string();
  const bool concerned = has_name && value.is(Kind::map) &&
                         std::any_of(fields.begin(), fields.end(), [&](const Field& field) {
                           return field.name.starts_with(inner);
                         });
  if (!concerned) return out.copy(value);
  const size_t opened = out.open(Kind::map);
  out.close(opened, copy_except(value, fields, inner, out));
}

size_t copy_except(View map, const std::vector<Field>& fields, const std::string& path,
                   edn::Tape& out) {
  size_t entries = 0;
  for (auto at = map.begin(); at != map.end(); ++at) {
    const View key = *at;
    const View value = *++at;
    if (path.empty() && is_meta_key(key)) continue;
    const bool excepted = std::any_of(fields.begin(), fields.end(), [&](const Field& field) {
      return field.name.size() > path.size() && field.name.starts_with(path) &&
             is_named(key, std::string_view(field.name).substr(path.size()));
    });
    if (excepted) continue;
    out.copy(key);
    copy_value_except(key, value, fields, path, out);
    ++entries;
  }
  return entries;
}

}  // namespace

void write_key(std::string_view name, edn::Tape& out) {
  out.atom(edn::is_keyword_name(name) ? Kind::keyword : Kind::string, name);
}

void column_name(View key, std::string& name) {
  if (is_text_kind(key.kind())) {
    name = key.text();
  } else {
    name.clear();
    edn::print(key, name);
  }
}

Projection::Projection(const std::vector<Selection>& select, bool grouped)
    : columns_(columns_of(select)), grouped_(grouped) {}

std::vector<Projection::Column> Projection::columns_of(const std::vector<Selection>& select) {
  std::vector<Column> columns;
  for (const Selection& selection : select) {
    Column& column = columns.emplace_back();
    column.kind = selection.kind;
    column.name = selection.name;
    column.except = &selection.fields;
    if (selection.kind == Selection::Kind::field || selection.kind == Selection::Kind::nested) {
      column.field.emplace_back(selection.field);
    }
    column.children = columns_of(selection.children);
  }
  return columns;
}

View Projection::project(const Entry& entry, edn::Tape& scratch) const {
  scratch.clear();
  if (!columns_.empty()) {
    const size_t opened = scratch.open(Kind::map);
    scratch.close(opened, write_columns(columns_, entry, scratch));
    return scratch.root();
  }
  bool has_meta = false;
  for (auto at = entry.map.begin(); at != entry.map.end();) {
    has_meta |= is_meta_key(*at);
    ++at;
    ++at;  // past the value
  }
  if (!has_meta || entry.is_result) return entry.map;
  const size_t opened = scratch.open(Kind::map);
  scratch.close(opened, copy_except(entry.map, {}, "", scratch));
  return scratch.root();
}

size_t Projection::write_columns(const std::vector<Column>& columns, const Entry& entry,
                                 edn::Tape& out) const {
  size_t written = 0;
  for (const Column& column : columns) {
    switch (column.kind) {
      case Selection::Kind::field:
        written += write_field(column, entry, out) ? 1 : 0;
        break;
      case Selection::Kind::nested:
        written += write_nested(column, entry, out) ? 1 : 0;
        break;
      case Selection::Kind::all:
      case Selection::Kind::except:
        written += write_rest(column, columns, entry, out);
        break;
    }
  }
  return written;
}

// :* and :except, without what other selections name.
size_t Projection::write_rest(const Column& column, const std::vector<Column>& columns,
                              const Entry& entry, edn::Tape& out) const {
  size_t written = 0;
  for (auto at = entry.map.begin(); at != entry.map.end(); ++at) {
    const View key = *at;
    const View value = *++at;
    if (is_meta_key(key) && !entry.is_result) continue;
    const auto named = [&](const Column& other) { return is_named(key, other.name); };
    if (std::any_of(columns.begin(), columns.end(), named)) continue;
    const auto excepted = [&](const Field& field) { return is_named(key, field.name); };
    if (std::any_of(column.except->begin(), column.except->end(), excepted)) continue;
    out.copy(key);
    copy_value_except(key, value, *column.except, "", out);
    ++written;
  }
  return written;
}

bool Projection::write_field(const Column& column, const Entry& entry, edn::Tape& out) const {
  const FieldReader& field = column.field[0];
  if (field.many()) {
    // Every value that the path leads to.
    write_key(column.name, out);
    const size_t opened = out.open(Kind::vector);
    size_t count = 0;
    field.any(entry, [&](View view) {
      out.copy(view);
      ++count;
      return false;
    });
    out.close(opened, count);
    return true;
  }
  View view = field.first(entry, true);
  // nil counts as missing but is shown where it was sent.
  if (!view) view = field.in_map(entry.map);
  if (!view && !grouped_) return false;
  write_key(column.name, out);
  if (view) {
    out.copy(view);
  } else {
    out.nil();
  }
  return true;
}

bool Projection::write_nested(const Column& column, const Entry& entry, edn::Tape& out) const {
  const View view = column.field[0].in_map(entry.map);
  if (!view && !grouped_) return false;
  write_key(column.name, out);
  if (!view) {
    out.nil();
  } else {
    write_child(column, view, out);
  }
  return true;
}

// A map cut down to the children, a collection of maps each of them, anything else as it is.
void Projection::write_child(const Column& column, View view, edn::Tape& out) const {
  if (view.is(Kind::map)) {
    Entry inner;
    inner.map = view;
    inner.is_result = true;
    const size_t opened = out.open(Kind::map);
    out.close(opened, write_columns(column.children, inner, out));
    return;
  }
  if (!edn::is_collection(view.kind())) return out.copy(view);
  const size_t opened = out.open(view.kind());
  for (View element : view) write_child(column, element, out);
  out.close(opened, view.size());
}

}  // namespace clogs::query
