// Deletions on a real store: what the scan leaves out, what reindex takes out of the files, and
// what a plain filter over the records says are the same.
#include "server/query/deletions.h"

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <functional>
#include <future>
#include <map>
#include <random>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "server/query/testing/harness.h"
#include "server/store/read_only_store.h"
#include "server/store/store.h"

namespace clogs::query {
namespace {

using testing::Collected;

constexpr std::string_view everything =
    "{:from [:audit :logs] :select [:n :clogs/id] :order-by [[:n :asc]] :limit 1000000}";

class DeletionsTest : public ::testing::Test {
 protected:
  DeletionsTest() {
    std::string pattern = (std::filesystem::temp_directory_path() / "clogs-query-XXXXXX").string();
    if (::mkdtemp(pattern.data()) == nullptr) ADD_FAILURE() << "no temporary directory";
    folder_ = pattern;
    open();
  }
  ~DeletionsTest() override {
    close();
    std::error_code ignored;
    std::filesystem::remove_all(folder_, ignored);
  }

  std::string dir() const { return folder_ + "/data"; }
  void open() {
    store::StoreOptions options;
    options.dir = dir();
    options.clock = &clock_;
    options.roll_bytes = 3000;
    auto opened = store::Store::open(std::move(options));
    ASSERT_TRUE(opened.ok()) << opened.status().to_string();
    store_ = *std::move(opened);
    engine_ = std::make_unique<Engine>(*store_, nullptr, clock_, Options{.threads = 2});
  }
  void close() {
    engine_.reset();
    store_.reset();
  }

  void add(std::string lines, uint32_t count, std::string stream = "logs") {
    clock_.advance(1'000'000);
    ingest::Batch batch;
    batch.tenant = "default";
    batch.stream = std::move(stream);
    batch.lines = std::move(lines);
    batch.count = count;
    std::promise<Result<ingest::Ack>> done;
    store_->append(std::move(batch),
                   [&](Result<ingest::Ack> ack) { done.set_value(std::move(ack)); });
    auto ack = done.get_future().get();
    ASSERT_TRUE(ack.ok()) << ack.status().to_string();
  }
  Result<Removal> remove(std::string_view text, bool dry_run = false) {
    clock_.advance(1'000'000);
    RemovalRequest request;
    request.text = text;
    request.tenant = "default";
    request.by = "local";
    request.recorder = dry_run ? nullptr : store_.get();
    return engine_->remove(request);
  }
  void reindex() {
    close();
    store::ReindexOptions options;
    options.dir = dir();
    options.clock = &clock_;
    options.compile = compile_deletions;
    auto report = store::reindex(options);
    ASSERT_TRUE(report.ok()) << report.status().to_string();
    EXPECT_TRUE(report->damage.empty());
    open();
  }

  std::vector<std::string> rows(std::string_view text) {
    Collected collected;
    auto prepared = engine_->prepare(text, Syntax::edn);
    EXPECT_TRUE(prepared.ok()) << prepared.status().to_string();
    if (!prepared.ok()) return {};
    const Status status = engine_->run(**prepared, "default", collected);
    EXPECT_TRUE(status.ok()) << status.to_string();
    EXPECT_FALSE(collected.trailer.partial);
    return collected.rows;
  }
  std::string numbers(std::string_view filters = "") {
    std::string all;
    for (const std::string& row :
         rows(fmt::format("{{:select [:n] :order-by [[:n :asc]] :limit 100 {}}}", filters))) {
      all += (all.empty() ? "" : " ") + row.substr(4, row.size() - 5);
    }
    return all;
  }

