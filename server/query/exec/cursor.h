// Where a page of an answer ends: the sort key of its last row, bound to its query.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "clogs/result.h"
#include "core/edn/value.h"
#include "server/query/aggregate/aggregator.h"

namespace clogs::query {

// As text: base64url of the EDN vector ["<start of the page hash>" [key ..] timestamp "id"], the
// last two for rows of records only.
struct Cursor {
  std::vector<edn::Value> key;  // values of :order-by, or of the group columns
  std::optional<Place> place;   // of the record
};

std::string encode_cursor(const Cursor& cursor, std::string_view page_hash);
// invalid_argument with :code :clogs/bad-cursor where the text is no cursor, or one of another
// query.
Result<Cursor> decode_cursor(std::string_view text, std::string_view page_hash,
                             std::string_view clause);

}  // namespace clogs::query
