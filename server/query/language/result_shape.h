// What the rows of an answer look like and how they are ordered: :select, :distinct, :order-by.
//
// Normalised: a selected field under its own name is the field; {a [..] b [..]} are two nested
// selections by name; an order is [field direction], with {:nulls :first} where they are; an order
// equal to the default of its query is left out.
#pragma once

#include <vector>

#include "core/edn/value.h"
#include "server/query/language/ast.h"
#include "server/query/language/context.h"

namespace clogs::query::language {

// `first`: where the list begins in a vector that starts with something else, a pipe stage.
bool read_selections(Context& context, const edn::Value& value, std::vector<Selection>& out,
                     size_t first = 0);
bool read_distinct(Context& context, const edn::Value& value, Distinct& out);
bool read_orders(Context& context, const edn::Value& value, std::vector<Order>& out,
                 size_t first = 0);

edn::Value selections_value(const std::vector<Selection>& selections);
edn::Value distinct_value(const Distinct& distinct);
edn::Value orders_value(const std::vector<Order>& orders);

// Empties an order that spells out the default one.
void drop_default_order(Query& query);

}  // namespace clogs::query::language
