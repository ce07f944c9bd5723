// Random batches, faults and crashes, by seed: what was acknowledged is there exactly once, what
// was refused never, what is unknown at most once, and ids increase in the order of commits. The
// fault file system loses and tears more than a real one; that real disks keep what they sync is
// not shown here.
#include <atomic>
#include <cstdlib>
#include <map>
#include <random>
#include <set>

#include <gtest/gtest.h>

#include "server/store/store_test_support.h"

namespace clogs::store {
namespace {

// CLOGS_STORE_SEEDS asks for more, CLOGS_STORE_FIRST_SEED begins with one that failed.
uint64_t from_environment(const char* name, uint64_t otherwise) {
  const char* text = std::getenv(name);
  return text == nullptr ? otherwise : std::strtoull(text, nullptr, 10);
}

class RandomRun {
 public:
  explicit RandomRun(uint64_t seed) : random_(seed), files_(seed) {
    options_.dir = "/data";
    options_.clock = &clock_;
    options_.file_system = &files_;
    options_.store_id = 1;
    options_.idle_nanos = test_hour;
    options_.roll_bytes = 2000 + below(20'000);
    options_.window.sequences = 16;
    files_.set_capacity(uint64_t{256} << 10);
  }

  // How many batches were acknowledged.
  uint64_t run() {
    uint64_t lives = 2 + below(4);
    for (uint64_t life = 0; life < lives && !::testing::Test::HasFailure(); ++life) {
      live();
      files_.restart(below(2) == 0);
      check_after_restart();
    }
    return acknowledgements_;
  }

 private:
  enum class Fate : uint8_t { acknowledged, refused, unknown };
  struct Sent {
    std::string tenant;
    ingest::Batch batch;
    Fate fate = Fate::refused;
    uint64_t order = 0;  // of the acknowledgement
  };
  using Key = int64_t;  // the :n of the batch's first record

  uint64_t below(uint64_t bound) { return random_() % bound; }

  // A new batch, or one with an id sent again.
  Key next_batch() {
    if (!with_id_.empty() && below(4) == 0) return with_id_[below(with_id_.size())];
    Key key = next_number_;
    auto count = static_cast<uint32_t>(1 + below(below(5) == 0 ? 300 : 5));
    next_number_ += count;
    ingest::Batch batch = batch_of(key, count);
    batch.tenant = below(4) == 0 ? "other" : "default";
    batch.stream = below(3) == 0 ? "audit" : "logs";
    if (below(2) == 0) {
      std::string producer = "p" + std::to_string(below(3));
      batch.id = ingest::BatchId{producer, sequences_[batch.tenant + producer] += 1 + below(3)};
      with_id_.push_back(key);
      if (below(4) == 0) batch.rejected_edn = "[" + std::to_string(key) + "]";
    }
    sent_[key] = {batch.tenant, batch, Fate::refused, 0};
    return key;
  }

  void settle(Key key, const Result<ingest::Ack>& ack) {
    Sent& sent = sent_[key];
    if (ack.ok()) {
      EXPECT_EQ(ack->accepted, sent.batch.count);
      EXPECT_EQ(ack->rejected_edn, sent.batch.rejected_edn);
      if (sent.fate == Fate::acknowledged) {
        EXPECT_TRUE(ack->duplicate) << key;
      } else if (sent.fate == Fate::refused && !ack->duplicate) {
        sent.order = ++acknowledgements_;
      }
      sent.fate = Fate::acknowledged;
    } else if (ack.status().code() == Code::internal) {
      EXPECT_NE(sent.fate, Fate::acknowledged);
      sent.fate = Fate::unknown;
    }
    // Anything else was not stored now; whether it was before stays as it is.
  }

  // One group: a first batch, and others that wait while it is being written.
  void send_group(Store& store) {
    std::vector<std::pair<Key, std::future<Result<ingest::Ack>>>> answers;
    std::set<Key> in_group;
    bool held = false;
    files_.hold();
    for (uint64_t i = 1 + below(7); i > 0; --i) {
      Key key = next_batch();
      // The same id twice in a group is asked for by a test of its own.
      if (!in_group.insert(key).second) continue;
      auto answer = std::make_shared<std::promise<Result<ingest::Ack>>>();
      auto done = std::make_shared<std::atomic<bool>>(false);
      answers.emplace_back(key, answer->get_future());
      store.append(sent_[key].batch, [this, answer, done](Result<ingest::Ack> ack) {
        answer->set_value(std::move(ack));
        *done = true;
        files_.wake();
      });
      // Until the writer stands in a write each batch is settled before the next is sent, so that
      // the frames depend on the seed alone.
      if (!held) held = files_.wait_until_held([&] { return done->load(); });
    }
    files_.release();
    for (auto& [key, future] : answers) settle(key, future.get());
  }

  void live() {
    files_.crash_after(below(3) == 0 ? 1000 : below(150));
    auto store = Store::open(options_);
    if (!store.ok()) {
      EXPECT_TRUE(files_.crashed()) << store.status().to_string();
      return;
    }
    files_.set_faults({.short_write = 0.1,
                       .write_error = below(2) ? 0.05 : 0,
                       .sync_error = below(2) ? 0.05 : 0,
                       .truncate_error = below(4) ? 0 : 0.3,
                       .directory_error = below(2) ? 0.05 : 0});
    for (uint64_t i = 5 + below(20); i > 0; --i) {
      // In all lives together less than the 24 hours for which batches are remembered.
      clock_.advance(static_cast<int64_t>(below(12)) * test_hour / 60);
      if (below(10) == 0) clock_.advance(-test_hour / 4);
      send_group(**store);
    }
    if (!files_.crashed()) check(**store, false);
    if (below(2) == 0) files_.crash();
  }

  void check_after_restart() {
    auto store = Store::open(options_);
    ASSERT_TRUE(store.ok()) << store.status().to_string();
    EXPECT_TRUE((*store)->opened().damage.empty());
    check(**store, true);
    // Unknown ones are decided now.
    for (auto& [key, sent] : sent_) {
      if (sent.fate == Fate::unknown) {
        sent.fate = present_.contains(key) ? Fate::acknowledged : Fate::refused;
      }
    }
  }

  void check(Store& store, bool restarted) {
    present_.clear();
    for (std::string_view tenant : {"default", "other"}) {
      Everything all = read_all(store, tenant);
      for (const Damage& one : all.damage) {
        ADD_FAILURE() << one.file << " at " << one.offset << ": " << one.reason;
      }
      check_tenant(tenant, all);
    }
    for (const auto& [key, sent] : sent_) {
      bool is_present = present_.contains(key);
      bool may_be = sent.fate == Fate::acknowledged || (sent.fate == Fate::unknown && restarted);
      bool must_be = sent.fate == Fate::acknowledged;
      EXPECT_TRUE(is_present || !must_be) << "lost " << key;
      EXPECT_TRUE(!is_present || may_be) << "refused or unknown, and visible: " << key;
    }
  }

  // Whole batches, each once, in the order of their acknowledgements.
  void check_tenant(std::string_view tenant, const Everything& all) {
    std::vector<int64_t> stored = numbers(all);
    uint64_t order = 0;
    for (size_t at = 0; at < stored.size();) {
      auto sent = sent_.find(stored[at]);
      ASSERT_NE(sent, sent_.end()) << "a batch begins in its middle: " << stored[at];
      EXPECT_EQ(sent->second.tenant, tenant);
      EXPECT_TRUE(present_.insert(sent->first).second) << "twice: " << sent->first;
      if (sent->second.order != 0) {
        EXPECT_GT(sent->second.order, order) << "out of order: " << sent->first;
        order = sent->second.order;
      }
      for (uint32_t i = 0; i < sent->second.batch.count; ++i, ++at) {
        ASSERT_LT(at, stored.size());
        EXPECT_EQ(stored[at], sent->first + i);
        EXPECT_EQ(all.records[at].stream, sent->second.batch.stream);
        EXPECT_TRUE(at == 0 || all.records[at - 1].id < all.records[at].id);
      }
    }
  }

  std::mt19937_64 random_;
  FaultFileSystem files_;
  ManualClock clock_{test_noon + 11 * test_hour};
  StoreOptions options_;
  std::map<Key, Sent> sent_;
  std::vector<Key> with_id_;
  std::map<std::string, uint64_t> sequences_;
  std::set<Key> present_;
  int64_t next_number_ = 1;
  uint64_t acknowledgements_ = 0;
};

TEST(StoreRandom, PromisesHoldThroughFaultsAndCrashes) {
  uint64_t first = from_environment("CLOGS_STORE_FIRST_SEED", 0);
  uint64_t end = first + from_environment("CLOGS_STORE_SEEDS", 150);
  uint64_t acknowledged = 0;
  for (uint64_t seed = first; seed < end; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    acknowledged += RandomRun(seed).run();
    ASSERT_FALSE(::testing::Test::HasFailure());
  }
  EXPECT_GT(acknowledged, end - first);
}

}  // namespace
}  // namespace clogs::store
