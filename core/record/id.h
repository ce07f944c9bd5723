// A record's identity, given by the store: unique, and sorted by arrival.
#pragma once

#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

#include "clogs/result.h"

namespace clogs::record {

// Printed as 28 hex digits: 16 of received_nanos, 4 of the store, 8 of the index.
struct Id {
  // Arrival: Unix nanoseconds of the commit that stored it, strictly increasing over the commits of
  // a store. This is :clogs/received too.
  int64_t received_nanos = 0;
  uint16_t store = 0;  // drawn when the data directory was created
  uint32_t index = 0;  // position within the commit

  friend auto operator<=>(const Id&, const Id&) = default;
  std::string to_string() const;
  static Result<Id> parse(std::string_view text);
};

}  // namespace clogs::record
