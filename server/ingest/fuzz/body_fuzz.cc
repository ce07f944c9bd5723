// Any bytes as a body of each format: the first byte chooses the format. What the service hands on
// must be as many lines as it says, each an EDN map that validates.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "core/edn/reader.h"
#include "core/record/record.h"
#include "server/ingest/service.h"

namespace {

using clogs::Result;
namespace ingest = clogs::ingest;

class CheckingSink final : public ingest::Sink {
 public:
  void append(ingest::Batch batch, ingest::Acknowledge done) override {
    std::string_view rest = batch.lines;
    uint32_t count = 0;
    for (; !rest.empty(); ++count) {
      const size_t end = rest.find('\n');
      clogs::edn::Tape tape;
      if (end == std::string_view::npos || !clogs::edn::read_one(rest.substr(0, end), tape).ok() ||
          !clogs::record::validate(tape.root()).ok()) {
        std::abort();
      }
      rest.remove_prefix(end + 1);
    }
    if (count != batch.count) std::abort();
    done(ingest::Ack{.accepted = count, .duplicate = true, .rejected_edn = batch.rejected_edn});
  }
  bool try_reserve(size_t) override { return true; }
  void release(size_t) override {}
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0) return 0;
  static CheckingSink sink;
  static ingest::Service service(sink, {});
  ingest::Request request;
  request.format = static_cast<ingest::Format>(data[0] % 4);
  request.body.assign(reinterpret_cast<const char*>(data + 1), size - 1);
  bool answered = false;
  service.ingest(std::move(request), [&](const Result<ingest::Outcome>& outcome) {
    // A sink that calls every batch a duplicate has the rejections read back from their text.
    if (!outcome.ok() && outcome.status().code() != clogs::Code::invalid_argument) std::abort();
    answered = true;
  });
  if (!answered) std::abort();
  return 0;
}
