// Records in the protobuf encoding of proto/clogs/v1/record.proto, straight between wire bytes and
// a tape, without generated message objects on the way.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

#include "clogs/result.h"
#include "core/edn/tape.h"

namespace clogs::record {

// Appends the record map that the wire bytes of a `clogs.v1.Record` hold. Text points into `wire`.
// UTF-8, types, keys and depth are checked; duplicate keys refuse the record, and so do a field
// that may occur once and occurs twice, and a Value of two kinds. Unknown fields are skipped.
// `common`, a map, gives the entries that are put at the end where the record lacks their keys; its
// text is shared. A failure leaves the tape as it was. Codes: :clogs/bad-protobuf :clogs/bad-utf8
// :clogs/bad-value :clogs/duplicate-key :clogs/duplicate-element :clogs/too-deep.
Status decode_record(std::string_view wire, edn::Tape& tape, edn::View common = {});
// Appends the map whose entries are these `clogs.v1.Field`s, as Batch.common has them.
Status decode_fields(std::span<const std::string_view> fields, edn::Tape& tape);
// The same for a `clogs.v1.Value`.
Status decode_value(std::string_view wire, edn::Tape& tape, size_t max_depth = 64);
// Appends the wire bytes of a `clogs.v1.Record` that holds this map; decoding them gives an equal
// map with the same digits and key order. Known keys use their own fields as far as the order of
// the map allows. Fails if `record` is not a map.
Status encode_record(edn::View record, std::string& wire);
void encode_value(edn::View value, std::string& wire);

}  // namespace clogs::record
