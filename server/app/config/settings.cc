#include "server/app/config/settings.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <vector>

namespace clogs::app {

namespace {

constexpr std::array<Setting, 28> table{{
    {"data-dir", SettingType::text, "\"./clogs-data\"", "--data-dir", "",
     "Where the records are kept."},
    {"http", SettingType::address, "\"127.0.0.1:8080\"", "--http", "",
     "Address of HTTP, gRPC-Web and the dashboard."},
    {"grpc", SettingType::address, "\"127.0.0.1:9090\"", "--grpc", "", "Address of gRPC."},
    {"insecure", SettingType::boolean, "false", "--insecure", "",
     "Allow an address that is not loopback without TLS and without keys."},
    {"tls.cert", SettingType::text, "nil", "--tls-cert", "",
     "PEM file of the certificate chain; turns TLS on for HTTP and gRPC."},
    {"tls.key", SettingType::text, "nil", "--tls-key", "", "PEM file of the private key."},
    {"tls.client-ca", SettingType::text, "nil", "--tls-client-ca", "",
     "PEM file of the authorities that clients' certificates must come from (mTLS)."},
    {"api-keys", SettingType::api_keys, "[]", "", "",
     "Static keys: [{:name \"shop\" :secret \"...\" :rights #{:ingest :query :admin}}]."},
    {"cors-origins", SettingType::texts, "[]", "", "",
     "Origins that browsers may call from; none by default."},
    {"log.level", SettingType::choice, ":info", "--log-level", "trace|debug|info|warn|error|off",
     "How much the server says of itself on standard error."},
    {"log.format", SettingType::choice, ":text", "--log-format", "text|json",
     "Form of the server's own log lines."},
    {"log.keep", SettingType::boolean, "false", "", "",
     "Keep the server's own log records in the store too, where only operators see them."},
    {"http-threads", SettingType::integer, "0", "", "",
     "Threads that serve HTTP; 0 is one a core."},
    {"ingest.memory", SettingType::bytes, "\"256MiB\"", "", "",
     "Budget for bodies and batches on their way to disk; beyond it senders get 429."},
    {"ingest.max-body", SettingType::bytes, "\"64MiB\"", "", "",
     "Largest body or gRPC message as sent."},
    {"ingest.max-expanded", SettingType::bytes, "\"256MiB\"", "", "",
     "Largest body or gRPC message after decompression."},
    {"store.roll", SettingType::bytes, "\"100MB\"", "", "",
     "Size at which an EDN file is closed and the next one begun."},
    {"query.threads", SettingType::integer, "0", "", "", "Threads of one scan; 0 is one a core."},
    {"query.memory", SettingType::bytes, "\"256MiB\"", "", "",
     "Budget of one query; beyond it raw rows go to a temporary file and groups become partial."},
    {"query.max-spill-bytes", SettingType::bytes, "\"10GiB\"", "", "",
     "Temporary files of one query, on disk; beyond it the answer is partial."},
    {"query.spill-dir", SettingType::text, "nil", "", "",
     "Where temporary files of queries go; the data directory if it is not set."},
    {"query.max-concurrent", SettingType::integer, "8", "", "",
     "Queries that run at the same time; further ones wait."},
    {"timeouts.header", SettingType::duration, "\"10s\"", "", "",
     "How long a client may take to send a request's header."},
    {"timeouts.body", SettingType::duration, "\"30s\"", "", "",
     "How long a client may go without sending the next part of a body."},
    {"timeouts.idle", SettingType::duration, "\"2m\"", "", "",
     "How long a connection may stay open without a request."},
    {"timeouts.write", SettingType::duration, "\"30s\"", "", "",
     "How long a client may go without taking the next part of an answer."},
    {"timeouts.drain", SettingType::duration, "\"10s\"", "", "",
     "How long requests under way get to finish after SIGTERM."},
    {"timeouts.query", SettingType::duration, "\"5m\"", "", "",
     "Longest run of a query that does not set its own :timeout."},
}};

size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<size_t> row(b.size() + 1);
  for (size_t j = 0; j <= b.size(); ++j) row[j] = j;
  for (size_t i = 1; i <= a.size(); ++i) {
    size_t diagonal = row[0];
    row[0] = i;
    for (size_t j = 1; j <= b.size(); ++j) {
      size_t above = row[j];
      size_t replaced = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
      row[j] = std::min({above + 1, row[j - 1] + 1, replaced});
      diagonal = above;
    }
  }
  return row[b.size()];
}

}  // namespace

std::span<const Setting> settings() { return table; }

const Setting* find_setting(std::string_view path) {
  auto found = std::find_if(table.begin(), table.end(),
                            [&](const Setting& setting) { return setting.path == path; });
  return found == table.end() ? nullptr : &*found;
}

std::string environment_name(const Setting& setting) {
  std::string name = "CLOGS_";
  for (char c : setting.path) {
    name += (c == '.' || c == '-') ? '_'
                                   : static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  }
  return name;
}

std::string nearest(std::string_view name, std::span<const std::string> candidates) {
  // Further than a third of the word (and at least two edits) is no longer a slip of the hand.
  size_t best = std::max<size_t>(2, name.size() / 3) + 1;
  std::string found;
  for (const std::string& candidate : candidates) {
    size_t distance = edit_distance(name, candidate);
    if (distance < best) {
      best = distance;
      found = candidate;
    }
  }
  return found;
}

}  // namespace clogs::app
