#include <condition_variable>
#include <mutex>

#include "server/query/testing/harness.h"

namespace clogs::query::testing {
namespace {

// Rows of a tail, waited for.
class Inbox {
 public:
  bool take(const TailRow& row) {
    std::lock_guard lock(mutex_);
    if (refuse_ > 0) {
      --refuse_;
      return false;
    }
    text_ += (text_.empty() ? "" : " ") + std::to_string(row.sequence) + "/" +
             std::to_string(row.dropped) + edn::print(row.row);
    ++count_;
    arrived_.notify_all();
    return true;
  }
  std::string wait_for(size_t count) {
    std::unique_lock lock(mutex_);
    arrived_.wait_for(lock, std::chrono::seconds(20), [&] { return count_ >= count; });
    return text_;
  }
  void refuse(int count) {
    std::lock_guard lock(mutex_);
    refuse_ = count;
  }

 private:
  std::mutex mutex_;
  std::condition_variable arrived_;
  std::string text_;
  size_t count_ = 0;
  int refuse_ = 0;
};

class TailTest : public QueryTest {
 protected:
  std::unique_ptr<TailSubscription> follow(std::string_view text, Inbox& inbox) {
    auto prepared = engine.prepare(text, Syntax::edn);
    EXPECT_TRUE(prepared.ok()) << prepared.status().message();
    auto subscription =
        engine.tail(*prepared, "default", [&inbox](const TailRow& row) { return inbox.take(row); });
    EXPECT_TRUE(subscription.ok()) << subscription.status().message();
    return *std::move(subscription);
  }
};

TEST_F(TailTest, ShowsWhatIsStoredFromNowOnAndMatches) {
  add("{:n 0 :level \"error\"}");
  Inbox errors;
  Inbox all;
  const auto first = follow("{:where [:>= :level \"error\"] :select [:n]}", errors);
  const auto second = follow("{}", all);
  add("{:n 1 :level \"info\"}\n{:n 2 :level \"fatal\"}");
  add("{:n 9}", "audit");
  add("{:n 8}", "logs", "other");
  add("{:n 3 :level \"error\"}");
  EXPECT_EQ(errors.wait_for(2), "1/0{:n 2} 2/0{:n 3}");
  EXPECT_EQ(all.wait_for(3),
            "1/0{:n 1 :level \"info\"} 2/0{:n 2 :level \"fatal\"} 3/0{:n 3 :level \"error\"}");
}

TEST_F(TailTest, WhatASlowReaderMissedIsCounted) {
  Inbox inbox;
  const auto subscription = follow("{}", inbox);
  inbox.refuse(2);
  add("{:n 1}\n{:n 2}\n{:n 3}");
  EXPECT_EQ(inbox.wait_for(1), "3/2{:n 3}");
}

TEST_F(TailTest, AnEndedTailGetsNothingMore) {
  Inbox ended;
  Inbox other;
  auto first = follow("{}", ended);
  const auto second = follow("{}", other);
  first.reset();
  add("{:n 1}");
  EXPECT_EQ(other.wait_for(1), "1/0{:n 1}");
  EXPECT_EQ(ended.wait_for(0), "");
}

TEST_F(TailTest, WhatATailCannotDoIsRefused) {
  for (const char* text :
       {"{:aggregations {:n [:count]}}", "{:order-by [:n]}", "{:distinct true}", "{:offset 1}"}) {
    const auto prepared = engine.prepare(text, Syntax::edn);
    ASSERT_TRUE(prepared.ok()) << text;
    const auto tail = engine.tail(*prepared, "default", [](const TailRow&) { return true; });
    EXPECT_EQ(tail.status().code(), Code::invalid_argument) << text;
  }
  Engine offline(store, nullptr, clock, {});
  const auto prepared = offline.prepare("{}", Syntax::edn);
  EXPECT_EQ(offline.tail(*prepared, "default", [](const TailRow&) { return true; }).status().code(),
            Code::failed_precondition);
}

}  // namespace
}  // namespace clogs::query::testing
