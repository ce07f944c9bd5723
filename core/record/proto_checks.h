// What the text fields of clogs.v1.Value may hold.
#pragma once

#include <string_view>

#include "core/edn/token.h"
#include "core/record/proto_schema.h"
#include "core/record/wire.h"

namespace clogs::record {

// What the reader takes for this symbol and nothing else: no literal, number, comment or dispatch.
bool reads_as_symbol(std::string_view text);
// 36 characters in five groups, in either case.
bool is_uuid(std::string_view text);
// What Value.number may hold; its kind and digits.
bool read_wire_number(std::string_view text, edn::Number& number);
// What EDN reads behind `#`: a symbol that begins with a letter. The two tags that are kinds of
// their own would come back as those kinds.
bool is_tag(std::string_view tag);

namespace schema {

wire::Type wire_type_of(ValueField kind);

}  // namespace schema
}  // namespace clogs::record
