#include "server/api/http/testing/fake_query.h"

#include <thread>

#include "core/edn/json_writer.h"
#include "core/edn/reader.h"
#include "core/edn/value.h"
#include "server/query/format.h"

namespace clogs::api::testing {

struct Fake {
  static void note_running(QueryScript& script) { script.note(&QueryScript::running_); }
  static void note_cancelled(QueryScript& script) { script.note(&QueryScript::cancelled_); }
  static void note_stopped(QueryScript& script) { script.note(&QueryScript::stopped_by_reader_); }
  static uint64_t add_tail(QueryScript& script, query::Engine::OnTailRow on_row) {
    const std::lock_guard lock(script.mutex_);
    const uint64_t id = script.next_tail_++;
    script.tails_[id].on_row = std::move(on_row);
    script.changed_.notify_all();
    return id;
  }
  static void remove_tail(QueryScript& script, uint64_t id) {
    const std::lock_guard lock(script.mutex_);
    script.tails_.erase(id);
    script.changed_.notify_all();
  }
};

void QueryScript::note(bool QueryScript::* flag) {
  const std::lock_guard lock(mutex_);
  this->*flag = true;
  changed_.notify_all();
}

void QueryScript::wait(bool QueryScript::* flag) {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [this, flag] { return this->*flag; });
}

void QueryScript::wait_running() { wait(&QueryScript::running_); }
void QueryScript::wait_cancelled() { wait(&QueryScript::cancelled_); }
void QueryScript::wait_stopped_by_reader() { wait(&QueryScript::stopped_by_reader_); }

void QueryScript::wait_tails(size_t count) {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [this, count] { return tails_.size() == count; });
}

size_t QueryScript::push(std::string_view row_edn) {
  edn::Tape tape;
  if (!edn::read_one(row_edn, tape).ok()) return 0;
  const std::lock_guard lock(mutex_);
  size_t taken = 0;
  for (auto& [id, tail] : tails_) {
    query::TailRow row;
    row.sequence = ++tail.sequence;
    row.dropped = tail.dropped;
    row.row = tape.root();
    if (tail.on_row(row)) {
      tail.dropped = 0;
      ++taken;
    } else {
      ++tail.dropped;
    }
  }
  return taken;
}

}  // namespace clogs::api::testing

