// Whatever text does: no crash; what is read writes and reads back equal as JSON and as EDN; and
// simdjson agrees on what is JSON.
#include <cstdint>
#include <cstdlib>

#include <simdjson.h>

#include "core/edn/json_reader.h"
#include "core/edn/json_writer.h"
#include "core/edn/printer.h"
#include "core/edn/reader.h"

namespace {

using namespace clogs;

void require(bool holds) {
  if (!holds) std::abort();
}

// Reasons of ours to refuse JSON that others take.
bool is_policy(const Status& status) {
  return status.message().find("duplicate key") != std::string::npos ||
         status.message().find("nested deeper") != std::string::npos ||
         status.message().find("half of a surrogate pair") != std::string::npos;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  std::string_view text(reinterpret_cast<const char*>(data), size);
  edn::JsonReader reader({.max_depth = 40});
  edn::Tape tape;
  Status status = reader.read(text, tape);
  simdjson::dom::parser dom;
  simdjson::error_code other = dom.parse(simdjson::padded_string(text)).error();
  if (!status.ok()) {
    require(tape.empty());
    require(other != simdjson::SUCCESS || is_policy(status));
    edn::Tape details;
    require(edn::read_one(status.details(), details).ok());
    return 0;
  }
  // Ours keeps the digits of numbers too large for it.
  require(other == simdjson::SUCCESS || other == simdjson::NUMBER_ERROR);
  std::string json;
  edn::write_json(tape.root(), json);
  edn::Tape again;
  require(reader.read(json, again).ok());
  require(edn::equal(tape.root(), again.root()));
  std::string printed = edn::print(tape.root());
  edn::Tape as_edn;
  require(edn::read_one(printed, as_edn).ok());
  require(edn::equal(tape.root(), as_edn.root()));
  return 0;
}
