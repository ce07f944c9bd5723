// What a record costs on the thread that logs: writing it, the check at the door, redaction; with a
// memcpy of the same bytes for comparison. Nanoseconds of one record each.
//
//   cmake --preset release && ninja -C build encode_bench && build/bin/encode_bench
#include <cstring>
#include <string>

#include <benchmark/benchmark.h>

#include "clogs/record_writer.h"
#include "core/encode/admission.h"

namespace clogs::bench {
namespace {

constexpr int64_t now = 1'764'000'000'000'000'000;

void write_four(RecordWriter& writer) {
  writer.clear();
  writer.timestamp(now);
  writer.level(Level::info);
  writer.message("payment of order 17 done");
  writer.field("order_id", 17);
  writer.field("customer", "acme");
  writer.field("price", 9.5);
  writer.field("retry", false);
}

void write_six(RecordWriter& writer) {
  write_four(writer);
  writer.field("http.route", "/cart/:id");
  writer.field("took_ms", 12.25);
}

void write_secret(RecordWriter& writer) {
  write_six(writer);
  writer.field("password", "hunter2");
}

void write_nested(RecordWriter& writer) {
  write_six(writer);
  writer.begin_map("request");
  writer.field("path", "/");
  writer.begin_vector("ids");
  for (int i = 0; i < 4; ++i) writer.item(i);
  writer.end();
  writer.end();
}

void BM_WriteFourFields(benchmark::State& state) {
  RecordWriter writer;
  for (auto _ : state) {
    write_four(writer);
    benchmark::DoNotOptimize(writer.bytes().data());
    benchmark::ClobberMemory();
  }
}
BENCHMARK(BM_WriteFourFields);

void BM_CopySixFields(benchmark::State& state) {
  RecordWriter writer;
  write_six(writer);
  std::string copy(writer.bytes().size(), '\0');
  for (auto _ : state) {
    std::memcpy(copy.data(), writer.bytes().data(), writer.bytes().size());
    benchmark::DoNotOptimize(copy.data());
    benchmark::ClobberMemory();
  }
}
BENCHMARK(BM_CopySixFields);

void admit(benchmark::State& state, void (*write)(RecordWriter&), const Options& options,
           encode::Verdict expected) {
  const encode::Admission admission(options);
  RecordWriter writer;
  write(writer);
  std::string mended;
  encode::Mended counts;
  for (auto _ : state) {
    const encode::Verdict verdict = admission.admit(writer.bytes(), mended, counts);
    if (verdict != expected) return state.SkipWithError("another verdict than expected");
    benchmark::DoNotOptimize(mended.data());
  }
}

Options detecting() {
  Options options;
  options.redact_values = {"email", "credit_card", "jwt", "bearer"};
  return options;
}

BENCHMARK_CAPTURE(admit, six_fields, write_six, Options(), encode::Verdict::as_is);
BENCHMARK_CAPTURE(admit, six_fields_four_detectors, write_six, detecting(), encode::Verdict::as_is);
BENCHMARK_CAPTURE(admit, nested, write_nested, Options(), encode::Verdict::as_is);
BENCHMARK_CAPTURE(admit, with_a_secret, write_secret, Options(), encode::Verdict::mended);

void BM_WriteAndAdmitSixFields(benchmark::State& state) {
  const encode::Admission admission{Options()};
  RecordWriter writer;
  std::string mended;
  encode::Mended counts;
  for (auto _ : state) {
    write_six(writer);
    benchmark::DoNotOptimize(admission.admit(writer.bytes(), mended, counts));
  }
}
BENCHMARK(BM_WriteAndAdmitSixFields);

}  // namespace
}  // namespace clogs::bench

BENCHMARK_MAIN();
