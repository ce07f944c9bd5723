// The one printed form of a query, and its hashes. canonical.cc lists the normalisations.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "core/edn/value.h"
#include "server/query/language/ast.h"
#include "server/query/language/time.h"

namespace clogs::query {

// The canonical map: flat keys, no :options :doc :id; relative times kept relative; a :limit equal
// to the default left out. parse() of its print gives the same query.
edn::Value canonical(const Query& query);
// canonical() printed: map keys and set elements sorted by their printed text.
std::string canonical_text(const Query& query);

// "sha256:<64 hex>" of canonical_text(): the hash of the template, the same at any time.
std::string template_hash(const Query& query);
// The same with times made absolute: equal hashes ask for the same records.
std::string execution_hash(const Query& query, const Window& window);
// template_hash() without :after :before :limit :offset: what the pages of one query share, so what
// a cursor is bound to.
std::string page_hash(const Query& query);

// "sha256:<64 hex>" of any bytes.
std::string sha256(std::string_view bytes);

}  // namespace clogs::query
