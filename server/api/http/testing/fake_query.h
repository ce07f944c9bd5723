// A query engine that does what the text of the query says, for tests of the transport. Linked in
// place of the real one:
//   {:rows n}          n rows {:n i :text "row"}
//   {:rows n :fail true}   the same, then an internal failure
//   {:block true}      runs until it is cancelled; with :rows after these
//   {:bad true}        is refused by prepare(); {:later true} is not implemented
//   {:busy true}       is refused by run() with resource_exhausted
#pragma once

#include <condition_variable>
#include <map>
#include <mutex>
#include <string>

#include "server/query/engine.h"
#include "server/store/source.h"

namespace clogs::api::testing {

// The script and the notes of a fake engine, which is given it as its provider.
class QueryScript final : public store::SourceProvider {
 public:
  Result<std::unique_ptr<store::Source>> open(std::string_view, int64_t) override {
    return unimplemented("the fake engine reads nothing");
  }

  // Each waits until it has happened.
  void wait_running();
  void wait_cancelled();
  void wait_stopped_by_reader();
  void wait_tails(size_t count);
  // Gives a row, an EDN map, to every tail; returns how many took it.
  size_t push(std::string_view row_edn);

 private:
  friend struct Fake;
  void note(bool QueryScript::* flag);
  void wait(bool QueryScript::* flag);

  std::mutex mutex_;
  std::condition_variable changed_;
  // Guarded by mutex_:
  bool running_ = false;
  bool cancelled_ = false;
  bool stopped_by_reader_ = false;
  struct Tail {
    query::Engine::OnTailRow on_row;
    uint64_t sequence = 0;
    uint64_t dropped = 0;
  };
  std::map<uint64_t, Tail> tails_;
  uint64_t next_tail_ = 0;
};

}  // namespace clogs::api::testing
