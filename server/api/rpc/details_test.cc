#include "server/api/rpc/details.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "google/rpc/error_details.pb.h"
#include "google/rpc/status.pb.h"
#include "server/api/rpc/limits.h"
#include "server/ingest/service.h"

namespace clogs::api::rpc {
namespace {

template <typename Detail>
Detail detail_of(const CallStatus& status) {
  google::rpc::Status all;
  EXPECT_TRUE(all.ParseFromString(status.details_bin));
  EXPECT_EQ(all.code(), static_cast<int>(status.code));
  Detail detail;
  bool found = false;
  for (const auto& any : all.details()) found = found || any.UnpackTo(&detail);
  EXPECT_TRUE(found);
  return detail;
}

TEST(StatusDetails, OkHasNone) {
  const CallStatus status = call_status(ok_status());
  EXPECT_TRUE(status.ok());
  EXPECT_EQ(status.details_bin, "");
}

TEST(StatusDetails, WithoutFactsThereAreNone) {
  EXPECT_EQ(call_status(internal_error("x")).details_bin, "");
}

TEST(StatusDetails, AQueryErrorHasItsPathAndReason) {
  const CallStatus status = call_status(invalid_argument(
      "Invalid query: unknown operator :equals at [:where 1 0]",
      "{:code :clogs/unknown-operator :path [:where 1 0] :got :equals :did-you-mean [:= :in] "
      ":line 4 :column 9}"));
  const auto bad = detail_of<google::rpc::BadRequest>(status);
  ASSERT_EQ(bad.field_violations_size(), 1);
  EXPECT_EQ(bad.field_violations(0).field(), "[:where 1 0]");
  EXPECT_EQ(bad.field_violations(0).description(), status.message);
  const auto info = detail_of<google::rpc::ErrorInfo>(status);
  EXPECT_EQ(info.reason(), "UNKNOWN_OPERATOR");
  EXPECT_EQ(info.domain(), "clogs");
  EXPECT_EQ(info.metadata().at("got"), ":equals");
  EXPECT_EQ(info.metadata().at("did-you-mean"), "[:= :in]");
  EXPECT_EQ(info.metadata().at("line"), "4");
  EXPECT_EQ(info.metadata().count("path"), 0U);
}

TEST(StatusDetails, UnreadableFactsAreLeftOut) {
  EXPECT_EQ(call_status(invalid_argument("x", "{:code")).details_bin, "");
  EXPECT_EQ(call_status(invalid_argument("x", "[1 2]")).details_bin, "");
}

TEST(StatusDetails, FitTheClientsMetadata) {
  std::string facts = "{:code :clogs/x";
  for (int i = 0; i < 1000; ++i)
    facts += " :k" + std::to_string(i) + " \"" + std::string(500, 'v') + "\"";
  const CallStatus status = call_status(invalid_argument(std::string(100'000, 'm'), facts + "}"));
  EXPECT_LE(status.message.size(), max_status_message_bytes);
  EXPECT_LE(status.details_bin.size(), max_details_bytes + 2 * max_violation_bytes);
  EXPECT_EQ(detail_of<google::rpc::ErrorInfo>(status).reason(), "X");
}

TEST(StatusDetails, RejectionsThatFitAreListed) {
  std::vector<ingest::Rejection> rejected;
  for (uint64_t i = 0; i < 5000; ++i) rejected.push_back({i, std::string(1000, 'e'), "{}"});
  const CallStatus status = all_rejected_status(rejected);
  EXPECT_EQ(status.code, Code::invalid_argument);
  const auto bad = detail_of<google::rpc::BadRequest>(status);
  EXPECT_GT(bad.field_violations_size(), 3);
  EXPECT_EQ(bad.field_violations(2).field(), "records[2]");
  EXPECT_LE(status.details_bin.size(), max_details_bytes + 2 * max_violation_bytes);
}

TEST(StatusDetails, AnEmptyBatchHasASentence) { EXPECT_NE(all_rejected_status({}).message, ""); }

TEST(StatusDetails, IngestFailuresSayWhetherToComeBack) {
  EXPECT_EQ(detail_of<google::rpc::RetryInfo>(ingest_status(resource_exhausted("x")))
                .retry_delay()
                .nanos(),
            250'000'000);
  EXPECT_EQ(
      detail_of<google::rpc::RetryInfo>(ingest_status(unavailable("x"))).retry_delay().seconds(),
      2);
  EXPECT_EQ(ingest_status(failed_precondition("x")).details_bin, "");
}

TEST(StatusDetails, OverALimitIsExhaustedForIngestAndInvalidForQueries) {
  EXPECT_EQ(ingest_status(out_of_range("x")).code, Code::resource_exhausted);
  EXPECT_EQ(ingest_status(out_of_range("x")).details_bin, "");
  EXPECT_EQ(query_status(out_of_range("x")).code, Code::invalid_argument);
}

TEST(Cut, KeepsCharactersWhole) {
  EXPECT_EQ(cut("short", 10), "short");
  EXPECT_EQ(cut("0123456789x", 10), "0123456...");
  EXPECT_EQ(cut("01234\xc3\xa4\xc3\xa4\xc3\xa4", 9), "01234...");
  EXPECT_EQ(cut("01234\xc3\xa4\xc3\xa4\xc3\xa4", 10), "01234\xc3\xa4...");
}

}  // namespace
}  // namespace clogs::api::rpc
