// What a file holds, by its beginning.
#pragma once

#include <cstddef>
#include <string_view>

#include "core/edn/json_reader.h"

namespace clogs::ingest {

// Looked at before a file's format is decided.
constexpr size_t sniffed_bytes = size_t{64} << 10;

constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";

// Whether text begins with EDN maps, not with JSON objects or lines of text. Maps in a vector
// count. A map of which only the beginning is there counts if it begins with a keyword.
bool begins_like_edn(std::string_view text, edn::JsonReader& json);

}  // namespace clogs::ingest
