// How fast UTF-8 is validated by length of text, beside simdjson's validation alone, and how fast
// the first bad byte is found.
//
//   cmake --preset release && ninja -C build utf8_bench && build/bin/utf8_bench
#include <cstdint>
#include <string>
#include <string_view>

#include <benchmark/benchmark.h>
#include <simdjson.h>

#include "core/edn/utf8.h"

namespace clogs::bench {
namespace {

enum Text : int64_t { ascii, mixed, broken };

std::string make_text(int64_t kind, size_t bytes) {
  constexpr std::string_view plain = "GET /v2/servers answered 200 in 14 ms; ";
  constexpr std::string_view letters =
      "Gr\xC3\xBC\xC3\x9F"
      "e, \xE6\x97\xA5\xE6\x9C\xAC \xF0\x9F\x98\x80 and text ";
  std::string text;
  while (text.size() < bytes) text += kind == mixed ? letters : plain;
  while ((static_cast<uint8_t>(text[bytes - 1]) & 0x80) != 0) --bytes;
  text.resize(bytes);
  if (kind == broken) text[bytes * 3 / 4] = '\xFF';
  return text;
}

template <typename Check>
void run(benchmark::State& state, Check check) {
  const std::string text = make_text(state.range(0), static_cast<size_t>(state.range(1)));
  for ([[maybe_unused]] auto round : state) {
    std::string_view view = text;
    benchmark::DoNotOptimize(view);
    benchmark::DoNotOptimize(check(view));
  }
  state.SetBytesProcessed(static_cast<int64_t>(state.iterations() * text.size()));
}

void is_valid(benchmark::State& state) { run(state, edn::is_valid_utf8); }
void valid_prefix(benchmark::State& state) { run(state, edn::valid_utf8_prefix); }
void simdjson_alone(benchmark::State& state) {
  run(state,
      [](std::string_view text) { return simdjson::validate_utf8(text.data(), text.size()); });
}
BENCHMARK(is_valid)->ArgsProduct({{ascii, mixed}, {8, 24, 64, 400, 4'000, 1'000'000}});
BENCHMARK(simdjson_alone)->ArgsProduct({{ascii, mixed}, {8, 24, 64, 400, 4'000, 1'000'000}});
BENCHMARK(valid_prefix)->ArgsProduct({{broken}, {24, 400, 4'000, 1'000'000}});

}  // namespace
}  // namespace clogs::bench

BENCHMARK_MAIN();
