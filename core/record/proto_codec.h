// Records in the protobuf encoding of proto/clogs/v1/record.proto, straight between wire bytes and a
// tape, without generated message objects on the way.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "core/base/result.h"
#include "core/edn/tape.h"

namespace clogs::record {

// Appends the record map that the wire bytes of a `clogs.v1.Record` hold. Text points into `wire`.
// UTF-8, types, keys and depth are checked; duplicate keys refuse the record.
Status decode_record(std::string_view wire, edn::Tape& tape);
// The same for a `clogs.v1.Value`.
Status decode_value(std::string_view wire, edn::Tape& tape, size_t max_depth = 64);
// Appends the wire bytes of a `clogs.v1.Record` that holds this map.
Status encode_record(edn::View record, std::string& wire);
void encode_value(edn::View value, std::string& wire);

}  // namespace clogs::record
