#include "server/query/language/columns.h"

#include <algorithm>
#include <string_view>

#include <fmt/core.h>

#include "server/query/language/lexical.h"
#include "server/query/language/suggest.h"

namespace clogs::query {

std::vector<std::string> grouped_columns(const Query& query) {
  std::vector<std::string> columns;
  for (const Group& group : query.groups) columns.push_back(group.name);
  for (const Aggregate& aggregate : query.aggregates) {
    columns.insert(columns.end(), aggregate.columns.begin(), aggregate.columns.end());
  }
  return columns;
}

namespace {

bool is_excepted(const Selection& selection, const std::string& column) {
  return std::any_of(selection.fields.begin(), selection.fields.end(),
                     [&](const Field& field) { return field.name == column; });
}

bool has_open_selection(const std::vector<Selection>& select) {
  return std::any_of(select.begin(), select.end(), [](const Selection& selection) {
    return selection.kind == Selection::Kind::all || selection.kind == Selection::Kind::except;
  });
}

}  // namespace

std::optional<std::vector<std::string>> answer_columns(const Query& query) {
  std::vector<std::string> all = grouped_columns(query);
  if (query.select.empty()) {
    return query.grouped() ? std::optional(std::move(all)) : std::nullopt;
  }
  if (!query.grouped() && has_open_selection(query.select)) return std::nullopt;
  std::vector<std::string> columns;
  for (const Selection& selection : query.select) {
    if (selection.kind == Selection::Kind::field || selection.kind == Selection::Kind::nested) {
      columns.push_back(selection.name);
      continue;
    }
    for (const std::string& column : all) {
      bool named = std::any_of(query.select.begin(), query.select.end(), [&](const Selection& s) {
        return s.kind != Selection::Kind::except && s.name == column;
      });
      bool seen = std::find(columns.begin(), columns.end(), column) != columns.end();
      if (!named && !seen && !is_excepted(selection, column)) columns.push_back(column);
    }
  }
  return columns;
}

namespace language {
namespace {

using edn::Value;

bool check_distinct_names(Context& context, const std::vector<std::string>& names,
                          const char* clause) {
  std::vector<std::string_view> sorted(names.begin(), names.end());
  std::sort(sorted.begin(), sorted.end());
  auto twice = std::adjacent_find(sorted.begin(), sorted.end());
  if (twice == sorted.end()) return true;
  AtPlace at(context, context.place_of(clause));
  Value name = name_value(*twice);
  return context.fail(
      "duplicate-column",
      fmt::format("two columns are named {}; [:as name ..] renames one", shown(name)), name);
}

bool check_select_names(Context& context, const std::vector<Selection>& select) {
  std::vector<std::string> names;
  bool fine = true;
  for (const Selection& selection : select) {
    if (!selection.name.empty()) names.push_back(selection.name);
    if (selection.kind == Selection::Kind::nested) {
      fine = check_select_names(context, selection.children) && fine;
    }
  }
  return check_distinct_names(context, names, "select") && fine;
}

// Fields that :having, :order-by, :distinct and :select of grouped rows may name.
class Columns {
 public:
  Columns(Context& context, const Query& query)
      : context_(context), names_(grouped_columns(query)) {}

  bool check(const Field& field, const char* clause) {
    if (context_.full()) return false;
    if (known(field)) return true;
    AtPlace at(context_, context_.place_of(clause));
    Value name = name_value(field.name);
    return context_.fail("unknown-column",
                         fmt::format("{} names {}, which is no column of the grouped rows",
                                     fmt::format(":{}", clause), shown(name)),
                         name, suggest(field.name, names_));
  }

  bool check(const Operand& operand, const char* clause) {
    return operand.kind != Operand::Kind::field || operand.field.path.empty() ||
           check(operand.field, clause);
  }

  bool check(const Pred& pred, const char* clause) {
    bool fine = check(pred.left, clause);
    fine = check(pred.right, clause) && fine;
    fine = check(pred.high, clause) && fine;
    for (const Field& field : pred.fields) fine = check(field, clause) && fine;
    for (const Pred& part : pred.args) fine = check(part, clause) && fine;
    return fine;
  }

 private:
  // A column, or a path into the map that one holds.
  bool known(const Field& field) const {
    auto is_column = [&](std::string_view name) {
      return std::find(names_.begin(), names_.end(), name) != names_.end();
    };
    if (is_column(field.name)) return true;
    const std::string& first = field.path.front().name;
    if (!field.dotted) return is_column(first);
    for (size_t dot = first.find('.'); dot != std::string::npos; dot = first.find('.', dot + 1)) {
      if (is_column(std::string_view(first).substr(0, dot))) return true;
    }
    return false;
  }

  Context& context_;
  std::vector<std::string> names_;
};

bool check_grouped(Context& context, const Query& query) {
  Columns columns(context, query);
  std::vector<std::string> groups;
  for (const Group& group : query.groups) groups.push_back(group.name);
  bool fine = check_distinct_names(context, groups, "group-by") &&
              check_distinct_names(context, grouped_columns(query), "aggregations");
  fine = columns.check(query.having, "having") && fine;
  for (const Order& order : query.order) fine = columns.check(order.by, "order-by") && fine;
  for (const Field& field : query.distinct.fields) {
    fine = columns.check(field, "distinct") && fine;
  }
  for (const Selection& selection : query.select) {
    if (!selection.field.path.empty()) fine = columns.check(selection.field, "select") && fine;
    for (const Field& field : selection.fields) fine = columns.check(field, "select") && fine;
  }
  return fine;
}

bool check_cursor(Context& context, const Query& query) {
  if (query.after.empty() && query.before.empty()) return true;
  const char* key = query.after.empty() ? "before" : "after";
  At at(context, key);
  auto refuse = [&](std::string_view why) {
    return context.fail_key("bad-cursor", fmt::format(":{} {}", key, why), {});
  };
  if (!query.after.empty() && !query.before.empty())
    return refuse("and :before exclude each other");
  if (query.offset != 0) return refuse("and :offset exclude each other");
  if (query.grouped() && !query.order.empty()) {
    return refuse("over groups works only in their default order, without :order-by");
  }
  if (query.distinct.on) return refuse("does not work with :distinct");
  return true;
}

}  // namespace

bool check_whole(Context& context, const Query& query) {
  bool fine = check_cursor(context, query);
  fine = check_select_names(context, query.select) && fine;
  if (query.grouped()) return check_grouped(context, query) && fine;
  if (query.having.kind != Pred::Kind::always) {
    AtPlace at(context, context.place_of("having"));
    return context.fail_key("bad-value", ":having goes with :group-by or :aggregations; use :where",
                            {}, {Value::keyword("where")});
  }
  return fine;
}

}  // namespace language
}  // namespace clogs::query
