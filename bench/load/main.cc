// clogs-load MODE [--port N] ...: sends records to a running server as fast as it acknowledges
// them.
#include <cstdio>
#include <cstdlib>
#include <string_view>

#include <fmt/format.h>
#include <getopt.h>

#include "bench/load/corpus.h"
#include "bench/load/disk_probe.h"
#include "bench/load/grpc_load.h"
#include "bench/load/http_load.h"
#include "bench/load/options.h"
#include "bench/load/report.h"

namespace clogs::load {
namespace {

constexpr const char* usage =
    "clogs-load MODE [options]: sends records to a running server and prints what it acknowledged\n"
    "  http-batch    POST /logs with JSON lines, 4 connections\n"
    "  http-single   POST /logs with one JSON object, 64 connections\n"
    "  grpc-stream   IngestLog.IngestStream, 2 connections\n"
    "  grpc-unary    IngestLog.Ingest, 4 connections\n"
    "  --host H --port N --api-key K   the server (127.0.0.1, 8080 or 9090)\n"
    "  --connections N                 at once\n"
    "  --in-flight N                   batches of one stream without an answer (4)\n"
    "  --batch N                       records a batch (1000)\n"
    "  --seconds S | --records N       how long (5 s), or how much\n"
    "  --file F --corpus N             JSON lines to send, the first N of them (20000)\n"
    "  --disk DIR                      where to measure the disk (.); empty: do not\n";

bool set_mode(std::string_view name, Options& options) {
  if (name == "http-batch")
    options.mode = Mode::http_batch;
  else if (name == "http-single")
    options.mode = Mode::http_single;
  else if (name == "grpc-stream")
    options.mode = Mode::grpc_stream;
  else if (name == "grpc-unary")
    options.mode = Mode::grpc_unary;
  else
    return false;
  return true;
}

bool set_option(int option, const char* value, Options& options) {
  const auto number = [value] { return static_cast<size_t>(std::strtoull(value, nullptr, 10)); };
  switch (option) {
    case 'h':
      options.host = value;
      return true;
    case 'p':
      options.port = static_cast<uint16_t>(number());
      return true;
    case 'k':
      options.api_key = value;
      return true;
    case 'c':
      options.connections = number();
      return true;
    case 'i':
      options.in_flight = number();
      return true;
    case 'b':
      options.batch_records = number();
      return true;
    case 's':
      options.seconds = std::strtod(value, nullptr);
      return true;
    case 'r':
      options.records = number();
      return true;
    case 'f':
      options.file = value;
      return true;
    case 'n':
      options.corpus_records = number();
      return true;
    case 'd':
      options.disk_dir = value;
      return true;
    default:
      return false;
  }
}

bool parse(int argc, char** argv, Options& options) {
  static const option names[] = {{"host", 1, nullptr, 'h'},      {"port", 1, nullptr, 'p'},
                                 {"api-key", 1, nullptr, 'k'},   {"connections", 1, nullptr, 'c'},
                                 {"in-flight", 1, nullptr, 'i'}, {"batch", 1, nullptr, 'b'},
                                 {"seconds", 1, nullptr, 's'},   {"records", 1, nullptr, 'r'},
                                 {"file", 1, nullptr, 'f'},      {"corpus", 1, nullptr, 'n'},
                                 {"disk", 1, nullptr, 'd'},      {nullptr, 0, nullptr, 0}};
  for (int found = 0; (found = getopt_long(argc, argv, "", names, nullptr)) != -1;) {
    if (!set_option(found, optarg, options)) return false;
  }
  if (optind != argc - 1 || !set_mode(argv[optind], options)) return false;
  const bool grpc = options.mode == Mode::grpc_stream || options.mode == Mode::grpc_unary;
  if (options.port == 0) options.port = grpc ? 9090 : 8080;
  if (options.mode == Mode::http_single) options.batch_records = 1;
  if (options.connections == 0) {
    options.connections = options.mode == Mode::http_single   ? 64
                          : options.mode == Mode::grpc_stream ? 2
                                                              : 4;
  }
  return options.batch_records > 0 && options.corpus_records > 0 && options.in_flight > 0;
}

Result<Report> run(const Options& options) {
  CLOGS_ASSIGN_OR_RETURN(const std::vector<std::string> lines, read_lines(options));
  if (options.mode == Mode::http_batch || options.mode == Mode::http_single) {
    return run_http(options, json_bodies(lines, options.batch_records));
  }
  CLOGS_ASSIGN_OR_RETURN(const std::vector<Body> bodies,
                         protobuf_bodies(lines, options.batch_records));
  return run_grpc(options, bodies);
}

int main_of(int argc, char** argv) {
  Options options;
  if (!parse(argc, argv, options)) {
    std::fputs(usage, stderr);
    return 2;
  }
  double syncs = 0;
  if (!options.disk_dir.empty()) {
    const Result<double> measured = measure_syncs(options.disk_dir);
    if (!measured.ok()) {
      fmt::print(stderr, "clogs-load: {}\n", measured.status().message());
      return 1;
    }
    syncs = *measured;
  }
  Result<Report> report = run(options);
  if (!report.ok()) {
    fmt::print(stderr, "clogs-load: {}\n", report.status().message());
    return 1;
  }
  print(options, *report, syncs);
  return report->failures == 0 ? 0 : 1;
}

}  // namespace
}  // namespace clogs::load

int main(int argc, char** argv) { return clogs::load::main_of(argc, argv); }
