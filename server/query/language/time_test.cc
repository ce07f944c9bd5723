#include "server/query/language/time.h"

#include "core/base/instant.h"
#include "server/query/language/testing/tables.h"

namespace clogs::query::testing {
namespace {

// The :as-of of a query in `tz`, made absolute.
std::string at(std::string_view moment, std::string_view tz = "UTC") {
  Result<Query> query =
      read("{:tz \"" + std::string(tz) + "\" :as-of " + std::string(moment) + "}");
  if (!query.ok()) return query.status().message();
  Result<int64_t> nanos = resolve(*query->as_of, query->tz, now);
  return nanos.ok() ? format_rfc3339(Instant::from_nanos(*nanos)) : nanos.status().message();
}

TEST(Time, Utc) {
  auto f = [](std::string_view moment, std::string_view want) {
    EXPECT_EQ(at(moment), want) << moment;
  };
  f("\"now\"", "2026-11-23T09:00:00Z");
  f("\"now-1d/d\"", "2026-11-22T00:00:00Z");
  f("\"now+90s/m\"", "2026-11-23T09:01:00Z");
  f("[:start-of :week]", "2026-11-23T00:00:00Z");
  f("[:start-of :week [:ago 1 :days]]", "2026-11-16T00:00:00Z");
  f("[:start-of :month]", "2026-11-01T00:00:00Z");
  f("[:start-of :year]", "2026-01-01T00:00:00Z");
  f("[:start-of :hour [:ago 1 :minutes]]", "2026-11-23T08:00:00Z");
  f("[:ago 1 :months]", "2026-10-23T09:00:00Z");
  f("[:+ #inst \"2024-02-29T00:00:00Z\" [1 :years]]", "2025-02-28T00:00:00Z");
  f("[:start-of :day #inst \"1965-05-05T05:05:05Z\"]", "1965-05-05T00:00:00Z");
  f("[:start-of :minute #inst \"1965-05-05T05:05:05Z\"]", "1965-05-05T05:05:00Z");
}

TEST(Time, Zones) {
  auto f = [](std::string_view moment, std::string_view tz, std::string_view want) {
    EXPECT_EQ(at(moment, tz), want) << moment << " " << tz;
  };
  f("\"now/d\"", "Europe/Berlin", "2026-11-22T23:00:00Z");
  f("\"now/d\"", "Asia/Kolkata", "2026-11-22T18:30:00Z");
  f("\"now/h\"", "Asia/Kolkata", "2026-11-23T08:30:00Z");
  f("[:start-of :week]", "America/New_York", "2026-11-23T05:00:00Z");
  // Over the end of summer time the wall clock stays, the offset changes.
  f("[:ago 1 :months]", "Europe/Berlin", "2026-10-23T08:00:00Z");
  // 2026-03-29 02:30 does not exist in Berlin.
  f("[:+ #inst \"2026-02-28T01:30:00Z\" [1 :months]]", "Europe/Berlin", "2026-03-28T01:30:00Z");
  f("[:start-of :day #inst \"2026-03-29T12:00:00Z\"]", "Europe/Berlin", "2026-03-28T23:00:00Z");
}

TEST(Time, ZoneNames) {
  for (std::string_view name : {"UTC", "Europe/Berlin", "Etc/UTC"}) EXPECT_TRUE(is_time_zone(name));
  for (std::string_view name : {"", "Berlin", "+01:00", "../etc/passwd"}) {
    EXPECT_FALSE(is_time_zone(name)) << name;
  }
  EXPECT_EQ(utc_offset_nanos("Europe/Berlin", now), int64_t{3'600'000'000'000});
  EXPECT_EQ(utc_offset_nanos("UTC", now), 0);
}

TEST(Time, WindowOfAQuery) {
  Result<Query> query = read("{:time \"15m\" :as-of [:ago 1 :hours]}");
  ASSERT_TRUE(query.ok());
  Result<Window> window = resolve_window(*query, now);
  ASSERT_TRUE(window.ok());
  EXPECT_EQ(window->from, now - 900 * int64_t{1'000'000'000});
  EXPECT_EQ(window->to, now);
  EXPECT_EQ(window->as_of, now - 3600 * int64_t{1'000'000'000});
  Result<Window> all = resolve_window(Query{}, now);
  ASSERT_TRUE(all.ok());
  EXPECT_EQ(all->from, std::numeric_limits<int64_t>::min());
  EXPECT_EQ(all->to, std::numeric_limits<int64_t>::max());
}

TEST(Time, FarFromNowFails) {
  Moment moment;
  moment.relative = true;
  moment.steps = {{Moment::Step::Kind::add_nanos, std::numeric_limits<int64_t>::max(), {}}};
  EXPECT_EQ(resolve(moment, "UTC", now).status().code(), Code::out_of_range);
  moment.steps = {{Moment::Step::Kind::add_months, 12 * 250, {}}};
  EXPECT_EQ(resolve(moment, "UTC", now).status().code(), Code::out_of_range);
  moment.steps = {{Moment::Step::Kind::start_of, 0, Unit::day}};
  EXPECT_EQ(resolve(moment, "Nowhere/City", now).status().code(), Code::invalid_argument);
}

}  // namespace
}  // namespace clogs::query::testing