  std::string folder_;
  ManualClock clock_{testing::at("2026-11-23T12:00:00Z")};
  std::unique_ptr<store::Store> store_;
  std::unique_ptr<Engine> engine_;
};

TEST_F(DeletionsTest, WhatMatchesIsGoneAndWhatComesLaterStays) {
  add("{:n 1 :k \"a\"}\n{:n 2 :k \"b\"}\n", 2);
  auto removal = remove("[:= :k \"a\"]");
  ASSERT_TRUE(removal.ok()) << removal.status().to_string();
  EXPECT_EQ(removal->matched, 1u);
  EXPECT_EQ(removal->number, 1u);
  EXPECT_EQ(removal->examples, std::vector<std::string>{"{:n 1 :k \"a\"}"});
  EXPECT_EQ(numbers(), "2");
  add("{:n 3 :k \"a\"}\n", 1);
  EXPECT_EQ(numbers(), "2 3");
  close();
  open();
  EXPECT_EQ(numbers(), "2 3");
}

TEST_F(DeletionsTest, ADryRunChangesNothing) {
  add("{:n 1}\n", 1);
  auto removal = remove(":true", true);
  ASSERT_TRUE(removal.ok());
  EXPECT_EQ(removal->matched, 1u);
  EXPECT_EQ(removal->number, 0u);
  EXPECT_EQ(numbers(), "1");
}

TEST_F(DeletionsTest, AnEarlierAsOfBringsNothingBack) {
  add("{:n 1}\n{:n 2}\n", 2);
  const std::string before = format_rfc3339(Instant::from_nanos(clock_.now_nanos()));
  ASSERT_TRUE(remove("[:= :n 1]").ok());
  EXPECT_EQ(numbers(":as-of #inst \"" + before + "\""), "2");
}

TEST_F(DeletionsTest, CountsGroupsAndFieldsAgree) {
  add("{:n 1 :x 1}\n{:n 2 :y 1}\n{:n 3 :y 1}\n", 3);
  ASSERT_TRUE(remove("[:exists :x]").ok());
  EXPECT_EQ(rows("{:aggregations {:count [:count]}}"), std::vector<std::string>{"{:count 2}"});
  auto query = engine_->prepare("{}", Syntax::edn);
  ASSERT_TRUE(query.ok());
  auto fields = engine_->fields(**query, "default", 10);
  ASSERT_TRUE(fields.ok());
  ASSERT_EQ(fields->fields.size(), 2u);
  EXPECT_TRUE(
      std::ranges::none_of(fields->fields, [](const auto& one) { return one.name == "x"; }));
  auto values = engine_->field_values(**query, "default", "n", 10);
  ASSERT_TRUE(values.ok());
  EXPECT_EQ(values->values.size(), 2u);
}

TEST_F(DeletionsTest, StreamsAndTimesBoundADeletion) {
  add("{:n 1 :timestamp #inst \"2026-11-23T10:00:00Z\"}\n{:n 2}\n", 2);
  add("{:n 3}\n", 1, "audit");
  ASSERT_TRUE(remove("{:time {:to \"now-1h\"}}").ok());
  EXPECT_EQ(numbers(":from [:logs :audit]"), "2 3");
  // The hour was that of the deletion: what is older by now stays.
  clock_.advance(int64_t{3 * 3600} * 1'000'000'000);
  EXPECT_EQ(numbers(":from [:logs :audit]"), "2 3");
  ASSERT_TRUE(remove("{:from :audit :where :true}").ok());
  EXPECT_EQ(numbers(":from [:logs :audit]"), "2");
}

TEST_F(DeletionsTest, WhatMatchesNothingIsRecordedButNeedNotBeApplied) {
  add("{:n 1}\n", 1);
  auto removal = remove("[:= :n 7]");
  ASSERT_TRUE(removal.ok());
  EXPECT_EQ(removal->matched, 0u);
  EXPECT_EQ(removal->number, 1u);
  auto source = store_->open("default", INT64_MAX);
  ASSERT_TRUE(source.ok());
  EXPECT_EQ((*source)->deletions(), nullptr);
}

TEST_F(DeletionsTest, WithoutAPredicateNothingIsDeleted) {
  add("{:n 1}\n", 1);
  EXPECT_EQ(remove("{}").status().code(), Code::invalid_argument);
  EXPECT_EQ(numbers(), "1");
}

TEST_F(DeletionsTest, ClocksThatStepBackDoNotDeleteWhatComesLater) {
  add("{:n 1}\n", 1);
  ASSERT_TRUE(remove(":true").ok());
  close();
  clock_.advance(int64_t{-3600} * 1'000'000'000);
  open();
  add("{:n 2}\n", 1);
  EXPECT_EQ(numbers(), "2");
}

// A plain filter over what was sent, beside the text that says the same.
struct Known {
  int64_t n;
  int64_t k;
  std::string stream;
};
struct Choice {
  std::string text;
  std::function<bool(const Known&)> matches;
};

Choice choose(std::mt19937_64& random, int64_t next) {
  const auto below = [&](int64_t bound) { return static_cast<int64_t>(random() % bound); };
  const bool audit = below(3) == 0;
  const std::string stream = audit ? "audit" : "logs";
  const std::string from = audit ? " :from :audit" : "";
  const int64_t k = below(7);
  const int64_t low = below(next + 1);
  switch (below(4)) {
    case 0:
      return {fmt::format("{{:where [:= :k {}]{}}}", k, from),
              [=](const Known& one) { return one.stream == stream && one.k == k; }};
    case 1:
      return {fmt::format("{{:where [:between :n {} {}]{}}}", low, low + 20, from),
              [=](const Known& one) {
                return one.stream == stream && one.n >= low && one.n <= low + 20;
              }};
    case 2:
      return {
          fmt::format("{{:where [:and [:not= :k {}] [:< :n {}]]{}}}", k, low / 4, from),
          [=](const Known& one) { return one.stream == stream && one.k != k && one.n < low / 4; }};
    default:
      return {fmt::format("{{:where [:text :message \"word{}\"]{}}}", k, from),
              [=](const Known& one) { return one.stream == stream && one.k == k; }};
  }
}

class DeletionsRandom : public DeletionsTest, public ::testing::WithParamInterface<uint64_t> {
 protected:
  void add_some(std::mt19937_64& random) {
    const std::string stream = random() % 3 == 0 ? "audit" : "logs";
    std::string lines;
    const auto count = static_cast<uint32_t>(1 + random() % 40);
    for (uint32_t i = 0; i < count; ++i, ++next_) {
      const auto k = static_cast<int64_t>(random() % 7);
      lines += fmt::format("{{:n {} :k {} :message \"a word{} here\"}}\n", next_, k, k);
      known_[next_] = {next_, k, stream};
    }
    add(lines, count, stream);
  }
  void delete_some(std::mt19937_64& random) {
    const Choice choice = choose(random, next_);
    auto removal = remove(choice.text);
    ASSERT_TRUE(removal.ok()) << removal.status().to_string();
    const size_t gone =
        std::erase_if(known_, [&](const auto& one) { return choice.matches(one.second); });
    EXPECT_EQ(removal->matched, gone) << choice.text;
  }
  void check() {
    std::vector<int64_t> expected;
    for (const auto& [n, one] : known_) expected.push_back(n);
    std::vector<int64_t> found;
    for (const std::string& row : rows(everything)) found.push_back(std::stoll(row.substr(4)));
    EXPECT_EQ(found, expected);
  }

  int64_t next_ = 0;
  std::map<int64_t, Known> known_;
};

TEST_P(DeletionsRandom, ScanReindexAndPlainFilterAgree) {
  std::mt19937_64 random(GetParam());
  for (int step = 0; step < 60 && !HasFailure(); ++step) {
    const uint64_t what = random() % 20;
    if (what < 12) {
      add_some(random);
    } else if (what < 18) {
      delete_some(random);
    } else {
      // With their ids, so that a record behind removed ones keeps its own.
      const std::vector<std::string> before = rows(everything);
      reindex();
      EXPECT_EQ(rows(everything), before);
    }
    check();
  }
}

INSTANTIATE_TEST_SUITE_P(Seeds, DeletionsRandom, ::testing::Range<uint64_t>(1, 21));

}  // namespace
}  // namespace clogs::query
