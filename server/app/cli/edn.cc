// `clogs edn`: reads EDN forms and prints each on a line.
#include <cstdio>
#include <string>

#include "core/edn/json_writer.h"
#include "core/edn/printer.h"
#include "core/edn/reader.h"
#include "core/edn/typed_json.h"
#include "server/app/cli/input.h"
#include "server/app/cli/verbs.h"

namespace clogs::app {

namespace {

constexpr size_t write_at_bytes = size_t{64} << 10;

void append(edn::View form, const EdnOptions& options, std::string& out) {
  if (options.typed) {
    edn::write_typed_json(form, out);
  } else if (options.json) {
    edn::write_json(form, out);
  } else {
    edn::print(form, out);
  }
  out += '\n';
}

bool flush(std::string& out) {
  bool written = std::fwrite(out.data(), 1, out.size(), stdout) == out.size();
  out.clear();
  return written;
}

}  // namespace

int run_edn(const EdnOptions& options) {
  Result<std::string> text = read_all(options.file);
  if (!text.ok()) return fail(text.status());
  edn::Reader reader(*text);
  edn::Tape tape;
  std::string out;
  for (;;) {
    tape.clear();
    edn::Reader::Outcome outcome = reader.next(tape);
    if (outcome == edn::Reader::Outcome::form) {
      append(tape.root(), options, out);
      if (out.size() < write_at_bytes) continue;
    }
    if (!flush(out)) return fail("cannot write to standard output");
    if (outcome == edn::Reader::Outcome::end) return exit_done;
    if (outcome == edn::Reader::Outcome::error) return fail(reader.error().status());
  }
}

}  // namespace clogs::app
