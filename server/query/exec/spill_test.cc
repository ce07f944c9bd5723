// Answers that do not fit into memory: the same as those that do, and never wrong when the disk is.
#include "server/query/exec/spill.h"

#include <filesystem>
#include <map>
#include <random>

#include <gmock/gmock.h>
#include <unistd.h>

#include "server/query/format.h"
#include "server/query/testing/harness.h"
#include "server/query/testing/temp_files.h"

namespace clogs::query::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;

class SpillTest : public QueryTest {
 protected:
  // The harness's own engine has memory for all; `tight` has none to speak of.
  SpillTest() : QueryTest({.threads = 2}) { make_tight(8 << 10); }

  void make_tight(size_t budget_bytes, unsigned threads = 2) {
    options.threads = threads;
    options.memory_budget_bytes = budget_bytes;
    options.spill_reserve_bytes = 0;
    options.temp_files = &files;
    tight = std::make_unique<Engine>(store, nullptr, clock, options);
  }

  std::string pick(std::initializer_list<const char*> from) {
    return *(from.begin() + static_cast<ptrdiff_t>(random() % from.size()));
  }
  std::string value() {
    return pick({"1", "2", "2.0", "3M", "-1", "1/2", "\"2\"", "\"a\"", "\"a\\nb\"", ":a", "nil",
                 "true", "\"\"", "[1 \"x\\\"y\" {:a 2}]", "#{1 2}",
                 "#uuid \"00000000-0000-4000-8000-000000000001\"", "\\c",
                 "\"a longer text, so that keys differ in size\"",
                 "#inst \"2026-11-23T00:00:00Z\""});
  }

