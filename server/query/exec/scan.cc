#include "server/query/exec/scan.h"

#include <algorithm>
#include <mutex>

#include "core/record/record.h"
#include "server/query/eval/predicate.h"
#include "server/query/exec/pool.h"

namespace clogs::query {

bool wants_stream(const std::vector<std::string>& streams, std::string_view stream) {
  if (streams.empty()) return stream == default_stream || stream.empty();
  return std::binary_search(streams.begin(), streams.end(), stream);
}

bool BlockReader::fill(const store::Block& block, uint32_t index, std::string_view line) {
  if (!tape_.root().is(edn::Kind::map)) return false;
  entry_.reset();
  entry_.map = tape_.root();
  entry_.id = block.first;
  entry_.id.index += index;
  entry_.stream = block.stream;
  entry_.line = line;
  if (block.has_meta) {
    const edn::View id = entry_.map.find("clogs/id");
    if (id.is(edn::Kind::string)) {
      if (auto parsed = record::Id::parse(id.text()); parsed.ok()) entry_.id = *parsed;
    }
  }
  entry_.timestamp = entry_.id.received_nanos;
  const edn::View timestamp = entry_.map.find("timestamp");
  if (timestamp && !timestamp.is_nil()) {
    if (auto nanos = record::timestamp_nanos(timestamp); nanos.ok()) entry_.timestamp = *nanos;
  }
  return true;
}

namespace {

void scan_blocks(store::Source& source, const ScanSpec& spec, Control& control,
                 const std::function<Consumer*()>& make) {
  Consumer* consumer = nullptr;
  FilterPtr filter;
  DeletionFilter deletions(spec.deletions);
  BlockReader reader(spec.tenant);
  store::BlockBuffer buffer;
  while (!control.should_stop()) {
    store::Block block;
    Result<bool> more = source.next(buffer, block);
    if (!more.ok()) return control.fail(more.status());
    if (!*more) break;
    if (!wants_stream(spec.streams, block.stream)) continue;
    if (consumer == nullptr) {
      consumer = make();
      filter = compile(*spec.where, spec.context);
    }
    deletions.enter(block);
    const uint64_t records = reader.read(block, [&](const Entry& entry) {
      if (entry.timestamp < spec.window.from || entry.timestamp >= spec.window.to) return;
      if (filter->matches(entry) && !deletions.deletes(entry)) consumer->take(entry);
    });
    control.count(records, block.lines.size());
  }
  control.count_unreadable(reader.unreadable());
}

}  // namespace

void scan(store::Source& source, const ScanSpec& spec, Control& control, Pool& pool,
          unsigned helpers, const std::function<Consumer*()>& make) {
  std::mutex making;
  const auto make_locked = [&] {
    std::lock_guard lock(making);
    return make();
  };
  pool.run(helpers, [&](unsigned) { scan_blocks(source, spec, control, make_locked); });
}

}  // namespace clogs::query
