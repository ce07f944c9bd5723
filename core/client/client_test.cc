#include "clogs/client.h"

#include <atomic>
#include <future>
#include <stdexcept>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "clogs/scope.h"
#include "clogs/testing.h"

namespace clogs {
namespace {

using std::chrono::seconds;
using testing::Behaviour;
using ::testing::Contains;
using ::testing::Each;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::SizeIs;
using testing::TestServer;

constexpr seconds long_enough{60};

uint64_t accounted(const Stats& s) {
  return s.sent + s.rejected + s.dropped() + s.queue_records + s.spool_records +
         s.in_flight_records;
}
#define EXPECT_BALANCED(stats) EXPECT_EQ((stats).submitted + (stats).adopted, accounted(stats))

Options quiet() {
  Options options;
  options.diagnostics = Diagnostics::off;
  options.retry_initial = std::chrono::milliseconds(1);
  options.retry_max = std::chrono::milliseconds(2);
  return options;
}

TEST(Client, StoresWhatWasLoggedOnceFlushSaysSo) {
  TestServer server;
  Client client = server.client(quiet());
  EXPECT_TRUE(client.info("added").with("sku", "a-1").with("price", 9.5).log());
  const FlushResult result = client.flush(long_enough);
  EXPECT_TRUE(result.delivered);
  EXPECT_EQ(result.remaining, 0u);
  ASSERT_EQ(server.count(), 1u);
  const std::string record = server.records_json()[0];
  EXPECT_THAT(record, HasSubstr(R"("level":"info")"));
  EXPECT_THAT(record, HasSubstr(R"("message":"added")"));
  EXPECT_THAT(record, HasSubstr(R"("sku":"a-1","price":9.5)"));
}

TEST(Client, GivesEveryRecordTheKeysOfItsProcess) {
  TestServer server;
  Options options = quiet();
  options.service = "shop";
  options.environment = "test";
  options.version = "1.2";
  options.resource = {{"region", "eu"}, {"service", "not this"}, {"region", "nor this"}};
  Client client = server.client(options);
  client.warn("low stock").log();
  client.info("own").with("region", "us").log();
  ASSERT_TRUE(client.flush(long_enough).delivered);
  const auto records = server.records_json();
  EXPECT_THAT(records, Each(HasSubstr(R"("service":"shop","environment":"test","version":"1.2")")));
  EXPECT_THAT(records, Each(HasSubstr(R"("process.pid":)" + std::to_string(getpid()))));
  EXPECT_THAT(records[0], HasSubstr(R"("region":"eu")"));
  EXPECT_THAT(records[1], HasSubstr(R"("region":"us")"));
}

TEST(Client, AddsContextAndExceptions) {
  TestServer server;
  Client client = server.client(quiet());
  const Scope scope{{"tenant", "acme"}};
  client.error("payment failed").with_exception(std::runtime_error("card refused")).log();
  ASSERT_TRUE(client.flush(long_enough).delivered);
  EXPECT_THAT(server.records_json()[0], HasSubstr(R"("tenant":"acme")"));
  EXPECT_THAT(server.records_json()[0], HasSubstr(R"("exception.message":"card refused")"));
}

TEST(Client, TakesNothingBelowItsLevel) {
  TestServer server;
  Options options = quiet();
  options.level = Level::warn;
  Client client = server.client(options);
  EXPECT_FALSE(client.info("no").with("a", 1).log());
  EXPECT_TRUE(client.warn("yes").log());
  ASSERT_TRUE(client.flush(long_enough).delivered);
  EXPECT_EQ(server.count(), 1u);
  EXPECT_EQ(client.stats().submitted, 1u);
}

TEST(Client, DoesNothingWhenItIsOff) {
  TestServer server;
  Options options = quiet();
  options.enabled = false;
  Client client = server.client(options);
  EXPECT_FALSE(client.error("no").log());
  EXPECT_TRUE(client.flush(long_enough).delivered);
  EXPECT_TRUE(client.close().delivered);
  EXPECT_EQ(server.calls(), 0u);
}

TEST(Client, CloseDeliversAndThenTakesNothing) {
  TestServer server;
  Options options = quiet();
  options.flush_interval = std::chrono::hours(1);
  Client client = server.client(options);
  client.info("last words").log();
  EXPECT_TRUE(client.close(long_enough).delivered);
  EXPECT_EQ(server.count(), 1u);
  EXPECT_FALSE(client.info("too late").log());
  EXPECT_TRUE(client.close(long_enough).delivered) << "again: the first result";
  EXPECT_EQ(client.stats().dropped_closed, 1u);
  EXPECT_BALANCED(client.stats());
}

TEST(Client, DeliversAfterFailuresOnce) {
  TestServer server;
  server.behave({.fail_times = 3});
  Client client = server.client(quiet());
  client.info("through").log();
  EXPECT_TRUE(client.flush(long_enough).delivered);
  EXPECT_EQ(server.count(), 1u);
  EXPECT_GE(client.stats().retried, 3u);
  EXPECT_THAT(client.stats().last_error, HasSubstr("memory: unavailable"));
}

TEST(Client, FlushTellsHowManyRemain) {
  TestServer server;
  server.behave({.hang = true});
  Client client = server.client(quiet());
  for (int i = 0; i < 7; ++i) client.info("stuck").log();
  const FlushResult result = client.flush(std::chrono::milliseconds(20));
  EXPECT_FALSE(result.delivered);
  EXPECT_EQ(result.remaining, 7u);
  EXPECT_BALANCED(client.stats());
  server.behave({});
  EXPECT_TRUE(client.flush(long_enough).delivered);
  EXPECT_EQ(server.count(), 7u);
}

TEST(Client, CloseCountsWhatItCouldNotDeliver) {
  TestServer server;
  server.behave({.hang = true});
  Client client = server.client(quiet());
  for (int i = 0; i < 7; ++i) client.info("stuck").log();
  const FlushResult result = client.close(std::chrono::milliseconds(20));
  EXPECT_FALSE(result.delivered);
  EXPECT_EQ(result.remaining, 7u);
  EXPECT_EQ(client.stats().dropped_shutdown, 7u);
  EXPECT_BALANCED(client.stats());
}

TEST(Client, CountsRejectedRecordsAndFlushDoesNotCallThemDelivered) {
  TestServer server;
  server.behave({.reject = true});
  Options options = quiet();
  options.flush_interval = std::chrono::hours(1);  // the record waits for the flush
  std::promise<Status> trouble;
  options.on_error = [&](const Status& status) { trouble.set_value(status); };
  Client client = server.client(options);
  client.info("bad").log();
  const FlushResult result = client.flush(long_enough);
  EXPECT_FALSE(result.delivered);
  EXPECT_EQ(result.remaining, 0u);
  EXPECT_EQ(client.stats().rejected, 1u);
  EXPECT_EQ(trouble.get_future().get().code(), Code::invalid_argument);
  EXPECT_BALANCED(client.stats());
}

TEST(Client, WhatAHookThrowsHurtsNobody) {
  TestServer server;
  server.behave({.fail_times = 1});
  Options options = quiet();
  options.on_error = [](const Status&) { throw std::runtime_error("hook"); };
  options.before_send = [](std::string&) -> bool { throw std::runtime_error("hook"); };
  Client client = server.client(options);
  EXPECT_TRUE(client.info("sent as it was").log());
  EXPECT_TRUE(client.flush(long_enough).delivered);
  EXPECT_EQ(server.count(), 1u);
}

TEST(Client, BeforeSendMayDropAndReplace) {
  TestServer server;
  Options options = quiet();
  options.before_send = [](std::string& record) {
    if (record.find("secret") != std::string::npos) return false;
    RecordWriter writer;
    writer.message("replaced");
    writer.field("password", "hunter2");
    record = writer.bytes();
    return true;
  };
  Client client = server.client(options);
  EXPECT_FALSE(client.info("secret").log());
  EXPECT_TRUE(client.info("public").log());
  ASSERT_TRUE(client.flush(long_enough).delivered);
  ASSERT_EQ(server.count(), 1u);
  EXPECT_THAT(server.records_json()[0], HasSubstr(R"("message":"replaced")"));
  EXPECT_THAT(server.records_json()[0], Not(HasSubstr("hunter2")));
  EXPECT_EQ(client.stats().dropped_before_send, 1u);
  EXPECT_BALANCED(client.stats());
}

TEST(Client, ReportsWhatItDroppedOnceTheWayIsClear) {
  TestServer server;
  server.behave({.hang = true});
  Options options = quiet();
  options.queue_max_records = 4;
  options.batch_max_records = 1;
  options.max_in_flight = 1;
  Client client = server.client(options);
  for (int i = 0; i < 100; ++i) client.info("burst").log();
  const uint64_t dropped = client.stats().dropped_queue_full;
  EXPECT_GE(dropped, 94u);
  EXPECT_LE(dropped, 96u);
  server.behave({});
  client.close(long_enough);
  EXPECT_EQ(server.count(), 100 - dropped + 1);
  EXPECT_THAT(server.records_json(), Contains(HasSubstr("\"message\":\"" + std::to_string(dropped) +
                                                        " records dropped\"")));
  EXPECT_BALANCED(client.stats());
}

TEST(Client, FlushAsyncRunsItsCallbackOnce) {
  TestServer server;
  Client client = server.client(quiet());
  client.info("a").log();
  std::promise<FlushResult> done;
  client.flush_async(long_enough, [&](FlushResult result) { done.set_value(result); });
  EXPECT_TRUE(done.get_future().get().delivered);
}

TEST(Client, MayBeUsedFromItsOwnCallbacks) {
  TestServer server;
  Client client = server.client(quiet());
  client.info("a").log();
  std::promise<FlushResult> done;
  client.flush_async(long_enough, [&](FlushResult) {
    client.info("from the callback").log();
    done.set_value(client.flush(long_enough));
  });
  EXPECT_FALSE(done.get_future().get().delivered) << "it cannot wait for itself";
  EXPECT_TRUE(client.flush(long_enough).delivered);
  EXPECT_EQ(server.count(), 2u);
}

TEST(Client, MayBeClosedFromItsOwnCallbackAndByOthersAfterwards) {
  TestServer server;
  Client client = server.client(quiet());
  client.info("a").log();
  std::promise<FlushResult> done;
  client.flush_async(long_enough, [&](FlushResult) { done.set_value(client.close(long_enough)); });
  EXPECT_FALSE(done.get_future().get().delivered) << "it cannot wait for itself";
  EXPECT_TRUE(client.close(long_enough).delivered);
  EXPECT_FALSE(client.info("too late").log());
}

TEST(Client, MayEndWithItsLastHandleInItsOwnCallback) {
  TestServer server;
  std::promise<void> done;
  {
    Client client = server.client(quiet());
    client.info("a").log();
    server.behave({.hang = true});
    client.info("b").log();
    client.flush_async(long_enough, [client, &done](FlushResult) { done.set_value(); });
  }
  server.behave({});
  done.get_future().get();
  EXPECT_EQ(server.count(), 2u);
}

TEST(Client, TakesRecordsFromManyThreadsInTheOrderOfEach) {
  TestServer server;
  Options options = quiet();
  options.on_full = OnFull::block;
  options.block_timeout = std::chrono::minutes(1);
  options.queue_max_records = 64;
  options.batch_max_records = 16;
  Client client = server.client(options);
  constexpr int threads = 4;
  constexpr int each = 500;
  {
    std::vector<std::jthread> writers;
    for (int t = 0; t < threads; ++t) {
      writers.emplace_back([&client, t] {
        for (int i = 0; i < each; ++i) client.info("m").with("t", t).with("i", i).log();
      });
    }
  }
  EXPECT_TRUE(client.close(long_enough).delivered);
  EXPECT_THAT(server.records_json(), SizeIs(threads * each));
  EXPECT_EQ(client.stats().sent, uint64_t{threads * each});
  EXPECT_BALANCED(client.stats());
}

TEST(Client, WarnsOfWrongOptionsAndGoesOnWithDefaults) {
  TestServer server;
  Options options = quiet();
  options.max_in_flight = 0;
  Client client = server.client(options);
  EXPECT_THAT(client.warnings(), SizeIs(1));
  EXPECT_EQ(client.options().max_in_flight, Options().max_in_flight);
}

TEST(Client, TheDefaultOneIsShared) {
  TestServer server;
  set_default_client(server.client(quiet()));
  default_client().info("shared").log();
  EXPECT_TRUE(default_client().flush(long_enough).delivered);
  EXPECT_EQ(server.count(), 1u);
  default_client().close();
}

}  // namespace
}  // namespace clogs
