#include "server/ingest/zone.h"

#include <chrono>
#include <exception>
#include <string>

#include <date/tz.h>

namespace clogs::ingest {
namespace {

using std::chrono::seconds;

// Offsets of two zone changes differ by less than this.
constexpr int64_t margin = 2 * 86'400;

}  // namespace

struct Zone::Impl {
  const date::time_zone* zone;
  // Wall times in [from, to) have this offset and are unique. Logs run in order, so most calls need
  // no look-up.
  int64_t from = 0;
  int64_t to = 0;
  int64_t offset = 0;
};

Zone::Zone(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Zone::Zone(Zone&&) noexcept = default;
Zone& Zone::operator=(Zone&&) noexcept = default;
Zone::~Zone() = default;

Result<Zone> Zone::find(std::string_view name) {
  if (name == "UTC" || name == "Z") return Zone(nullptr);
  try {
    auto impl = std::make_unique<Impl>();
    impl->zone = date::locate_zone(std::string(name));
    return Zone(std::move(impl));
  } catch (const std::exception&) {
    return invalid_argument("unknown time zone \"" + std::string(name.substr(0, 64)) +
                            "\", expected an IANA name such as Europe/Berlin, or UTC");
  }
}

int64_t Zone::to_unix_seconds(int64_t wall_seconds) {
  if (!impl_) return wall_seconds;
  Impl& impl = *impl_;
  if (wall_seconds >= impl.from && wall_seconds < impl.to) return wall_seconds - impl.offset;
  const date::local_seconds local{seconds(wall_seconds)};
  const date::local_info info = impl.zone->get_info(local);
  const int64_t offset = info.first.offset.count();
  if (info.result == date::local_info::unique) {
    impl.offset = offset;
    impl.from = info.first.begin.time_since_epoch().count() + offset + margin;
    impl.to = info.first.end.time_since_epoch().count() + offset - margin;
  }
  return wall_seconds - offset;
}

int64_t Zone::to_wall_seconds(int64_t unix_seconds) const {
  if (!impl_) return unix_seconds;
  const date::sys_seconds instant{seconds(unix_seconds)};
  return unix_seconds + impl_->zone->get_info(instant).offset.count();
}

}  // namespace clogs::ingest
