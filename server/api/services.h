// What the transports need of the rest of the server. Nothing is owned; all of it outlives them.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace spdlog {
class logger;
}

namespace clogs::ingest {
class Service;
class Sink;
}  // namespace clogs::ingest

namespace clogs::query {
class Engine;
}

namespace clogs::store {
class BackupSource;
class DeletionSink;
}  // namespace clogs::store

namespace clogs::api {

class Authorizer;
class Calls;
class Metrics;

// A part of the server, as readiness tells it.
struct Part {
  std::string name;  // "store", "disk", ...
  bool ready = true;
  std::string detail;  // one sentence; may be empty
};

struct Services {
  ingest::Service* ingest = nullptr;
  ingest::Sink* sink = nullptr;  // only its memory reservations
  query::Engine* engine = nullptr;
  store::DeletionSink* deletions = nullptr;  // nullptr: no /delete
  store::BackupSource* backup = nullptr;     // nullptr: no /backup
  Metrics* metrics = nullptr;
  const Authorizer* auth = nullptr;
  // Ready when every part is. Called from any thread; must not block.
  std::function<std::vector<Part>()> health;
  // The gRPC methods, for gRPC-Web; nullptr: no gRPC-Web.
  Calls* calls = nullptr;
  std::shared_ptr<spdlog::logger> log;
  std::string version;  // of the product, for `GET /` and build information
};

}  // namespace clogs::api
