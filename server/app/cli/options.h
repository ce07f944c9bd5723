// What each verb of the command line was asked to do. cli.cc fills these from the arguments; the
// verbs see nothing of the argument parser.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace clogs::app {

// Exit codes of the process.
constexpr int exit_done = 0;
constexpr int exit_failed = 1;
constexpr int exit_usage = 2;

// A server to talk to.
struct RemoteOptions {
  std::string url;      // empty: none named
  std::string api_key;  // empty: none
  std::string ca_file;  // empty: the system's authorities
  std::string tenant;   // empty: the key's own
};

struct ServeOptions {
  std::string config_file;
  // Setting paths and the text given for them on the command line.
  std::vector<std::pair<std::string, std::string>> flags;
};

struct QueryOptions {
  std::string query;  // "-" reads standard input
  std::string data_dir;
  RemoteOptions remote;
  std::vector<std::string> files;
  std::string format;               // empty: table on a terminal, else EDN
  std::vector<std::string> params;  // name=<edn>
  bool canonical = false;           // print AST and hash, run nothing
  bool json_query = false;          // the query is JSON
  int year = 0;                     // for text files whose lines lack it; 0: latest not in future
  std::string tz = "UTC";
  std::string multiline = "auto";
};

struct TailOptions {
  std::string query;
  RemoteOptions remote;
  std::string format;  // empty: text lines
};

struct IngestOptions {
  std::vector<std::string> files;
  RemoteOptions remote;
  std::string data_dir;
  std::string format = "auto";
  std::string stream = "logs";
  int year = 0;
  std::string tz = "UTC";
  uint32_t batch_records = 1000;
  std::string multiline = "auto";
  bool once = false;
  bool meta = false;
  bool quiet = false;
};

struct CatOptions {
  std::string dir;
  std::string stream;  // empty: all
  bool meta = false;
};

struct EdnOptions {
  std::string file;  // empty or "-": standard input
  bool typed = false;
  bool json = false;
};

struct SampleOptions {
  uint64_t rows = 50'000;
  uint64_t seed = 1;
  double hours = 6;
  std::string end;  // RFC 3339; empty: now
  std::string format = "ndjson";
};

struct VerifyOptions {
  std::string dir;
};

struct BackupOptions {
  std::string dir;  // where to
  RemoteOptions remote;
  std::string data_dir;  // where from, if it is not a server
  bool quiet = false;
};

struct DeleteOptions {
  std::string query;  // "-" reads standard input
  RemoteOptions remote;
  std::string data_dir;
  bool json_query = false;
  bool dry_run = false;
  bool yes = false;  // do not ask
};

struct ReindexOptions {
  std::string data_dir;
  bool quiet = false;
};

struct ConfigOptions {
  std::string file;
  std::vector<std::pair<std::string, std::string>> flags;
  std::string format = "text";
};

}  // namespace clogs::app
