// Content-Type, Accept and the other header fields with a grammar.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "clogs/result.h"
#include "server/api/decoder.h"
#include "server/ingest/sink.h"

namespace clogs::api {

// The type of "Application/JSON; charset=utf-8" as "application/json"; parameters are dropped, but
// a charset other than UTF-8 or US-ASCII gives invalid_argument. Empty for an empty field.
Result<std::string> media_type(std::string_view content_type);

// Which of `offers` (lower case) an Accept field asks for: the one with the highest quality, the
// first named among equals, `fallback` (an index) if the field is empty, names none of them or
// accepts everything.
size_t choose_media(std::string_view accept, std::span<const std::string_view> offers,
                    size_t fallback);

// What an Accept-Encoding field likes best: of gzip and zstd the one with the higher quality, zstd
// among equals; identity if it takes neither, names identity with a higher one, or is empty.
Coding choose_coding(std::string_view accept_encoding);

// "<producer>/<sequence>": what is before the last slash and a decimal number. Producers are 1 to
// 256 visible ASCII characters.
Result<ingest::BatchId> parse_batch_id(std::string_view field);

}  // namespace clogs::api
