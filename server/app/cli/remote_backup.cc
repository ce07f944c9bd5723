#include "server/app/cli/remote_backup.h"

#include <algorithm>
#include <chrono>
#include <string>
#include <thread>
#include <utility>

#include <fmt/format.h>

#include "core/base/instant.h"
#include "core/edn/reader.h"
#include "core/edn/value.h"
#include "server/app/cli/remote_target.h"
#include "server/app/remote/remote.h"
#include "server/store/frame.h"

namespace clogs::app {

namespace {

using std::chrono::milliseconds;

// Held in memory until its sum is checked; what is asked for again after a lost connection.
constexpr uint64_t range_bytes = uint64_t{8} << 20;
constexpr unsigned attempts_max = 8;
constexpr milliseconds first_delay{100};  // doubled each time
constexpr milliseconds stop_interval{100};

Result<store::BackupFile> file_of(const edn::Value& value) {
  const edn::Value* path = value.find("path");
  const edn::Value* bytes = value.find("bytes");
  if (path == nullptr || !path->is(edn::Kind::string) || bytes == nullptr ||
      bytes->as_int64().value_or(-1) < 0) {
    return data_loss("the server's plan of a backup does not read");
  }
  return store::BackupFile{path->text(), static_cast<uint64_t>(*bytes->as_int64())};
}

class RemoteBackup final : public store::BackupSource {
 public:
  explicit RemoteBackup(std::unique_ptr<remote::Client> client) : client_(std::move(client)) {}

  Result<store::BackupPlan> plan() override {
    std::string text;
    CLOGS_RETURN_IF_ERROR(client_->get("/backup", append_to(text), &stop_on_signal()).status());
    CLOGS_ASSIGN_OR_RETURN(const edn::Value answer, edn::read_value(text));
    const edn::Value* as_of = answer.find("as-of");
    const edn::Value* files = answer.find("files");
    if (as_of == nullptr || files == nullptr) {
      return data_loss("the server's answer is no plan of a backup");
    }
    store::BackupPlan plan;
    CLOGS_ASSIGN_OR_RETURN(const Instant instant, parse_rfc3339(as_of->text()));
    plan.as_of_nanos = instant.to_nanos().value_or(0);
    for (const edn::Value& one : files->items()) {
      CLOGS_ASSIGN_OR_RETURN(store::BackupFile file, file_of(one));
      plan.files.push_back(std::move(file));
    }
    return plan;
  }

  Status read(const store::BackupFile& file, uint64_t from, uint64_t to,
              const store::TakeBytes& take) override {
    while (from < to) {
      const uint64_t end = std::min(to, from + range_bytes);
      CLOGS_RETURN_IF_ERROR(read_range(file, from, end));
      CLOGS_RETURN_IF_ERROR(take(range_));
      from = end;
    }
    return ok_status();
  }

 private:
  static remote::Write append_to(std::string& text) {
    return [&text](std::string_view piece) {
      text.append(piece);
      return ok_status();
    };
  }

  // Into range_, whole and checked.
  Status read_range(const store::BackupFile& file, uint64_t from, uint64_t to) {
    milliseconds delay = first_delay;
    for (unsigned attempt = 1;; ++attempt) {
      Status status = try_range(file, from, to);
      const bool again =
          status.code() == Code::unavailable || status.code() == Code::resource_exhausted;
      if (!again || attempt == attempts_max) return status;
      if (!wait(delay)) return Status(Code::cancelled, "Interrupted");
      delay *= 2;
    }
  }

  Status try_range(const store::BackupFile& file, uint64_t from, uint64_t to) {
    range_.clear();
    auto answered = client_->get(fmt::format("/backup/{}?from={}&to={}", file.path, from, to),
                                 append_to(range_), &stop_on_signal());
    CLOGS_RETURN_IF_ERROR(answered.status());
    if (range_.size() != to - from) {
      return data_loss(fmt::format("the server sent {} bytes of {} instead of {}", range_.size(),
                                   file.path, to - from));
    }
    const auto sum =
        std::ranges::find(*answered, "clogs-sum", &remote::Trailers::value_type::first);
    if (sum == answered->end()) {
      return data_loss("the server's sum did not arrive: does a proxy drop HTTP trailers?");
    }
    if (sum->second == fmt::format("{:016x}", store::checksum(range_))) return ok_status();
    return data_loss("the sum of what the server sent of " + file.path + " is wrong");
  }

  // False if it was told to stop.
  static bool wait(milliseconds delay) {
    const auto until = std::chrono::steady_clock::now() + delay;
    while (std::chrono::steady_clock::now() < until) {
      if (stop_on_signal().load()) return false;
      std::this_thread::sleep_for(std::min(stop_interval, delay));
    }
    return true;
  }

  const std::unique_ptr<remote::Client> client_;
  std::string range_;
};

}  // namespace

Result<std::unique_ptr<store::BackupSource>> open_remote_backup(const RemoteOptions& options) {
  CLOGS_ASSIGN_OR_RETURN(auto client, remote::Client::make(target_of(options)));
  return std::unique_ptr<store::BackupSource>(std::make_unique<RemoteBackup>(std::move(client)));
}

}  // namespace clogs::app
