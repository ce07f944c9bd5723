// The command line as a client of a running server, over HTTP.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "clogs/result.h"

namespace clogs::app::remote {

struct Target {
  std::string url = "http://127.0.0.1:8080";  // http or https; a path before the routes is kept
  std::string api_key;                        // empty: none
  std::string ca_file;                        // PEM; empty: the system's authorities
  std::string tenant;                         // empty: the key's own
  std::chrono::milliseconds connect_timeout{10'000};
};

// Takes a piece of an answer; a failure ends the call and is what it returns.
using Write = std::function<Status(std::string_view)>;
// Set from any thread or signal handler; the call ends with `cancelled` within a second.
using Stop = std::atomic<bool>;

// What stands beside the rows of a streamed answer: the fields Clogs-Count, Clogs-Next, ... in
// lower case ("clogs-count") with their values.
using Trailers = std::vector<std::pair<std::string, std::string>>;

struct Query {
  std::string text;
  bool json = false;                       // the query is JSON, not EDN
  std::string accept = "application/edn";  // or application/json, application/x-ndjson, text/csv
};

struct Event {
  std::string name;  // empty for a record, "dropped" where the server dropped some
  std::string data;  // one EDN or JSON map
};

struct TailQuery {
  std::string text;  // empty: everything of stream :logs
  bool json = false;
  bool rows_as_edn = true;  // else JSON
};

enum class Compression : uint8_t { none, gzip, zstd };

struct Batch {
  std::string body;
  std::string content_type = "application/x-ndjson";  // or application/edn, application/json
  std::string stream = "logs";
  // "<producer>/<sequence>": sent again after a lost answer, the batch is still stored once. Empty:
  // such a batch is not sent again.
  std::string id;
};

struct Rejection {
  uint64_t index = 0;  // position in the batch, from 0
  std::string error;
  std::string details_edn;
};

struct Answer {
  uint64_t accepted = 0;
  std::vector<Rejection> rejected;
  bool duplicate = false;
};

struct Retry {
  // How often a batch is sent again when the server is busy, away or gives no answer.
  unsigned attempts_max = 10;
  std::chrono::milliseconds first{100};  // doubled each time, a fifth more or less
  std::chrono::milliseconds longest{5'000};
};

// One connection, kept between calls. Not thread-safe.
//
// Failures carry the server's sentence and details (as EDN) with the code that fits the HTTP
// status; unavailable where there was no answer.
class Client {
 public:
  // invalid_argument if the URL is not one of http or https.
  static Result<std::unique_ptr<Client>> make(Target target);
  virtual ~Client() = default;

  // POST /query; the answer's text goes through as it comes. invalid_argument for a bad query.
  virtual Result<Trailers> query(const Query& query, const Write& write,
                                 const Stop* stop = nullptr) = 0;

  // POST /delete; the answer's text, EDN.
  virtual Result<std::string> remove(const Query& query, bool dry_run,
                                     const Stop* stop = nullptr) = 0;

  // GET of a path such as "/backup"; the answer's text goes through as it comes.
  virtual Result<Trailers> get(const std::string& path, const Write& write,
                               const Stop* stop = nullptr) = 0;

  // GET /tail until the server ends it (unavailable) or `stop` is set (cancelled). A failure that
  // `event` returns ends it too.
  using OnEvent = std::function<Status(const Event&)>;
  virtual Status tail(const TailQuery& query, const OnEvent& event, const Stop* stop) = 0;

  // POST /logs. A batch in which no record was good is an answer with accepted = 0.
  virtual Result<Answer> ingest(const Batch& batch, Compression compression, const Retry& retry,
                                const Stop* stop = nullptr) = 0;
};

}  // namespace clogs::app::remote
