// Records a second and core through ingest::Service, by format: read, checked and printed as EDN
// lines, handed to a sink that throws them away. Batches of 1,000 records of about 380 bytes JSON.
#include <cstdlib>
#include <string>
#include <utility>

#include <benchmark/benchmark.h>

#include "bench/micro/log_records.h"
#include "core/edn/json_reader.h"
#include "core/edn/printer.h"
#include "core/edn/reader.h"
#include "core/record/proto_codec.h"
#include "core/record/record.h"
#include "core/record/wire.h"
#include "server/ingest/service.h"

namespace clogs::bench {
namespace {

constexpr size_t records_a_batch = 1000;

class NullSink final : public ingest::Sink {
 public:
  void append(ingest::Batch batch, ingest::Acknowledge done) override {
    done(ingest::Ack{.accepted = batch.count, .duplicate = false, .rejected_edn = {}});
  }
  bool try_reserve(size_t) override { return true; }
  void release(size_t) override {}
};

std::string json_array(const LogTexts& texts) {
  std::string out = "[";
  for (const std::string& record : texts.json_records) {
    if (out.size() > 1) out += ',';
    out += record;
  }
  return out + "]";
}

// The same records with the timestamp as #inst, as an SDK sends them.
std::string protobuf(const LogTexts& texts) {
  std::string batch;
  edn::Reader reader(texts.edn);
  edn::Tape tape;
  while (reader.next(tape) == edn::Reader::Outcome::form) {
    edn::Value record = edn::Value::from(tape.root());
    const Result<int64_t> nanos = record::timestamp_nanos(tape.root().find("timestamp"));
    if (nanos.ok()) record.set_key("timestamp", edn::Value::inst_nanos(*nanos));
    edn::Tape copy;
    copy.copy(record);
    std::string wire;
    if (!record::encode_record(copy.root(), wire).ok()) std::abort();
    record::wire::put_bytes(5, wire, batch);
    tape.clear();
  }
  std::string request;
  record::wire::put_bytes(1, batch, request);
  return request;
}

void run(benchmark::State& state, ingest::Format format, const std::string& body) {
  NullSink sink;
  ingest::Service service(sink, {});
  for (auto _ : state) {
    ingest::Request request;
    request.format = format;
    request.body = body;
    service.ingest(std::move(request), [](const Result<ingest::Outcome>& outcome) {
      if (!outcome.ok() || outcome->accepted != records_a_batch) std::abort();
    });
  }
  const auto rounds = static_cast<int64_t>(state.iterations());
  state.SetItemsProcessed(rounds * static_cast<int64_t>(records_a_batch));
  state.SetBytesProcessed(rounds * static_cast<int64_t>(body.size()));
}

void ndjson(benchmark::State& state) {
  run(state, ingest::Format::ndjson, make_log_texts(records_a_batch).json);
}
void json(benchmark::State& state) {
  run(state, ingest::Format::json, json_array(make_log_texts(records_a_batch)));
}
void edn(benchmark::State& state) {
  run(state, ingest::Format::edn, make_log_texts(records_a_batch).edn);
}
void proto(benchmark::State& state) {
  run(state, ingest::Format::protobuf, protobuf(make_log_texts(records_a_batch)));
}
BENCHMARK(ndjson);
BENCHMARK(json);
BENCHMARK(edn);
BENCHMARK(proto);

// The parts of the NDJSON way.
void part_validate_print(benchmark::State& state, bool print) {
  const LogTexts texts = make_log_texts(1);
  edn::JsonReader reader;
  edn::Tape tape;
  if (!reader.read(texts.json_records[0], tape).ok()) std::abort();
  std::string out;
  for (auto _ : state) {
    out.clear();
    if (print) {
      record::print_line(tape.root(), out);
    } else {
      benchmark::DoNotOptimize(record::validate(tape.root()));
    }
    benchmark::DoNotOptimize(out.data());
  }
  state.SetItemsProcessed(static_cast<int64_t>(state.iterations()));
}
void part_validate(benchmark::State& state) { part_validate_print(state, false); }
void part_print(benchmark::State& state) { part_validate_print(state, true); }
void part_read_json(benchmark::State& state) {
  const LogTexts texts = make_log_texts(1);
  edn::JsonReader reader;
  edn::Tape tape;
  for (auto _ : state) {
    tape.clear();
    benchmark::DoNotOptimize(reader.read(texts.json_records[0], tape).ok());
  }
  state.SetItemsProcessed(static_cast<int64_t>(state.iterations()));
}
BENCHMARK(part_read_json);
BENCHMARK(part_validate);
BENCHMARK(part_print);

}  // namespace
}  // namespace clogs::bench

BENCHMARK_MAIN();