namespace clogs::query {

using api::testing::Fake;
using api::testing::QueryScript;

class Prepared {
 public:
  edn::Value text;
};

struct Engine::Impl {
  QueryScript& script;
};

Engine::Engine(store::SourceProvider& provider, store::Feed*, const Clock&, const Options&)
    : impl_(std::make_unique<Impl>(Impl{static_cast<QueryScript&>(provider)})) {}
Engine::~Engine() = default;

Result<PreparedPtr> Engine::prepare(std::string_view text, Syntax, const Params&) {
  Result<edn::Value> read = edn::read_value(text);
  if (!read.ok()) {
    return invalid_argument("Invalid query: " + read.status().message(), read.status().details());
  }
  if (read->find("bad") != nullptr) {
    return invalid_argument("Invalid query: unknown key :bad", "{:code :clogs/unknown-key}");
  }
  if (read->find("later") != nullptr) {
    return unimplemented("Invalid query: :later is not implemented",
                         "{:code :clogs/not-implemented}");
  }
  auto prepared = std::make_shared<Prepared>();
  prepared->text = std::move(read).value();
  return PreparedPtr(std::move(prepared));
}

// The fake reads no options.
std::string_view Engine::tenant_of(const Prepared&) { return {}; }

Explanation Engine::explain(std::string_view, Syntax, const Params&) { return {}; }

namespace {

Status wait_for_cancel(QueryScript& script, const CancelToken& cancel) {
  while (!cancel->load()) std::this_thread::yield();
  Fake::note_cancelled(script);
  return Status(Code::cancelled, "cancelled");
}

Status run_rows(int64_t rows, RowSink& sink) {
  edn::Tape tape;
  for (int64_t i = 0; i < rows; ++i) {
    tape.clear();
    const size_t map = tape.open(edn::Kind::map);
    tape.atom(edn::Kind::keyword, "n");
    tape.integer(i);
    tape.atom(edn::Kind::keyword, "text");
    tape.atom(edn::Kind::string, "row");
    tape.close(map, 2);
    CLOGS_RETURN_IF_ERROR(sink.row(tape.root()));
  }
  return ok_status();
}

}  // namespace

Status Engine::run(const Prepared& query, std::string_view, RowSink& sink,
                   const CancelToken& cancel) {
  Fake::note_running(impl_->script);
  if (query.text.find("busy") != nullptr) return resource_exhausted("Too many queries");
  const bool blocks = query.text.find("block") != nullptr;
  if (blocks && query.text.find("rows") == nullptr) return wait_for_cancel(impl_->script, cancel);
  CLOGS_RETURN_IF_ERROR(sink.begin(Header{}));
  const edn::Value* rows = query.text.find("rows");
  const int64_t count = rows == nullptr ? 0 : rows->as_int64().value_or(0);
  if (const Status status = run_rows(count, sink); !status.ok()) {
    Fake::note_stopped(impl_->script);
    return status;
  }
  if (query.text.find("fail") != nullptr) return internal_error("the fake broke");
  if (blocks) return wait_for_cancel(impl_->script, cancel);
  Trailer trailer;
  trailer.count = static_cast<uint64_t>(count);
  trailer.total = trailer.count;
  trailer.total_exact = true;
  trailer.warnings = {"a \"warning\"\r\nof two lines"};
  trailer.partial = query.text.find("partial") != nullptr;
  return sink.end(trailer);
}

namespace {

void cut(size_t limit, size_t found, Completeness& out) {
  if (found > limit) out.warnings.push_back("there are more than " + std::to_string(limit));
  out.partial = !out.warnings.empty();
}

}  // namespace

Result<FoundFields> Engine::fields(const Prepared& query, std::string_view, size_t limit,
                                   const CancelToken& cancel) {
  Fake::note_running(impl_->script);
  if (query.text.find("busy") != nullptr) return resource_exhausted("Too many queries");
  if (query.text.find("block") != nullptr) return wait_for_cancel(impl_->script, cancel);
  FoundFields found;
  if (query.text.find("partial") != nullptr) found.warnings = {"the query hit its :timeout"};
  found.fields = {{"level", 3, {{"string", 2}, {"keyword", 1}}}, {"user_id", 2, {{"integer", 2}}}};
  cut(limit, found.fields.size(), found);
  if (found.fields.size() > limit) found.fields.resize(limit);
  return found;
}

Result<FoundValues> Engine::field_values(const Prepared&, std::string_view, std::string_view field,
                                         size_t limit, const CancelToken&) {
  FoundValues found;
  found.values = {{edn::Value::string(field), 2}, {edn::Value::keyword("x"), 1}};
  cut(limit, found.values.size(), found);
  if (found.values.size() > limit) found.values.resize(limit);
  return found;
}

namespace {

class FakeTail final : public TailSubscription {
 public:
  FakeTail(QueryScript& script, uint64_t id) : script_(script), id_(id) {}
  ~FakeTail() override { Fake::remove_tail(script_, id_); }

 private:
  QueryScript& script_;
  const uint64_t id_;
};

class FakeFormatter final : public Formatter {
 public:
  FakeFormatter(Format format, Write write) : format_(format), write_(std::move(write)) {}
  Status begin(const Header&) override { return ok_status(); }
  Status row(edn::View row) override {
    edn::write_json(row, text_);
    text_.push_back('\n');
    return text_.size() > 65536 ? flush() : ok_status();
  }
  Status end(const Trailer& trailer) override {
    trailer_ = trailer;
    if (format_ == Format::edn) text_ += ":edn";
    return flush();
  }
  const Trailer& trailer() const override { return trailer_; }

 private:
  Status flush() {
    const std::string text = std::move(text_);
    text_.clear();
    return write_(text);
  }
  const Format format_;
  const Write write_;
  std::string text_;
  Trailer trailer_;
};

}  // namespace

Result<Removal> Engine::remove(const RemovalRequest& request, const CancelToken&) {
  if (request.text.find("bad") != std::string_view::npos) {
    return invalid_argument("Invalid query: unknown key :bad", "{:code :clogs/unknown-key}");
  }
  Removal removal;
  removal.canonical = request.text;
  removal.matched = 2;
  removal.moment_nanos = 1'795'435'200'000'000'000;
  removal.examples = {"{:n 1}"};
  if (request.recorder == nullptr) return removal;
  store::Deletion deletion;
  deletion.tenant = request.tenant;
  deletion.by = request.by;
  deletion.query_edn = request.text;
  CLOGS_ASSIGN_OR_RETURN(deletion, request.recorder->record_deletion(std::move(deletion)));
  removal.number = deletion.number;
  return removal;
}

Result<std::unique_ptr<TailSubscription>> Engine::tail(PreparedPtr, std::string_view,
                                                       OnTailRow on_row) {
  const uint64_t id = Fake::add_tail(impl_->script, std::move(on_row));
  return std::unique_ptr<TailSubscription>(std::make_unique<FakeTail>(impl_->script, id));
}

std::unique_ptr<Formatter> make_formatter(Format format, Write write) {
  return std::make_unique<FakeFormatter>(format, std::move(write));
}

}  // namespace clogs::query
