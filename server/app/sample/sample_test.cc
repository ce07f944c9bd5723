#include "server/app/sample/sample.h"

#include <map>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "core/edn/printer.h"
#include "core/record/record.h"

namespace clogs::app {
namespace {

constexpr int64_t hour = int64_t{3600} * 1'000'000'000;

SamplePlan plan(uint64_t rows, uint64_t seed) {
  return {rows, seed, 1'790'000'000'000'000'000, 1'790'000'000'000'000'000 + 6 * hour};
}

std::vector<std::string> lines(const SamplePlan& wanted) {
  SampleGenerator generator(wanted);
  edn::Tape tape;
  std::vector<std::string> all;
  while (generator.next(tape)) all.push_back(edn::print(tape.root()));
  return all;
}

TEST(SampleTest, TheSameSeedGivesTheSameRecords) {
  EXPECT_EQ(lines(plan(500, 7)), lines(plan(500, 7)));
  EXPECT_NE(lines(plan(500, 7)), lines(plan(500, 8)));
}

TEST(SampleTest, EveryRecordIsValidAndInOrderOfTime) {
  SamplePlan wanted = plan(5000, 1);
  SampleGenerator generator(wanted);
  edn::Tape tape;
  int64_t before = wanted.begin_nanos;
  uint64_t count = 0;
  while (generator.next(tape)) {
    Result<record::Facts> facts = record::validate(tape.root());
    ASSERT_TRUE(facts.ok()) << facts.status().message();
    ASSERT_TRUE(facts->timestamp_nanos.has_value());
    EXPECT_GE(*facts->timestamp_nanos, before);
    EXPECT_LT(*facts->timestamp_nanos, wanted.end_nanos);
    before = *facts->timestamp_nanos;
    ++count;
  }
  EXPECT_EQ(count, wanted.rows);
}

TEST(SampleTest, TheOutageOfPaymentsCanBeFound) {
  SamplePlan wanted = plan(50'000, 1);
  SampleGenerator generator(wanted);
  edn::Tape tape;
  std::map<std::string, int> errors;
  std::map<std::string, int> services;
  while (generator.next(tape)) {
    std::string service(tape.root().find("service").text());
    ++services[service];
    if (tape.root().find("level").text() == "error") ++errors[service];
  }
  EXPECT_EQ(services.size(), 9u);
  EXPECT_GT(errors["payments"], 30);
}

}  // namespace
}  // namespace clogs::app
