// Whatever text does: no crash; what is read prints on one line, and reads back equal.
#include <cstdint>
#include <cstdlib>

#include "core/edn/json_writer.h"
#include "core/edn/printer.h"
#include "core/edn/reader.h"
#include "core/edn/typed_json.h"

namespace {

using namespace clogs;

void require(bool holds) {
  if (!holds) std::abort();
}

void check_form(edn::View form) {
  std::string printed = edn::print(form);
  require(printed.find_first_of("\n\r") == std::string::npos);
  edn::Tape again;
  require(edn::read_one(printed, again).ok());
  require(edn::equal(form, again.root()));
  require(edn::hash(form) == edn::hash(again.root()));
  require(edn::print(again.root()) == printed);
  std::string sorted = edn::print_canonical(form);
  edn::Tape canonical;
  require(edn::read_one(sorted, canonical).ok());
  require(edn::equal(form, canonical.root()));
  edn::Value value = edn::Value::from(form);
  require(edn::print(value) == printed);
  std::string lines = edn::print_pretty(value, 20);
  edn::Tape pretty;
  require(edn::read_one(lines, pretty).ok());
  require(edn::equal(form, pretty.root()));
  std::string json;
  edn::write_json(form, json);
  edn::write_typed_json(form, json);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  std::string_view text(reinterpret_cast<const char*>(data), size);
  edn::Reader reader(text, {.max_depth = 40});
  for (;;) {
    edn::Tape tape;
    edn::Reader::Outcome outcome = reader.next(tape);
    if (outcome == edn::Reader::Outcome::end) return 0;
    if (outcome == edn::Reader::Outcome::form) {
      check_form(tape.root());
      continue;
    }
    require(tape.empty());
    edn::Tape details;
    require(edn::read_one(reader.error().status().details(), details).ok());
    reader.skip_line();
  }
}
