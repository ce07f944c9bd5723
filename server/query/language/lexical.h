// Reading the small things of a query: keywords (strings in JSON), literal values with parameters
// bound, integers, booleans, option maps.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/edn/value.h"
#include "server/query/language/context.h"

namespace clogs::query::language {

// The name of a keyword; in JSON also of a string, a leading colon cut. Empty for anything else.
std::optional<std::string_view> keyword_name(const Context& context, const edn::Value& value);
// The keyword that a vector starts with.
std::optional<std::string_view> head_of(const Context& context, const edn::Value& value);
// The name of a map's key: a keyword, or (a name that is no legal keyword) a string.
std::optional<std::string_view> key_name(const Context& context, const edn::Value& key);

// A keyword if `name` is a legal one, else a string: how a name is printed.
edn::Value name_value(std::string_view name);

bool is_param(const edn::Value& value);
// What a parameter is bound to, or `value` itself. nullptr (and an error) for an unbound one.
const edn::Value* bound(Context& context, const edn::Value& value);
// A literal: parameters at any depth replaced, other symbols refused, #inst made canonical.
bool read_literal(Context& context, const edn::Value& value, edn::Value& out);

bool read_string(Context& context, const edn::Value& value, std::string& out);
bool read_bool(Context& context, const edn::Value& value, bool& out);
// An integer in [min, max].
bool read_int(Context& context, const edn::Value& value, int64_t min, int64_t max, int64_t& out);
// Any number but NaN, as written.
bool read_number(Context& context, const edn::Value& value, edn::Value& out);
// One of `known`, else an error with suggestions; `what` names the thing: "unit".
bool read_choice(Context& context, const edn::Value& value, std::string_view what,
                 std::span<const std::string_view> known, std::string_view& out);
// A name for a column: a keyword or a string, not empty.
bool read_name(Context& context, const edn::Value& value, std::string& out);

// :clogs/too-large for a list of columns over max_columns.
bool check_columns(Context& context, const edn::Value& list);

// Checks that `value` is a map whose keys are among `known`.
bool check_keys(Context& context, const edn::Value& value, std::string_view what,
                std::span<const std::string_view> known);

// The value of `key` in a map, by keyword_name(); nullptr if there is none.
const edn::Value* entry(const Context& context, const edn::Value& map, std::string_view key);

}  // namespace clogs::query::language
