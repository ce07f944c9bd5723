#include "core/client/retry.h"

#include <gtest/gtest.h>

namespace clogs::client {
namespace {

send::Outcome outcome(Code code, bool by_transport = false) {
  send::Outcome outcome;
  if (code != Code::ok) outcome.status = Status(code, "why");
  outcome.by_transport = by_transport;
  return outcome;
}
send::Outcome with_delay(Code code) {
  send::Outcome result = outcome(code);
  result.retry_delay = std::chrono::milliseconds(5);
  return result;
}

TEST(Retry, TriesAgainWhatTheServerMayTakeLater) {
  EXPECT_EQ(judge(outcome(Code::unavailable)), Verdict::server_away);
  EXPECT_EQ(judge(outcome(Code::deadline_exceeded)), Verdict::server_away);
  EXPECT_EQ(judge(with_delay(Code::resource_exhausted)), Verdict::server_away);
  for (const Code code : {Code::cancelled, Code::aborted, Code::out_of_range, Code::data_loss}) {
    EXPECT_EQ(judge(outcome(code)), Verdict::retry) << code_name(code);
  }
}

TEST(Retry, TriesAgainWhatMayBeABrokenConnection) {
  for (const Code code : {Code::unavailable, Code::deadline_exceeded, Code::internal, Code::unknown,
                          Code::cancelled, Code::resource_exhausted}) {
    EXPECT_EQ(judge(outcome(code, true)), Verdict::server_away) << code_name(code);
  }
}

TEST(Retry, NeverTriesAgainWhatStaysWrong) {
  for (const Code code : {Code::invalid_argument, Code::unauthenticated, Code::permission_denied,
                          Code::unimplemented, Code::not_found, Code::internal, Code::unknown}) {
    EXPECT_EQ(judge(outcome(code)), Verdict::refused) << code_name(code);
  }
  EXPECT_EQ(judge(outcome(Code::unauthenticated, true)), Verdict::refused);
  EXPECT_EQ(judge(outcome(Code::resource_exhausted)), Verdict::too_large);
  EXPECT_EQ(judge(outcome(Code::failed_precondition)), Verdict::below_window);
}

TEST(Retry, TakesADuplicateForStored) {
  EXPECT_EQ(judge(outcome(Code::ok)), Verdict::stored);
  EXPECT_EQ(judge(outcome(Code::already_exists)), Verdict::stored);
}

TEST(Retry, KnowsWhenTheServerMayHaveStoredTheBatch) {
  EXPECT_TRUE(may_be_stored(outcome(Code::unavailable, true)));
  EXPECT_TRUE(may_be_stored(outcome(Code::unavailable))) << "a proxy says so too";
  EXPECT_FALSE(may_be_stored(outcome(Code::resource_exhausted)));
  send::Outcome refused_stream = outcome(Code::unavailable, true);
  refused_stream.unprocessed = true;
  EXPECT_FALSE(may_be_stored(refused_stream));
}

TEST(Backoff, DoublesUpToItsMostWithFullJitter) {
  const Backoff backoff{.initial = std::chrono::nanoseconds(100),
                        .max = std::chrono::nanoseconds(1000)};
  EXPECT_EQ(backoff.delay(0, 0).count(), 0);
  EXPECT_EQ(backoff.delay(0, 100).count(), 100);
  EXPECT_EQ(backoff.delay(0, 101).count(), 0);
  EXPECT_EQ(backoff.delay(2, 400).count(), 400);
  EXPECT_EQ(backoff.delay(2, 401).count(), 0);
  EXPECT_EQ(backoff.delay(200, 1000).count(), 1000);
  EXPECT_EQ(backoff.delay(200, 1001).count(), 0);
}

}  // namespace
}  // namespace clogs::client
