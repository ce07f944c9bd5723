// How a record's refusal is worded, as a sentence and as data.
#pragma once

#include <string>
#include <string_view>

#include "clogs/status.h"
#include "core/edn/tape.h"

namespace clogs::record {

// ":level is the vector [1 2], expected text" with {:code :clogs/CODE :key :level :got "[1 2]"
// :got-type :vector :expected "text"}. `problem` replaces the words between the value and
// "expected" where it says more than the type does: ":timestamp \"x\" is not a date and time".
Status refusal(std::string_view code, std::string_view key, edn::View got, std::string_view problem,
               std::string_view expected);

// "the record has 5000 keys, the limit is 4096" with {:code :clogs/CODE :got 5000 :limit 4096}.
Status over_limit(std::string_view code, std::string_view sentence, size_t got, size_t limit);

// "a record is a map, not the vector [1]" with :clogs/not-a-map.
Status not_a_map(edn::View got);

// Any other sentence with {:code :clogs/CODE}, and with :key where there is one.
Status plain_refusal(std::string_view code, std::string_view sentence, std::string_view key = {});

// The printed value, cut to what fits into a sentence.
std::string shown(edn::View value);

}  // namespace clogs::record
