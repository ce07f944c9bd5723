#include "server/api/http/delete_handler.h"

#include "server/api/http/testing/http_test.h"
#include "server/store/deletion.h"

namespace clogs::api::testing {
namespace {

using ::testing::HasSubstr;

constexpr std::string_view edn = "application/edn";

class Recorder final : public store::DeletionSink {
 public:
  Result<store::Deletion> record_deletion(store::Deletion deletion) override {
    deletion.number = recorded.size() + 1;
    recorded.push_back(deletion);
    return deletion;
  }
  std::vector<store::Deletion> recorded;
};

class DeleteTest : public HttpTest {
 protected:
  DeleteTest() { deletions = &recorder; }
  Response post(std::string_view target, std::string_view text, std::string_view fields = "",
                std::string_view type = edn) {
    return connect().post(target, type, text, fields);
  }
  Recorder recorder;
};

TEST_F(DeleteTest, RecordsAndAnswersWhatWent) {
  const Response response = post("/delete", "{:n 1}", "Accept: application/edn\r\n");
  EXPECT_EQ(response.status, 200u);
  EXPECT_EQ(response.body,
            "{:success true :dry-run false :matched 2 :moment #inst \"2026-11-23T12:00:00Z\" "
            ":query {:n 1} :deletion 1 :examples [{:n 1}]}\n");
  ASSERT_EQ(recorder.recorded.size(), 1u);
  EXPECT_EQ(recorder.recorded[0].by, "local");
  EXPECT_EQ(recorder.recorded[0].tenant, "default");
  EXPECT_THAT(post("/delete", "{\"n\":1}", "", "application/json").body,
              HasSubstr("\"deletion\":2"));
}

TEST_F(DeleteTest, ADryRunRecordsNothing) {
  const Response response = post("/delete?dry-run=true", "{:n 1}");
  EXPECT_EQ(response.status, 200u);
  EXPECT_THAT(response.body, HasSubstr("\"dry-run\":true"));
  EXPECT_THAT(response.body, HasSubstr("\"matched\":2"));
  EXPECT_TRUE(recorder.recorded.empty());
}

TEST_F(DeleteTest, BadRequestsRecordNothing) {
  EXPECT_EQ(post("/delete?dry-run=1", "{:n 1}").status, 400u);
  EXPECT_EQ(post("/delete", "{:bad 1}").status, 400u);
  EXPECT_EQ(post("/delete", "{:n 1}", "", "text/plain").status, 400u);
  EXPECT_EQ(connect().get("/delete").status, 405u);
  EXPECT_TRUE(recorder.recorded.empty());
}

TEST_F(DeleteTest, NeedsTheRightsToQueryAndToAdminister) {
  keys = {{"reader", "r", right_query},
          {"writer", "w", right_ingest},
          {"blind", "b", right_admin},
          {"ops", "o", right_admin | right_query}};
  EXPECT_EQ(post("/delete", "{:n 1}").status, 401u);
  for (const char* secret : {"r", "w", "b"}) {
    const std::string field = "Authorization: Bearer " + std::string(secret) + "\r\n";
    EXPECT_EQ(post("/delete", "{:n 1}", field).status, 403u) << secret;
    EXPECT_EQ(post("/delete?dry-run=true", "{:n 1}", field).status, 403u) << secret;
  }
  EXPECT_TRUE(recorder.recorded.empty());
  EXPECT_EQ(post("/delete", "{:n 1}", "Authorization: Bearer o\r\n").status, 200u);
  ASSERT_EQ(recorder.recorded.size(), 1u);
  EXPECT_EQ(recorder.recorded[0].by, "ops");
}

}  // namespace
}  // namespace clogs::api::testing
