#include "server/api/metrics.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace clogs::api {
namespace {

using testing::HasSubstr;
using testing::Not;

TEST(Metrics, CountsRequestsByCallAndCode) {
  Metrics metrics("1.2.3");
  metrics.request(Transport::http, "/logs", 201, 0.002);
  metrics.request(Transport::http, "/logs", 201, 0.002);
  metrics.request(Transport::http, "/logs", 400, 0.002);
  const std::string text = metrics.text();
  EXPECT_THAT(text, HasSubstr("clogs_build_info{version=\"1.2.3\"} 1"));
  EXPECT_THAT(text,
              HasSubstr("clogs_requests_total{call=\"/logs\",code=\"201\",transport=\"http\"} 2"));
  EXPECT_THAT(text,
              HasSubstr("clogs_requests_total{call=\"/logs\",code=\"400\",transport=\"http\"} 1"));
  EXPECT_THAT(text, HasSubstr("clogs_request_seconds_count{call=\"/logs\",transport=\"http\"} 3"));
}

TEST(Metrics, DuplicatesAreNotCountedAsAccepted) {
  Metrics metrics;
  metrics.ingested(Transport::grpc, 10, 1, false, 1000, 0.01);
  metrics.ingested(Transport::grpc, 10, 1, true, 1000, 0.01);
  const std::string text = metrics.text();
  EXPECT_THAT(text, HasSubstr("outcome=\"accepted\",transport=\"grpc\"} 10\n"));
  EXPECT_THAT(text, HasSubstr("outcome=\"duplicate\",transport=\"grpc\"} 10\n"));
  EXPECT_THAT(text, HasSubstr("outcome=\"rejected\",transport=\"grpc\"} 2\n"));
  EXPECT_THAT(text, HasSubstr("clogs_ingest_bytes_total{transport=\"grpc\"} 2000\n"));
}

TEST(Metrics, SamplesOfOthersShowUntilTheirTokenGoes) {
  Metrics metrics;
  std::shared_ptr<void> token = metrics.add([] {
    Sample sync;
    sync.name = "clogs_sync_seconds";
    sync.kind = Sample::Kind::histogram;
    sync.bounds = {0.001, 0.01};
    sync.counts = {3, 2, 1};
    sync.sum = 0.05;
    Sample queue;
    queue.name = "clogs_queue_bytes";
    queue.labels = {{"tenant", "default"}};
    queue.value = 17;
    return std::vector<Sample>{sync, queue};
  });
  std::string text = metrics.text();
  EXPECT_THAT(text, HasSubstr("clogs_sync_seconds_bucket{le=\"0.01\"} 5\n"));
  EXPECT_THAT(text, HasSubstr("clogs_sync_seconds_bucket{le=\"+Inf\"} 6\n"));
  EXPECT_THAT(text, HasSubstr("clogs_queue_bytes{tenant=\"default\"} 17\n"));
  token.reset();
  EXPECT_THAT(metrics.text(), Not(HasSubstr("clogs_queue_bytes")));
}

}  // namespace
}  // namespace clogs::api
