// Reads every record of a source once and gives those that match to consumers, on all threads.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "server/query/eval/entry.h"
#include "server/query/eval/filter.h"
#include "server/query/exec/control.h"
#include "server/query/exec/deletions.h"
#include "server/query/language/time.h"
#include "server/store/source.h"

namespace clogs::query {

class Pool;

// The stream that a query without :from asks.
constexpr std::string_view default_stream = "logs";

// Takes the records that one thread found.
class Consumer {
 public:
  virtual ~Consumer() = default;
  // The entry's views live until the call returns.
  virtual void take(const Entry& entry) = 0;
};

struct ScanSpec {
  const Pred* where = nullptr;
  FilterContext context;
  Window window;
  std::vector<std::string> streams;  // sorted; empty: the default one
  std::string_view tenant;
  const DeletionSet* deletions = nullptr;  // what is left out
};

bool wants_stream(const std::vector<std::string>& streams, std::string_view stream);

// Turns the lines of a block into entries, one after the other.
class BlockReader {
 public:
  explicit BlockReader(std::string_view tenant) { entry_.tenant = tenant; }

  // Calls visit(entry), or visit(entry, position in the block), for each readable record; returns
  // how many records there were. Lines that do not read are counted in unreadable().
  template <typename Visit>
  uint64_t read(const store::Block& block, Visit&& visit);
  uint64_t unreadable() const { return unreadable_; }

 private:
  template <typename Visit>
  uint64_t read_run(const store::Block& block, std::string_view lines, uint32_t position,
                    Visit& visit);
  bool fill(const store::Block& block, uint32_t index, std::string_view line);

  edn::Tape tape_;
  Entry entry_;
  uint64_t unreadable_ = 0;
};

// Calls make() once on each thread that takes part; merging the consumers is the caller's. Uses up
// to `helpers` threads of the pool beside the calling one.
void scan(store::Source& source, const ScanSpec& spec, Control& control, Pool& pool,
          unsigned helpers, const std::function<Consumer*()>& make);

}  // namespace clogs::query

#include "server/query/exec/scan_inl.h"
