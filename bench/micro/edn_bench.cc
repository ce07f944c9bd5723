// How fast one core reads and prints log records: EDN and JSON into tapes, tapes into text, and
// simdjson on the same records as JSON for comparison. Prints bytes a second of the text.
//
//   cmake --preset release && ninja -C build edn_bench && build/bin/edn_bench
#include <cstdio>
#include <string>

#include <benchmark/benchmark.h>
#include <simdjson.h>

#include "bench/micro/log_records.h"
#include "core/edn/equal.h"
#include "core/edn/json_reader.h"
#include "core/edn/json_writer.h"
#include "core/edn/printer.h"
#include "core/edn/reader.h"

namespace clogs::bench {
namespace {

constexpr size_t record_count = 20'000;

const LogTexts& texts() {
  static const LogTexts made = make_log_texts(record_count);
  return made;
}

void report(benchmark::State& state, size_t bytes) {
  auto rounds = static_cast<int64_t>(state.iterations());
  state.SetBytesProcessed(rounds * static_cast<int64_t>(bytes));
  state.SetItemsProcessed(rounds * static_cast<int64_t>(record_count));
}

size_t read_all_edn(std::string_view text, edn::Tape& tape, bool keep) {
  edn::Reader reader(text);
  size_t forms = 0;
  if (keep) tape.clear();
  for (;; ++forms) {
    if (!keep) tape.clear();
    if (reader.next(tape) != edn::Reader::Outcome::form) return forms;
  }
}

template <typename Use>
void for_each_form(const edn::Tape& tape, Use use) {
  const edn::Node* end = tape.at(tape.size()).node();
  for (edn::View view = tape.root(); view.node() != end; view = edn::View(view.next())) use(view);
}

void edn_read(benchmark::State& state) {
  edn::Tape tape;
  for ([[maybe_unused]] auto round : state) {
    if (read_all_edn(texts().edn, tape, false) != record_count) state.SkipWithError("unreadable");
  }
  report(state, texts().edn.size());
}
BENCHMARK(edn_read)->Unit(benchmark::kMillisecond);

void edn_print(benchmark::State& state) {
  edn::Tape tape;
  read_all_edn(texts().edn, tape, true);
  std::string out;
  for ([[maybe_unused]] auto round : state) {
    out.clear();
    for_each_form(tape, [&](edn::View view) {
      edn::print(view, out);
      out += '\n';
    });
    benchmark::DoNotOptimize(out.data());
  }
  report(state, texts().edn.size());
}
BENCHMARK(edn_print)->Unit(benchmark::kMillisecond);

void edn_find_duplicate(benchmark::State& state) {
  edn::Tape tape;
  read_all_edn(texts().edn, tape, true);
  for ([[maybe_unused]] auto round : state) {
    for_each_form(tape, [&](edn::View view) {
      if (edn::find_duplicate(view)) state.SkipWithError("duplicate");
    });
  }
  report(state, texts().edn.size());
}
BENCHMARK(edn_find_duplicate)->Unit(benchmark::kMillisecond);

void edn_hash(benchmark::State& state) {
  edn::Tape tape;
  read_all_edn(texts().edn, tape, true);
  for ([[maybe_unused]] auto round : state) {
    uint64_t sum = 0;
    for_each_form(tape, [&](edn::View view) { sum += edn::hash(view); });
    benchmark::DoNotOptimize(sum);
  }
  report(state, texts().edn.size());
}
BENCHMARK(edn_hash)->Unit(benchmark::kMillisecond);

void json_read(benchmark::State& state) {
  edn::Tape tape;
  edn::JsonReader reader;
  for ([[maybe_unused]] auto round : state) {
    for (const std::string& record : texts().json_records) {
      tape.clear();
      if (!reader.read(record, tape).ok()) state.SkipWithError("unreadable");
    }
  }
  report(state, texts().json.size());
}
BENCHMARK(json_read)->Unit(benchmark::kMillisecond);

void json_write(benchmark::State& state) {
  edn::Tape tape;
  read_all_edn(texts().edn, tape, true);
  std::string out;
  for ([[maybe_unused]] auto round : state) {
    out.clear();
    for_each_form(tape, [&](edn::View view) {
      edn::write_json(view, out);
      out += '\n';
    });
    benchmark::DoNotOptimize(out.data());
  }
  report(state, texts().json.size());
}
BENCHMARK(json_write)->Unit(benchmark::kMillisecond);

// Reads every field of an object by its type; false if the text is not as expected.
bool touch_object(simdjson::ondemand::object object, uint64_t& sum) {
  for (auto field : object) {
    std::string_view key;
    if (field.unescaped_key().get(key)) return false;
    sum += key.size();
    simdjson::ondemand::value value = field.value();
    switch (value.type()) {
      case simdjson::ondemand::json_type::string: {
        std::string_view text;
        if (value.get_string().get(text)) return false;
        sum += text.size();
        break;
      }
      case simdjson::ondemand::json_type::number: {
        simdjson::ondemand::number number;
        if (value.get_number().get(number)) return false;
        sum += static_cast<uint64_t>(number.as_double());
        break;
      }
      case simdjson::ondemand::json_type::object: {
        simdjson::ondemand::object nested;
        if (value.get_object().get(nested) || !touch_object(nested, sum)) return false;
        break;
      }
      default:
        return false;
    }
  }
  return true;
}

void simdjson_on_demand(benchmark::State& state) {
  simdjson::padded_string padded(texts().json);
  simdjson::ondemand::parser parser;
  for ([[maybe_unused]] auto round : state) {
    uint64_t sum = 0;
    simdjson::ondemand::document_stream stream;
    if (parser.iterate_many(padded, size_t{1} << 20).get(stream)) state.SkipWithError("unreadable");
    for (auto document : stream) {
      simdjson::ondemand::object object;
      if (document.get_object().get(object) || !touch_object(object, sum)) {
        state.SkipWithError("unreadable");
      }
    }
    benchmark::DoNotOptimize(sum);
  }
  report(state, texts().json.size());
}
BENCHMARK(simdjson_on_demand)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace clogs::bench

BENCHMARK_MAIN();