  void make_records(int blocks, int lines_each) {
    for (int block = 0; block < blocks; ++block) {
      std::string lines;
      for (int i = 0; i < lines_each; ++i) {
        lines += "{:n " + std::to_string(made++);
        if (random() % 5 != 0)
          lines += " :timestamp " + std::to_string(1'790'000'000 + random() % 40);
        for (const char* name : {"f", "g", "level"}) {
          if (random() % 4 != 0) lines += " :" + std::string(name) + " " + value();
        }
        if (random() % 100 == 0) lines += " :rare" + std::to_string(random() % 9) + " 1";
        lines += "}\n";
      }
      add(lines, block % 5 == 0 ? "audit" : "logs");
    }
  }

  std::string order() {
    std::string all = "[";
    for (auto columns = random() % 4; columns > 0; --columns) {
      all += "[" + pick({":timestamp", ":f", ":g", ":level", ":n", ":clogs/id", ":clogs/stream"}) +
             " " + pick({":asc", ":desc"}) + pick({"", " {:nulls :first}"}) + "]";
    }
    return all + "]";
  }
  std::string random_query(std::string_view page) {
    std::string text =
        "{:from [:audit :logs] :where " + pick({":true", "[:exists :f]"}) + " :order-by " + order();
    text += pick({"", "", " :select [:n :f]", " :select [:*  :clogs/id]"});
    text += pick({"", "", "", " :distinct true", " :distinct [:f]", " :distinct [:timestamp :g]"});
    text += " :limit " + pick({"1", "7", "40", "100000", "100000", "100000"});
    text += pick({"", "", " :offset 3"});
    text +=
        std::string(page) + " :options {:digest true :count " + pick({":exact", ":approx"}) + "}}";
    return text;
  }

  static Collected run_on(Engine& engine, std::string_view text) {
    Collected collected;
    const auto prepared = engine.prepare(text, Syntax::edn);
    collected.status =
        prepared.ok() ? engine.run(**prepared, "default", collected) : prepared.status();
    return collected;
  }
  // A query that asks for all rows in a random order.
  std::string export_query() {
    return "{:from [:audit :logs] :order-by " + order() + " :limit 100000}";
  }

  MemoryTempFiles files;
  Options options;
  std::unique_ptr<Engine> tight;
  std::mt19937 random{20261123};
  int64_t made = 0;
};

void expect_same(const Collected& spilled, const Collected& whole, const std::string& query) {
  ASSERT_TRUE(whole.status.ok()) << whole.status.message() << query;
  ASSERT_TRUE(spilled.status.ok()) << spilled.status.message() << query;
  EXPECT_EQ(spilled.rows, whole.rows) << query;
  EXPECT_EQ(spilled.trailer.digest, whole.trailer.digest) << query;
  EXPECT_EQ(spilled.trailer.next, whole.trailer.next) << query;
  EXPECT_EQ(spilled.trailer.prev, whole.trailer.prev) << query;
  EXPECT_EQ(spilled.trailer.total, whole.trailer.total) << query;
  EXPECT_EQ(spilled.trailer.total_exact, whole.trailer.total_exact) << query;
  EXPECT_THAT(whole.trailer.warnings, IsEmpty()) << query;
  EXPECT_THAT(spilled.trailer.warnings, IsEmpty()) << query;
}

TEST_F(SpillTest, SpilledAnswersAreThoseOfMemoryForAnyOrderPageAndDistinct) {
  make_records(10, 20);
  uint64_t spilled = 0;
  for (int round = 0; round < 480 && !HasFailure(); ++round) {
    if (round % 60 == 0) make_tight(size_t{2 << 10} << (random() % 6), 1 + random() % 3);
    files.start_over();
    std::string query = random_query("");
    Collected whole = run_on(engine, query);
    expect_same(run_on(*tight, query), whole, query);
    if (files.writes() > 0) ++spilled;
    // A page on, and back again; :distinct has no pages.
    if (whole.trailer.next.empty() || query.find(":distinct") != std::string::npos) continue;
    const std::string tail = query.substr(query.find(" :options"));
    query = query.substr(0, query.find(" :offset"));
    query = query.substr(0, query.find(" :options"));
    const std::string on = query + " :after \"" + whole.trailer.next + "\"" + tail;
    whole = run_on(engine, on);
    expect_same(run_on(*tight, on), whole, on);
    if (whole.trailer.prev.empty()) continue;
    const std::string back = query + " :before \"" + whole.trailer.prev + "\"" + tail;
    expect_same(run_on(*tight, back), run_on(engine, back), back);
  }
  EXPECT_GT(spilled, 150U);
  EXPECT_EQ(files.open_files(), 0U);
}

TEST_F(SpillTest, ManyRunsAreMergedInSeveralPasses) {
  make_records(40, 100);
  files.faults.can_discard = false;
  make_tight(1 << 10, 1);  // a run a row or two
  for (const char* order : {"[]", "[[:g :desc] [:f :asc]]"}) {
    const std::string query = "{:order-by " + std::string(order) + " :limit 100000}";
    expect_same(run_on(*tight, query), run_on(engine, query), query);
  }
  EXPECT_GT(files.writes(), 4000U);
}

TEST_F(SpillTest, APageOfManyRowsKeepsNoMoreOnDiskThanTwicePages) {
  make_records(40, 100);
  const std::string query = "{:from [:audit :logs] :order-by [[:n :desc]] :limit 500}";
  // Newer records are better, so each run is wanted when it is written.
  options.max_spill_bytes = 60 << 10;
  make_tight(64 << 10, 1);
  expect_same(run_on(*tight, query), run_on(engine, query), query);
  files.faults.can_discard = false;
  EXPECT_TRUE(run_on(*tight, query).trailer.partial) << "the limit is too large to show anything";
}

TEST_F(SpillTest, ALongRowTravelsAsABlockOfItsOwn) {
  add("{:n 1 :message \"" + std::string(3 << 20, 'x') + "\"}\n{:n 2}");
  add("{:n 3}");
  const std::string query = "{:order-by [[:message :asc] [:n :desc]]}";
  expect_same(run_on(*tight, query), run_on(engine, query), query);
  EXPECT_GT(files.writes(), 0U);
}

TEST_F(SpillTest, CsvNamesAColumnThatComesUpInTheLastRow) {
  make_records(10, 100);
  add("{:n 5000 :timestamp 1 :late \"z\"}");
  const auto csv = [](Engine& which) {
    std::string all;
    const auto formatter = make_formatter(Format::csv, [&all](std::string_view piece) {
      all += piece;
      return ok_status();
    });
    const auto prepared = which.prepare("{:limit 100000}", Syntax::edn);
    EXPECT_TRUE(which.run(**prepared, "default", *formatter).ok());
    EXPECT_FALSE(formatter->trailer().partial);
    return all;
  };
  const std::string spilled = csv(*tight);
  EXPECT_GT(files.writes(), 0U);
  EXPECT_EQ(spilled, csv(engine));
  const std::string header = spilled.substr(0, spilled.find("\r\n"));
  EXPECT_TRUE(header.ends_with(",late")) << header;
  EXPECT_TRUE(spilled.ends_with(",z\r\n"));
}

TEST_F(SpillTest, CsvOfMoreColumnsThanATableTakesSaysSo) {
  std::string lines;
  for (int i = 0; i < 100; ++i) {
    lines += "{";
    for (int k = 0; k < 200; ++k) lines += ":c" + std::to_string(i * 200 + k) + " 1 ";
    lines += "}\n";
  }
  add(lines);
  std::string all;
  const auto formatter = make_formatter(Format::csv, [&all](std::string_view piece) {
    all += piece;
    return ok_status();
  });
  const auto prepared = engine.prepare("{:order-by [:timestamp]}", Syntax::edn);
  ASSERT_TRUE(engine.run(**prepared, "default", *formatter).ok());
  EXPECT_TRUE(formatter->trailer().partial);
  EXPECT_THAT(formatter->trailer().warnings.at(0), HasSubstr("3616 values"));
}

TEST_F(SpillTest, ShortReadsAndWritesChangeNothing) {
  make_records(10, 50);
  files.faults.longest_write = 7;
  files.faults.longest_read = 11;
  const std::string query = export_query();
  expect_same(run_on(*tight, query), run_on(engine, query), query);
  EXPECT_GT(files.writes(), 100U);
}

// Rows in their right order with none that is not in the whole answer.
void expect_part_of(const Collected& part, const Collected& whole) {
  size_t at = 0;
  for (const std::string& row : part.rows) {
    while (at < whole.rows.size() && whole.rows[at] != row) ++at;
    ASSERT_LT(at, whole.rows.size()) << row << " is wrong or out of order";
    ++at;
  }
}

TEST_F(SpillTest, AFullDiskGivesAPartialAnswerOfRightRows) {
  make_records(20, 30);
  for (uint64_t round = 0; round < 200 && !HasFailure(); ++round) {
    const std::string query = export_query();
    files.start_over();
    files.faults = {.capacity = random() % 9000};
    const Collected part = run_on(*tight, query);
    ASSERT_TRUE(part.status.ok()) << part.status.message();
    expect_part_of(part, run_on(engine, query));
    if (part.rows.size() == 600) continue;
    EXPECT_TRUE(part.trailer.partial);
    EXPECT_THAT(part.trailer.warnings.at(0), HasSubstr("No space left on device"));
    EXPECT_FALSE(part.trailer.total.has_value());
  }
}

TEST_F(SpillTest, AFullDiskNeverMakesDistinctShowAKindTwice) {
  make_records(20, 30);
  for (uint64_t round = 0; round < 200 && !HasFailure(); ++round) {
    files.start_over();
    files.faults = {.capacity = random() % 6000};
    const Collected part =
        run_on(*tight,
               "{:from [:audit :logs] :select [:f :g] :distinct true :order-by [[:f :asc]] "
               ":limit 100000}");
    ASSERT_TRUE(part.status.ok()) << part.status.message();
    std::map<std::string, int> seen;
    for (const std::string& row : part.rows) EXPECT_EQ(++seen[row], 1) << row;
  }
}

TEST_F(SpillTest, ADirectoryThatTakesNoFilesGivesAPartialAnswer) {
  make_records(10, 50);
  files.faults.create_fails = true;
  const Collected part = run_on(*tight, "{:limit 100000}");
  ASSERT_TRUE(part.status.ok());
  EXPECT_TRUE(part.trailer.partial);
  EXPECT_THAT(part.trailer.warnings.at(0), HasSubstr("cannot create a temporary file"));
  EXPECT_GT(part.rows.size(), 0U);
}

TEST_F(SpillTest, BytesThatCannotBeReadBackEndTheQueryAndShowNothingWrong) {
  make_records(20, 30);
  const auto fault = {&MemoryTempFiles::Faults::reads_until_error,
                      &MemoryTempFiles::Faults::reads_until_flip,
                      &MemoryTempFiles::Faults::reads_until_end};
  int failed = 0;
  for (uint64_t round = 0; round < 100 && !HasFailure(); ++round) {
    const std::string query = export_query();
    const Collected whole = run_on(engine, query);
    for (const auto which : fault) {
      files.start_over();
      files.faults = {};
      files.faults.*which = round * 3;
      const Collected part = run_on(*tight, query);
      expect_part_of(part, whole);
      if (!part.status.ok()) ++failed;
      if (part.status.ok() && !part.trailer.partial) {
        EXPECT_EQ(part.rows, whole.rows);
      }
    }
  }
  EXPECT_GT(failed, 30);
  EXPECT_EQ(files.open_files(), 0U);
}

TEST_F(SpillTest, TheLimitOfTemporaryFilesIsNamed) {
  make_records(20, 50);
  options.max_spill_bytes = 5000;
  make_tight(8 << 10);
  const Collected part = run_on(*tight, "{:limit 100000}");
  ASSERT_TRUE(part.status.ok());
  EXPECT_TRUE(part.trailer.partial);
  EXPECT_THAT(part.trailer.warnings.at(0), HasSubstr("query.max-spill-bytes 5000"));
  EXPECT_EQ(run_on(*tight, "{:limit 100000 :options {:partial false}}").status.code(),
            Code::resource_exhausted);
}

TEST_F(SpillTest, TheDiskKeepsRoomForOthers) {
  make_records(20, 50);
  options.spill_reserve_bytes = 1 << 20;
  options.memory_budget_bytes = 8 << 10;
  files.free = (1 << 20) + 1000;
  Engine careful(store, nullptr, clock, options);
  const Collected part = run_on(careful, "{:limit 100000}");
  EXPECT_TRUE(part.trailer.partial);
  EXPECT_THAT(part.trailer.warnings.at(0), HasSubstr("would leave less than 1048576 bytes free"));
  EXPECT_EQ(files.writes(), 0U);
}

TEST_F(SpillTest, ACancelledQueryStopsSpillingAtOnce) {
  make_records(20, 50);
  const auto prepared = tight->prepare("{:limit 100000}", Syntax::edn);
  ASSERT_TRUE(prepared.ok());
  const auto cancel = std::make_shared<std::atomic<bool>>(false);
  files.on_write = [cancel] { cancel->store(true); };
  Collected collected;
  EXPECT_EQ(tight->run(**prepared, "default", collected, cancel).code(), Code::cancelled);
  EXPECT_TRUE(collected.rows.empty());
  EXPECT_LE(files.writes(), 2U);  // one of each thread
  EXPECT_EQ(files.open_files(), 0U);
}

TEST_F(SpillTest, ACancelledReaderGetsNoFurtherRow) {
  make_records(20, 50);
  struct Reader final : RowSink {
    std::shared_ptr<std::atomic<bool>> cancel = std::make_shared<std::atomic<bool>>(false);
    int rows = 0;
    Status begin(const Header&) override { return ok_status(); }
    Status row(edn::View) override {
      if (++rows == 10) cancel->store(true);
      return ok_status();
    }
    Status end(const Trailer&) override { return ok_status(); }
  } reader;
  const auto prepared = tight->prepare("{:limit 100000}", Syntax::edn);
  ASSERT_TRUE(prepared.ok());
  EXPECT_EQ(tight->run(**prepared, "default", reader, reader.cancel).code(), Code::cancelled);
  EXPECT_EQ(reader.rows, 10);
  EXPECT_EQ(files.open_files(), 0U);
}

TEST_F(SpillTest, SmallAnswersTouchNoDisk) {
  make_records(20, 50);
  make_tight(1 << 20);
  EXPECT_TRUE(run_on(*tight, "{:order-by [[:f :asc]] :limit 50}").status.ok());
  EXPECT_EQ(files.created(), 0U);
}

TEST(PosixTempFilesTest, AFileHasNoNameAndGivesBackItsBytes) {
  std::string dir = ::testing::TempDir() + "clogs-spill-XXXXXX";
  ASSERT_NE(::mkdtemp(dir.data()), nullptr);
  {
    Spill spill({&posix_temp_files(), dir, 1 << 20, 0});
    SpillCodec codec;
    const std::string text(100'000, 'a');
    std::string noise(1000, 'x');
    std::mt19937 random(7);
    for (char& c : noise) c = static_cast<char>(random());
    const auto first = spill.write(text, codec);
    const auto second = spill.write(noise, codec);
    ASSERT_TRUE(first.ok() && second.ok()) << first.status().message();
    EXPECT_TRUE(std::filesystem::is_empty(dir));
    std::string back;
    ASSERT_TRUE(spill.read(*second, codec, back).ok());
    EXPECT_EQ(back, noise);
    ASSERT_TRUE(spill.read(*first, codec, back).ok());
    EXPECT_EQ(back, text);
    const uint64_t before = spill.bytes();
    spill.discard(*first);
    EXPECT_LE(spill.bytes(), before);
  }
  EXPECT_EQ(posix_temp_files().create(dir + "/nothing").status().code(), Code::not_found);
  std::filesystem::remove_all(dir);
}

}  // namespace
}  // namespace clogs::query::testing
