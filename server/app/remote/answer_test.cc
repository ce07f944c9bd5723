#include "server/app/remote/answer.h"

#include <gtest/gtest.h>

namespace clogs::app::remote {
namespace {

TEST(RemoteAnswer, AFailureKeepsItsSentenceAndDetails) {
  const Status status = failure_of(
      400, "application/edn",
      R"({:success false, :error "Invalid query: x", :details {:code :clogs/bad :path [:where]}})");
  EXPECT_EQ(status.code(), Code::invalid_argument);
  EXPECT_EQ(status.message(), "Invalid query: x");
  EXPECT_EQ(status.details(), "{:code :clogs/bad :path [:where]}");
}

TEST(RemoteAnswer, AFailureAsJsonIsTheSame) {
  const Status status = failure_of(401, "application/json; charset=utf-8",
                                   R"({"success":false,"error":"An API key is needed"})");
  EXPECT_EQ(status.code(), Code::unauthenticated);
  EXPECT_EQ(status.message(), "An API key is needed");
  EXPECT_EQ(status.details(), "");
}

TEST(RemoteAnswer, APageOfAProxyIsShownShort) {
  const Status status = failure_of(502, "text/html", "<html>\n" + std::string(1000, 'x'));
  EXPECT_EQ(status.code(), Code::unavailable);
  EXPECT_TRUE(status.message().starts_with("The server answered 502: <html> xxx"));
  EXPECT_LT(status.message().size(), 300U);
}

TEST(RemoteAnswer, StatusesHaveTheirCodes) {
  EXPECT_EQ(failure_of(403, "", "").code(), Code::permission_denied);
  EXPECT_EQ(failure_of(404, "", "").code(), Code::not_found);
  EXPECT_EQ(failure_of(409, "", "").code(), Code::failed_precondition);
  EXPECT_EQ(failure_of(413, "", "").code(), Code::out_of_range);
  EXPECT_EQ(failure_of(429, "", "").code(), Code::resource_exhausted);
  EXPECT_EQ(failure_of(500, "", "").code(), Code::internal);
  EXPECT_EQ(failure_of(503, "", "").code(), Code::unavailable);
  EXPECT_EQ(failure_of(302, "", "").code(), Code::unknown);
}

TEST(RemoteAnswer, AnAnswerToABatchListsItsRejections) {
  const Result<Answer> answer = ingest_answer(
      201, "application/edn",
      R"({:message "stored" :accepted 2 :rejected [{:index 1 :error "no map" :details {:a 1}}]})");
  ASSERT_TRUE(answer.ok());
  EXPECT_EQ(answer->accepted, 2U);
  ASSERT_EQ(answer->rejected.size(), 1U);
  EXPECT_EQ(answer->rejected[0].index, 1U);
  EXPECT_EQ(answer->rejected[0].error, "no map");
  EXPECT_EQ(answer->rejected[0].details_edn, "{:a 1}");
}

TEST(RemoteAnswer, ABatchWithoutAGoodRecordIsAnAnswer) {
  const Result<Answer> answer = ingest_answer(
      400, "application/json",
      R"({"success":false,"error":"none","details":{"rejected":[{"index":0,"error":"bad"}]}})");
  ASSERT_TRUE(answer.ok());
  EXPECT_EQ(answer->accepted, 0U);
  ASSERT_EQ(answer->rejected.size(), 1U);
}

TEST(RemoteAnswer, AnUnreadableBodyIsAFailure) {
  const Result<Answer> answer = ingest_answer(
      400, "application/json", R"({"success":false,"error":"Invalid request body: x"})");
  EXPECT_EQ(answer.status().code(), Code::invalid_argument);
}

TEST(RemoteAnswer, AForeignServerIsNoSuccess) {
  EXPECT_EQ(ingest_answer(200, "text/html", "<html>hello").status().code(), Code::unknown);
}

}  // namespace
}  // namespace clogs::app::remote
