#include "server/api/http/backup_handler.h"

#include <map>

#include <fmt/format.h>

#include "server/api/http/testing/http_test.h"
#include "server/store/backup_source.h"
#include "server/store/frame.h"

namespace clogs::api::testing {
namespace {

class FakeBackup final : public store::BackupSource {
 public:
  Result<store::BackupPlan> plan() override {
    store::BackupPlan plan;
    for (const auto& [path, text] : files) plan.files.push_back({path, text.size()});
    plan.as_of_nanos = 1'795'435'200'000'000'000;
    return plan;
  }
  Status read(const store::BackupFile& file, uint64_t from, uint64_t to,
              const store::TakeBytes& take) override {
    auto found = files.find(file.path);
    if (found == files.end()) return not_found("no file of the store is called " + file.path);
    if (to > found->second.size() || from > to) return out_of_range("beyond the end");
    if (from == to) return ok_status();
    const std::string_view bytes = std::string_view(found->second).substr(from, to - from);
    CLOGS_RETURN_IF_ERROR(take(bytes.substr(0, bytes.size() / 2)));
    if (breaks) return data_loss("the disk broke");
    return take(bytes.substr(bytes.size() / 2));
  }
  std::map<std::string, std::string> files = {{"edn/default/2026-11-23/000001.edn", "0123456789"},
                                              {"store.edn", "{}"}};
  bool breaks = false;
};

class BackupTest : public HttpTest {
 protected:
  BackupTest() { backup = &source; }
  FakeBackup source;
};

TEST_F(BackupTest, ThePlanNamesFilesAndHowFarTheyGo) {
  const Response response = connect().get("/backup", "Accept: application/edn\r\n");
  EXPECT_EQ(response.status, 200u);
  EXPECT_EQ(response.body,
            "{:success true :as-of #inst \"2026-11-23T12:00:00Z\" :files [{:path "
            "\"edn/default/2026-11-23/000001.edn\" :bytes 10} {:path \"store.edn\" :bytes 2}]}\n");
}

TEST_F(BackupTest, ARangeComesWithItsSum) {
  const Response response = connect().get("/backup/edn/default/2026-11-23/000001.edn?from=2&to=7");
  EXPECT_EQ(response.status, 200u);
  EXPECT_EQ(response.field("content-type"), "application/octet-stream");
  EXPECT_EQ(response.body, "23456");
  EXPECT_TRUE(response.whole);
  EXPECT_EQ(response.trailers.at("clogs-sum"), fmt::format("{:016x}", store::checksum("23456")));
}

TEST_F(BackupTest, AnEmptyRangeIsAnAnswerToo) {
  const Response response = connect().get("/backup/store.edn?from=0&to=0");
  EXPECT_EQ(response.status, 200u);
  EXPECT_EQ(response.body, "");
  EXPECT_EQ(response.trailers.at("clogs-sum"), fmt::format("{:016x}", store::checksum("")));
}

TEST_F(BackupTest, WhatIsNotThereIsRefused) {
  EXPECT_EQ(connect().get("/backup/LOCK?from=0&to=1").status, 404u);
  EXPECT_EQ(connect().get("/backup/store.edn?from=0&to=3").status, 400u);
  EXPECT_EQ(connect().get("/backup/store.edn?from=0").status, 400u);
  EXPECT_EQ(connect().get("/backup/store.edn?from=x&to=1").status, 400u);
}

TEST_F(BackupTest, AFailureOnTheWayIsNotTakenForTheEnd) {
  source.breaks = true;
  const Response response = connect().get("/backup/store.edn?from=0&to=2");
  EXPECT_FALSE(response.whole);
}

TEST_F(BackupTest, NeedsTheRightsToQueryAndToAdminister) {
  keys = {{"reader", "r", right_query},
          {"blind", "b", right_admin},
          {"ops", "o", right_admin | right_query}};
  EXPECT_EQ(connect().get("/backup").status, 401u);
  for (const char* secret : {"r", "b"}) {
    const std::string field = "Authorization: Bearer " + std::string(secret) + "\r\n";
    EXPECT_EQ(connect().get("/backup", field).status, 403u) << secret;
    EXPECT_EQ(connect().get("/backup/store.edn?from=0&to=2", field).status, 403u) << secret;
  }
  EXPECT_EQ(connect().get("/backup", "Authorization: Bearer o\r\n").status, 200u);
}

}  // namespace
}  // namespace clogs::api::testing
