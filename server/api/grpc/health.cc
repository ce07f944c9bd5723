#include "server/api/grpc/health.h"

#include <algorithm>
#include <utility>

#include <grpcpp/health_check_service_interface.h>

#include "clogs/v1/ingest.grpc.pb.h"
#include "clogs/v1/query.grpc.pb.h"

namespace clogs::api {

HealthWatch::HealthWatch(grpc::HealthCheckServiceInterface& service, Parts parts,
                         std::chrono::milliseconds interval)
    : service_(service), parts_(std::move(parts)), interval_(interval) {
  set(ready());
  thread_ = std::thread([this] { watch(); });
}

HealthWatch::~HealthWatch() { stop(); }

void HealthWatch::stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_all();
  if (thread_.joinable()) thread_.join();
  set(false);
}

bool HealthWatch::ready() const {
  if (!parts_) return true;
  const std::vector<Part> parts = parts_();
  return std::all_of(parts.begin(), parts.end(), [](const Part& part) { return part.ready; });
}

void HealthWatch::set(bool serving) {
  // The empty name stands for the server and exists only as "all services".
  service_.SetServingStatus("", serving);
  service_.SetServingStatus(v1::IngestLog::service_full_name(), serving);
  service_.SetServingStatus(v1::QueryLogs::service_full_name(), serving);
}

void HealthWatch::watch() {
  std::unique_lock lock(mutex_);
  while (!wake_.wait_for(lock, interval_, [this] { return stopping_; })) {
    lock.unlock();
    set(ready());
    lock.lock();
  }
}

}  // namespace clogs::api
