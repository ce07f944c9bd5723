#include "clogs/spdlog_sink.h"

#include <functional>
#include <stdexcept>
#include <thread>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <spdlog/async.h>
#include <spdlog/details/os.h>

#include "clogs/scope.h"
#include "clogs/testing.h"

namespace clogs {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using ::testing::AllOf;
using ::testing::Each;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::SizeIs;
using testing::TestServer;

constexpr seconds long_enough{60};

Options quiet() {
  Options options;
  options.diagnostics = Diagnostics::off;
  return options;
}

class SpdlogSinkTest : public ::testing::Test {
 protected:
  spdlog::logger logger(SpdlogOptions options = {}) {
    spdlog::logger made("shop.cart", std::make_shared<spdlog_sink_mt>(client_, options));
    made.set_level(spdlog::level::trace);
    return made;
  }
  std::vector<std::string> records() {
    EXPECT_TRUE(client_.flush(long_enough).delivered);
    return server_.records_json();
  }

  TestServer server_;
  Client client_ = server_.client(quiet());
};

TEST_F(SpdlogSinkTest, StoresThePayloadWithLoggerThreadAndTime) {
  logger().info("added {}", "a-1");
  const auto stored = records();
  ASSERT_THAT(stored, SizeIs(1));
  EXPECT_THAT(stored[0],
              AllOf(HasSubstr(R"("level":"info")"), HasSubstr(R"("message":"added a-1")"),
                    HasSubstr(R"("logger":"shop.cart")")));
  EXPECT_THAT(stored[0],
              HasSubstr(R"("thread":")" + std::to_string(spdlog::details::os::thread_id()) + '"'));
  EXPECT_THAT(stored[0], Not(HasSubstr("level_text")));
  EXPECT_THAT(stored[0], Not(HasSubstr("code.")));
}

TEST_F(SpdlogSinkTest, TheTimeIsThatOfTheCallNotOfTheSink) {
  const spdlog::log_clock::time_point time{std::chrono::milliseconds(1700000000123)};
  spdlog_sink_mt sink(client_);
  sink.log({time, {}, "shop", spdlog::level::info, "earlier"});
  EXPECT_THAT(records()[0], HasSubstr(R"("timestamp":"2023-11-14T22:13:20.123Z")"));
}

TEST_F(SpdlogSinkTest, MapsLevelsAndKeepsTheWordsThatDiffer) {
  spdlog::logger log = logger();
  for (const auto level : {spdlog::level::trace, spdlog::level::debug, spdlog::level::info,
                           spdlog::level::warn, spdlog::level::err, spdlog::level::critical}) {
    log.log(level, "m");
  }
  const auto stored = records();
  ASSERT_THAT(stored, SizeIs(6));
  EXPECT_THAT(stored[0], HasSubstr(R"("level":"trace")"));
  EXPECT_THAT(stored[1], HasSubstr(R"("level":"debug")"));
  EXPECT_THAT(stored[2], HasSubstr(R"("level":"info")"));
  EXPECT_THAT(stored[3],
              AllOf(HasSubstr(R"("level":"warn")"), HasSubstr(R"("level_text":"warning")")));
  EXPECT_THAT(stored[4], AllOf(HasSubstr(R"("level":"error")"), Not(HasSubstr("level_text"))));
  EXPECT_THAT(stored[5],
              AllOf(HasSubstr(R"("level":"fatal")"), HasSubstr(R"("level_text":"critical")")));
}

TEST_F(SpdlogSinkTest, ASourceLocationBecomesFields) {
  spdlog::logger log = logger();
  SPDLOG_LOGGER_CALL(&log, spdlog::level::info, "with its place");
  const auto stored = records();
  EXPECT_THAT(
      stored[0],
      AllOf(HasSubstr("spdlog_sink_test.cc\""), HasSubstr(R"("code.file.path":)"),
            HasSubstr(R"("code.line.number":)"), HasSubstr(R"("code.function.name":"TestBody")")));
}

TEST_F(SpdlogSinkTest, ScopesOfTheThreadAreFields) {
  const Scope scope{{"tenant", "acme"}};
  logger().info("in scope");
  EXPECT_THAT(records()[0], HasSubstr(R"("tenant":"acme")"));
}

TEST_F(SpdlogSinkTest, TheMappedDiagnosticContextIsFields) {
  spdlog::mdc::put("order", "17");
  logger().info("in context");
  spdlog::mdc::clear();
  EXPECT_THAT(records()[0], HasSubstr(R"("order":"17")"));
}

TEST_F(SpdlogSinkTest, IgnoresPatternsUnlessAskedFor) {
  spdlog::logger log = logger();
  log.set_pattern("<%n> %v");
  log.info("plain");
  spdlog::logger patterned = logger({.use_pattern = true});
  patterned.set_pattern("<%n> %v");
  patterned.info("made");
  const auto stored = records();
  EXPECT_THAT(stored[0], HasSubstr(R"("message":"plain")"));
  EXPECT_THAT(stored[1], HasSubstr(R"("message":"<shop.cart> made")"));
}

TEST_F(SpdlogSinkTest, TakesNothingBelowTheClientsLevel) {
  Options options = quiet();
  options.level = Level::warn;
  Client client = server_.client(options);
  spdlog::logger log("shop", std::make_shared<spdlog_sink_mt>(client));
  log.info("no");
  log.warn("yes");
  ASSERT_TRUE(client.flush(long_enough).delivered);
  EXPECT_THAT(server_.records_json(), SizeIs(1));
}

TEST_F(SpdlogSinkTest, FlushWaitsForTheAcknowledgement) {
  Options options = quiet();
  options.flush_interval = std::chrono::hours(1);
  Client client = server_.client(options);
  spdlog::logger log("shop", std::make_shared<spdlog_sink_mt>(client, SpdlogOptions{long_enough}));
  log.info("a");
  log.flush();
  EXPECT_EQ(server_.count(), 1u);
}

TEST_F(SpdlogSinkTest, FlushGivesUpAfterItsTime) {
  server_.behave({.hang = true});
  spdlog::logger log = logger({.flush_timeout = milliseconds(10)});
  log.info("stuck");
  log.flush();
  EXPECT_EQ(server_.count(), 0u);
  server_.behave({});
  EXPECT_THAT(records(), SizeIs(1));
}

TEST_F(SpdlogSinkTest, FlushWithoutTimeHurriesAndDoesNotWait) {
  Options options = quiet();
  options.flush_interval = std::chrono::hours(1);
  server_.behave({.hang = true});
  Client client = server_.client(options);
  spdlog::logger log("shop",
                     std::make_shared<spdlog_sink_mt>(client, SpdlogOptions{milliseconds(0)}));
  log.info("a");
  log.flush();
  EXPECT_EQ(client.stats().sent, 0u);
  server_.behave({});
  EXPECT_TRUE(client.flush(long_enough).delivered);
}

class Thrower final : public spdlog::formatter {
 public:
  void format(const spdlog::details::log_msg&, spdlog::memory_buf_t&) override {
    throw std::runtime_error("formatter");
  }
  std::unique_ptr<formatter> clone() const override { return std::make_unique<Thrower>(); }
};

TEST_F(SpdlogSinkTest, WhatAFormatterThrowsReachesNobody) {
  spdlog_sink_mt sink(client_, {.use_pattern = true});
  sink.set_formatter(std::make_unique<Thrower>());
  EXPECT_NO_THROW(sink.log({"shop", spdlog::level::info, "m"}));
  sink.set_formatter(nullptr);
  EXPECT_NO_THROW(sink.log({"shop", spdlog::level::info, "m"}));
}

TEST_F(SpdlogSinkTest, WorksBehindAnAsynchronousLogger) {
  spdlog::init_thread_pool(1024, 1);
  auto log =
      spdlog_logger_mt<spdlog::async_factory>("shop.async", client_, SpdlogOptions{long_enough});
  for (int i = 0; i < 100; ++i) log->info("m {}", i);
  log.reset();
  spdlog::shutdown();  // ends spdlog's thread, which has then passed everything on
  const auto stored = records();
  EXPECT_THAT(stored, SizeIs(100));
  EXPECT_THAT(stored, Each(HasSubstr(R"("logger":"shop.async")")));
  EXPECT_THAT(stored[99], HasSubstr(R"("message":"m 99")"));
}

TEST_F(SpdlogSinkTest, TakesRecordsFromManyThreads) {
  spdlog::logger log = logger({.use_pattern = true});
  {
    std::vector<std::jthread> threads;
    for (int t = 0; t < 4; ++t) {
      threads.emplace_back([&] {
        for (int i = 0; i < 250; ++i) log.info("m");
      });
    }
  }
  EXPECT_THAT(records(), SizeIs(1000));
}

}  // namespace
}  // namespace clogs
