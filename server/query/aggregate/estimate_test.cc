// What stays exact, and how far estimates are off where it cannot.
#include <algorithm>
#include <cmath>
#include <random>
#include <string>

#include <gtest/gtest.h>

#include "server/query/aggregate/distinct_set.h"
#include "server/query/aggregate/exact_sum.h"
#include "server/query/aggregate/sample.h"
#include "server/query/aggregate/time_buckets.h"

namespace clogs::query {
namespace {

constexpr size_t budget = size_t{256} << 20;

TEST(DistinctSetTest, IsExactToTheLimitAndWithinOnePercentBeyond) {
  Memory memory(budget);
  DistinctSet exact(100'000);
  DistinctSet sketch(100'000);
  for (int i = 0; i < 100'000; ++i) {
    exact.add(std::to_string(i), memory);
    exact.add(std::to_string(i / 2), memory);
  }
  EXPECT_TRUE(exact.is_exact());
  EXPECT_EQ(exact.count(), 100'000U);
  for (int i = 0; i < 700'000; ++i) sketch.add(std::to_string(i), memory);
  EXPECT_FALSE(sketch.is_exact());
  EXPECT_NEAR(static_cast<double>(sketch.count()), 700'000, 7'000);
}

TEST(DistinctSetTest, MergedHalvesAreTheWhole) {
  Memory memory(budget);
  DistinctSet whole(50'000);
  DistinctSet first(50'000);
  DistinctSet second(50'000);
  for (int i = 0; i < 90'000; ++i) {
    const std::string key = std::to_string(i);
    whole.add(key, memory);
    (i % 3 == 0 ? first : second).add(key, memory);
  }
  first.merge(second, memory);
  EXPECT_EQ(first.is_exact(), whole.is_exact());
  EXPECT_EQ(first.count(), whole.count());
}

TEST(DistinctSetTest, AMillionFitsTheDefaultBudget) {
  Memory memory(budget);
  DistinctSet set(1'000'000);
  for (int i = 0; i < 1'000'000; ++i) set.add(std::to_string(i), memory);
  EXPECT_TRUE(set.is_exact());
  EXPECT_EQ(set.count(), 1'000'000U);
}

TEST(SampleTest, RanksAreWithinOnePercent) {
  Memory memory(budget);
  Sample sample(100'000);
  std::mt19937_64 random(7);
  std::vector<double> all;
  for (uint64_t i = 0; i < 500'000; ++i) {
    // Long-tailed, as durations are.
    const double value = std::exp(static_cast<double>(random() % 10'000) / 1'000);
    all.push_back(value);
    sample.add(value, i, memory);
  }
  EXPECT_FALSE(sample.is_exact());
  EXPECT_EQ(sample.count(), 500'000U);
  std::sort(all.begin(), all.end());
  const std::vector<double> sorted = sample.sorted();
  for (double percent : {1.0, 25.0, 50.0, 90.0, 99.0, 99.9}) {
    const double value = percentile(sorted, percent);
    const auto low = std::lower_bound(all.begin(), all.end(), value) - all.begin();
    const auto high = std::upper_bound(all.begin(), all.end(), value) - all.begin();
    EXPECT_LT(static_cast<double>(low), (percent + 1) / 100 * 500'000) << percent;
    EXPECT_GT(static_cast<double>(high), (percent - 1) / 100 * 500'000) << percent;
  }
}

TEST(SampleTest, TheSameWhateverTheOrderAndTheSplit) {
  Memory memory(budget);
  Sample forward(70'000);
  Sample first(70'000);
  Sample second(70'000);
  for (uint64_t i = 0; i < 200'000; ++i) forward.add(static_cast<double>(i), i, memory);
  for (uint64_t i = 200'000; i-- > 0;) {
    (i % 5 == 0 ? first : second).add(static_cast<double>(i), i, memory);
  }
  first.merge(second, memory);
  EXPECT_EQ(first.sorted(), forward.sorted());
}

TEST(ExactSumTest, OrderLeavesNoTrace) {
  std::mt19937_64 random(3);
  std::vector<double> values;
  for (int i = 0; i < 2'000; ++i) {
    values.push_back(
        std::ldexp(static_cast<double>(random() % 1'000'000), int(random() % 80) - 40));
  }
  DoubleSum forward;
  for (double value : values) forward.add(value);
  std::shuffle(values.begin(), values.end(), random);
  DoubleSum first;
  DoubleSum second;
  for (size_t i = 0; i < values.size(); ++i) (i % 3 == 0 ? first : second).add(values[i]);
  first.merge(second);
  EXPECT_EQ(first.rounded(), forward.rounded());
  DoubleSum cancel;
  for (double value : {1e100, 1.0, -1e100}) cancel.add(value);
  EXPECT_EQ(cancel.rounded(), 1.0);
}

TEST(TimeBucketsTest, AutomaticWidthsGive60To120) {
  for (int64_t range = 200; range < int64_t{1} << 60; range += range / 3) {
    const int64_t width = auto_width(range);
    EXPECT_GE(range / width + 1, 60) << range;
    EXPECT_LE(range / width, 119) << range;
  }
}

}  // namespace
}  // namespace clogs::query
