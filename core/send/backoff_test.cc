#include "core/send/backoff.h"

#include <algorithm>

#include <gtest/gtest.h>

namespace clogs::send {
namespace {

using std::chrono::milliseconds;

TEST(Backoff, GrowsByItsFactorUpToItsMost) {
  Backoff backoff({milliseconds(50), milliseconds(5000), 1.6, 0.0});
  EXPECT_EQ(backoff.next(), milliseconds(50));
  EXPECT_EQ(backoff.next(), milliseconds(80));
  EXPECT_EQ(backoff.next(), milliseconds(128));
  for (int i = 0; i < 20; ++i) backoff.next();
  EXPECT_EQ(backoff.next(), milliseconds(5000));
}

TEST(Backoff, StartsAgainAfterReset) {
  Backoff backoff({milliseconds(50), milliseconds(5000), 1.6, 0.0});
  backoff.next();
  backoff.next();
  backoff.reset();
  EXPECT_EQ(backoff.next(), milliseconds(50));
}

TEST(Backoff, SpreadsWithinItsJitter) {
  Backoff backoff({milliseconds(1000), milliseconds(1000), 1.6, 0.2}, 7);
  auto least = backoff.next();
  auto most = least;
  for (int i = 0; i < 1000; ++i) {
    const auto delay = backoff.next();
    least = std::min(least, delay);
    most = std::max(most, delay);
  }
  EXPECT_GE(least, milliseconds(800));
  EXPECT_LT(least, milliseconds(850));
  EXPECT_LE(most, milliseconds(1200));
  EXPECT_GT(most, milliseconds(1150));
}

}  // namespace
}  // namespace clogs::send
