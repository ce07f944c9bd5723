#include "server/ingest/service.h"

#include <mutex>
#include <utility>

#include "core/edn/json_reader.h"
#include "core/edn/printer.h"
#include "core/edn/reader.h"
#include "core/edn/value.h"
#include "server/ingest/collector.h"
#include "server/ingest/formats.h"
#include "server/ingest/rejections.h"

namespace clogs::ingest {
namespace {

// A stream's name is a keyword's in queries (`:from :logs`) and may be a part of file names.
constexpr size_t max_stream_bytes = 128;

// Scratch memory that is larger is given back after the body that needed it.
constexpr size_t max_kept_tape_bytes = size_t{4} << 20;
// As many bodies are read at once without new memory.
constexpr size_t max_kept_scratch = 64;

// The failure of a whole body, as its sender sees it.
Status bad_body(const Status& problem) {
  Result<edn::Value> read = edn::read_value(problem.details());
  edn::Value details = edn::Value::map_of({{"code", edn::Value::keyword("clogs/unreadable-body")}});
  if (read.ok() && read->is(edn::Kind::map)) {
    if (read->find("code") != nullptr) {
      details = std::move(*read);
    } else {
      for (edn::Value& item : read->items()) details.push_back(std::move(item));
    }
  }
  return invalid_argument(std::string(bad_body_prefix) + problem.message(), edn::print(details));
}

Status no_records() {
  return invalid_argument("the body holds no record", "{:code :clogs/no-records}");
}

Status check_stream(std::string_view stream) {
  const bool hidden = stream.starts_with('.') || stream.find("/.") != std::string_view::npos;
  if (stream.size() <= max_stream_bytes && !hidden && edn::is_keyword_name(stream)) {
    return ok_status();
  }
  return invalid_argument("the stream \"" + std::string(stream.substr(0, max_stream_bytes)) +
                              "\" is not a keyword's name of at most " +
                              std::to_string(max_stream_bytes) + " bytes without a leading dot",
                          "{:code :clogs/bad-stream}");
}

}  // namespace

struct Service::Impl {
  Sink& sink;
  record::Limits limits;
  std::mutex mutex;
  std::vector<std::unique_ptr<Scratch>> idle;  // guarded by mutex

  Impl(Sink& target, record::Limits record_limits) : sink(target), limits(record_limits) {}

  std::unique_ptr<Scratch> take_scratch() {
    {
      const std::lock_guard lock(mutex);
      if (!idle.empty()) {
        std::unique_ptr<Scratch> scratch = std::move(idle.back());
        idle.pop_back();
        return scratch;
      }
    }
    return std::make_unique<Scratch>();
  }

  void give_back(std::unique_ptr<Scratch> scratch) {
    scratch->tape.clear();
    scratch->common.clear();
    if (scratch->tape.memory_bytes() + scratch->common.memory_bytes() > max_kept_tape_bytes) return;
    const std::lock_guard lock(mutex);
    if (idle.size() < max_kept_scratch) idle.push_back(std::move(scratch));
  }

  Status read_body(const Request& request, Scratch& scratch, Collector& collector, Batch& batch,
                   Outcome& outcome) const;
  Status read(const Request& request, Batch& batch, Outcome& outcome);
};

Status Service::Impl::read_body(const Request& request, Scratch& scratch, Collector& collector,
                                Batch& batch, Outcome& outcome) const {
  Shape shape;
  switch (request.format) {
    case Format::json:
      CLOGS_RETURN_IF_ERROR(read_json(request.body, scratch, collector, shape));
      break;
    case Format::ndjson:
      CLOGS_RETURN_IF_ERROR(read_ndjson(request.body, scratch, collector, shape));
      break;
    case Format::edn:
      CLOGS_RETURN_IF_ERROR(read_edn(request.body, scratch, collector, shape));
      break;
    case Format::protobuf: {
      Envelope envelope;
      CLOGS_RETURN_IF_ERROR(read_protobuf(request.body, scratch, collector, envelope));
      batch.id = std::move(envelope.id);
      if (!envelope.stream.empty()) batch.stream = std::move(envelope.stream);
      break;
    }
  }
  outcome.single = shape.single;
  return collector.seen() == 0 ? no_records() : check_stream(batch.stream);
}

Status Service::Impl::read(const Request& request, Batch& batch, Outcome& outcome) {
  batch.tenant = request.tenant;
  batch.stream = request.stream;
  batch.id = request.id;
  batch.has_meta = request.accept_meta;
  Collector collector(limits,
                      request.accept_meta ? record::MetaKeys::accept : record::MetaKeys::refuse);
  // Protobuf grows as text; room for it now is cheaper than moving lines later.
  collector.reserve(request.body.size() * (request.format == Format::protobuf ? 2 : 1));
  std::unique_ptr<Scratch> scratch = take_scratch();
  const Status read = read_body(request, *scratch, collector, batch, outcome);
  give_back(std::move(scratch));
  if (!read.ok()) return bad_body(read);
  outcome.id = batch.id;
  collector.report(outcome);
  batch.count = collector.count();
  batch.lines = collector.take_lines();
  batch.rejected_edn = print_rejections(outcome);
  return ok_status();
}

Service::Service(Sink& sink, record::Limits limits) : impl_(std::make_unique<Impl>(sink, limits)) {}

Service::~Service() = default;

void Service::ingest(Request request, Done done) {
  Batch batch;
  auto outcome = std::make_shared<Outcome>();
  const Status read = impl_->read(request, batch, *outcome);
  if (!read.ok()) return done(read);
  if (batch.count == 0) return done(std::move(*outcome));
  request = {};  // the body's memory is not needed while the batch waits for the disk
  impl_->sink.append(std::move(batch), [outcome, done = std::move(done)](const Result<Ack>& ack) {
    if (!ack.ok()) return done(ack.status());
    outcome->accepted = ack->accepted;
    outcome->duplicate = ack->duplicate;
    if (ack->duplicate) {
      const Status status = read_rejections(ack->rejected_edn, *outcome);
      if (!status.ok()) return done(status);
    }
    done(std::move(*outcome));
  });
}

}  // namespace clogs::ingest
