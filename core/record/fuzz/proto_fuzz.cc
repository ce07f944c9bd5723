// Any bytes as a clogs.v1.Record: what decodes prints, reads and encodes back to the same record.
#include <cstdint>
#include <cstdlib>
#include <string>

#include "core/edn/printer.h"
#include "core/edn/reader.h"
#include "core/record/proto_codec.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace clogs;
  const std::string_view wire(reinterpret_cast<const char*>(data), size);
  edn::Tape tape;
  if (!record::decode_record(wire, tape).ok()) return 0;
  const std::string text = edn::print(tape.root());
  edn::Tape read;
  if (!edn::read_one(text, read).ok()) std::abort();
  if (edn::print(read.root()) != text) std::abort();
  std::string again;
  if (!record::encode_record(tape.root(), again).ok()) std::abort();
  edn::Tape decoded;
  if (!record::decode_record(again, decoded).ok()) std::abort();
  if (edn::print(decoded.root()) != text) std::abort();
  return 0;
}
