// The part of an answer behind its rows, as data.
#pragma once

#include "core/edn/value.h"
#include "server/query/engine.h"

namespace clogs::query {

// {:count :total-count :next :prev :approx :partial :warnings :query :snapshot :stats}; the
// canonical query is in it as data.
edn::Value trailer_value(const Header& header, const Trailer& trailer);

}  // namespace clogs::query
