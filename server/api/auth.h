// Static API keys: who may call what. Shared by all transports.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "clogs/result.h"

namespace clogs::api {

// Bits of what a key may do.
using Rights = uint8_t;
constexpr Rights right_ingest = 1;
constexpr Rights right_query = 2;
constexpr Rights right_admin = 4;  // whatever changes the server
constexpr Rights all_rights = right_ingest | right_query | right_admin;

// "ingest", "query", "admin"; for several the lowest.
std::string_view right_name(Rights right);

struct ApiKey {
  std::string name;    // shown in logs; never secret
  std::string secret;  // what follows "Bearer "
  Rights rights = 0;
};

constexpr std::string_view default_tenant = "default";
// Where the server keeps its own log records, where it is told to. Whoever may administrate reads
// it by naming it; no query of the default tenant sees it, and no request writes to it.
constexpr std::string_view system_tenant = "clogs";

// On whose behalf a request runs.
struct Principal {
  std::string tenant{default_tenant};
  std::string key;  // name of the key; empty where no keys are configured
  Rights rights = all_rights;
};

// Immutable after construction; thread-safe.
class Authorizer {
 public:
  // Without keys everybody may do everything.
  explicit Authorizer(std::vector<ApiKey> keys = {});

  bool open() const { return keys_.empty(); }

  // `header` is the value of Authorization (or of the gRPC metadata `authorization`), empty if
  // there was none. unauthenticated without a known key, permission_denied if the key lacks a right
  // of `needed`. The time taken does not depend on which key matches or on how much of it does.
  Result<Principal> authorize(std::string_view header, Rights needed) const;

  // `who` within the tenant that a request names (Clogs-Tenant); empty: its own. permission_denied
  // unless it is its own, or the system tenant, to be read, with right_admin.
  static Result<Principal> enter(Principal who, std::string_view tenant, Rights needed);

 private:
  struct Entry {
    std::string name;
    std::string digest;  // SHA-256 of the secret
    Rights rights;
  };
  std::vector<Entry> keys_;
};

}  // namespace clogs::api
