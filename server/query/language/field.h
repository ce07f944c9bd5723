// Fields and operands.
//
// Normalised: "service", [:service] and [:path :service] are :service; "http.status" is
// :http.status; path elements that are strings are keywords where they are legal ones. A path with
// one element that has a dot ([:http.status]) stays a path: it means the flat key only.
#pragma once

#include <string>
#include <string_view>

#include "core/edn/value.h"
#include "server/query/language/ast.h"
#include "server/query/language/context.h"

namespace clogs::query::language {

// The field that a bare name means.
Field field_named(std::string_view name);

// A keyword, a string, a path, [:path ..] or [:field ..].
bool read_field(Context& context, const edn::Value& value, Field& out);
// A vector of fields. A vector that starts with :path or :field is one field.
bool read_fields(Context& context, const edn::Value& value, std::vector<Field>& out);
// First operand: a field, or [:lit value].
bool read_first(Context& context, const edn::Value& value, Operand& out);
// Second operand: a literal, [:field f] or [:lit value].
bool read_second(Context& context, const edn::Value& value, Operand& out);
// What is aggregated or sorted by: a field, a number, or [:lit value].
bool read_expression(Context& context, const edn::Value& value, Operand& out);

// As they are printed in canonical form.
edn::Value field_value(const Field& field);
edn::Value first_value(const Operand& operand);
edn::Value second_value(const Operand& operand);

}  // namespace clogs::query::language
