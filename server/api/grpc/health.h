// Keeps the standard health service in step with the readiness of the server's parts.
#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

#include "server/api/services.h"

namespace grpc {
class HealthCheckServiceInterface;
}

namespace clogs::api {

// Looks at the parts at once and then every `interval`, on a thread of its own. Known names: "" and
// those of the two services; all are SERVING when every part is ready.
class HealthWatch {
 public:
  using Parts = std::function<std::vector<Part>()>;
  HealthWatch(grpc::HealthCheckServiceInterface& service, Parts parts,
              std::chrono::milliseconds interval);
  ~HealthWatch();

  // NOT_SERVING from now on.
  void stop();

 private:
  bool ready() const;
  void set(bool serving);
  void watch();

  grpc::HealthCheckServiceInterface& service_;
  const Parts parts_;
  const std::chrono::milliseconds interval_;
  std::mutex mutex_;
  std::condition_variable wake_;
  bool stopping_ = false;  // guarded by mutex_
  std::thread thread_;
};

}  // namespace clogs::api
