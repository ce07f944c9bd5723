#include "server/ingest/zone.h"

#include <gtest/gtest.h>

#include "core/base/instant.h"

namespace clogs::ingest {
namespace {

int64_t seconds_of(std::string_view rfc3339) {
  const Result<Instant> instant = parse_rfc3339(rfc3339);
  EXPECT_TRUE(instant.ok()) << rfc3339;
  return instant.ok() ? instant->seconds : 0;
}

std::string utc_of(Zone& zone, std::string_view wall) {
  return format_rfc3339({zone.to_unix_seconds(seconds_of(std::string(wall) + "Z")), 0});
}

TEST(ZoneTest, UtcAsItIs) {
  Result<Zone> zone = Zone::find("UTC");
  ASSERT_TRUE(zone.ok());
  EXPECT_EQ(utc_of(*zone, "2026-06-01T12:00:00"), "2026-06-01T12:00:00Z");
  EXPECT_EQ(zone->to_wall_seconds(77), 77);
}

TEST(ZoneTest, SummerAndWinterInAnyOrder) {
  Result<Zone> zone = Zone::find("Europe/Berlin");
  ASSERT_TRUE(zone.ok()) << zone.status().to_string();
  for (int round = 0; round < 2; ++round) {
    EXPECT_EQ(utc_of(*zone, "2026-06-01T12:00:00"), "2026-06-01T10:00:00Z");
    EXPECT_EQ(utc_of(*zone, "2026-12-01T12:00:00"), "2026-12-01T11:00:00Z");
    EXPECT_EQ(utc_of(*zone, "2026-06-01T12:00:01"), "2026-06-01T10:00:01Z");
  }
  EXPECT_EQ(zone->to_wall_seconds(seconds_of("2026-06-01T10:00:00Z")),
            seconds_of("2026-06-01T12:00:00Z"));
}

TEST(ZoneTest, AnHourThatComesTwiceIsItsFirst) {
  Result<Zone> zone = Zone::find("Europe/Berlin");
  ASSERT_TRUE(zone.ok());
  EXPECT_EQ(utc_of(*zone, "2026-10-25T02:30:00"), "2026-10-25T00:30:00Z");
  EXPECT_EQ(utc_of(*zone, "2026-10-25T03:00:00"), "2026-10-25T02:00:00Z");
}

TEST(ZoneTest, AnHourThatIsSkippedLandsBehindTheGap) {
  Result<Zone> zone = Zone::find("America/New_York");
  ASSERT_TRUE(zone.ok());
  EXPECT_EQ(utc_of(*zone, "2026-03-08T01:59:59"), "2026-03-08T06:59:59Z");
  EXPECT_EQ(utc_of(*zone, "2026-03-08T02:30:00"), "2026-03-08T07:30:00Z");
  EXPECT_EQ(utc_of(*zone, "2026-03-08T03:30:00"), "2026-03-08T07:30:00Z");
}

TEST(ZoneTest, UnknownNamesAreRefused) {
  const Result<Zone> zone = Zone::find("Mars/Olympus");
  ASSERT_FALSE(zone.ok());
  EXPECT_EQ(zone.status().message(),
            "unknown time zone \"Mars/Olympus\", expected an IANA name such as Europe/Berlin, or "
            "UTC");
}

}  // namespace
}  // namespace clogs::ingest
