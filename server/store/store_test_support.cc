#include "server/store/store_test_support.h"

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <utility>

#include <fmt/format.h>
#include <unistd.h>

#include "server/store/holes.h"

namespace clogs::store {

TempDir::TempDir() {
  std::string pattern = (std::filesystem::temp_directory_path() / "clogs-store-XXXXXX").string();
  if (::mkdtemp(pattern.data()) == nullptr) ADD_FAILURE() << "no temporary directory";
  path_ = pattern;
}
TempDir::~TempDir() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

std::string line_of(int64_t n) { return fmt::format("{{:n {}}}", n); }

ingest::Batch batch_of(int64_t first, uint32_t count) {
  ingest::Batch batch;
  batch.count = count;
  for (uint32_t i = 0; i < count; ++i) batch.lines += line_of(first + i) + "\n";
  return batch;
}
ingest::Batch batch_of(int64_t first, uint32_t count, std::string producer, uint64_t sequence) {
  ingest::Batch batch = batch_of(first, count);
  batch.id = ingest::BatchId{std::move(producer), sequence};
  return batch;
}

std::future<Result<ingest::Ack>> append_async(Store& store, ingest::Batch batch) {
  auto answer = std::make_shared<std::promise<Result<ingest::Ack>>>();
  auto future = answer->get_future();
  store.append(std::move(batch),
               [answer](Result<ingest::Ack> ack) { answer->set_value(std::move(ack)); });
  return future;
}

Result<ingest::Ack> append(Store& store, ingest::Batch batch) {
  return append_async(store, std::move(batch)).get();
}

Everything read_all(SourceProvider& provider, std::string_view tenant, int64_t as_of) {
  Everything all;
  auto source = provider.open(tenant, as_of);
  if (!source.ok()) {
    ADD_FAILURE() << source.status().to_string();
    return all;
  }
  BlockBuffer buffer;
  Block block;
  for (;;) {
    auto more = (*source)->next(buffer, block);
    if (!more.ok()) ADD_FAILURE() << more.status().to_string();
    if (!more.ok() || !*more) break;
    for_each_run(block.lines, [&](std::string_view rest, uint32_t position) {
      record::Id id = block.first;
      for (id.index += position; !rest.empty(); ++id.index) {
        size_t length = rest.find('\n');
        all.records.push_back(
            {id, std::string(block.stream), block.has_meta, std::string(rest.substr(0, length))});
        rest.remove_prefix(length + 1);
      }
    });
  }
  std::ranges::sort(all.records, {}, &StoredRecord::id);
  all.damage = (*source)->damage();
  all.as_of = (*source)->as_of_nanos();
  all.files = (*source)->files();
  return all;
}

std::vector<int64_t> numbers(const Everything& all) {
  std::vector<int64_t> result;
  for (const StoredRecord& one : all.records) {
    int64_t n = -1;
    std::string_view text = one.line;
    text.remove_prefix(std::min<size_t>(text.size(), 4));
    std::from_chars(text.data(), text.data() + text.size(), n);
    result.push_back(n);
  }
  return result;
}

StoreFixture::StoreFixture() {
  files_.set_capacity(uint64_t{8} << 20);
  options_.dir = "/data";
  options_.clock = &clock_;
  options_.file_system = &files_;
  options_.store_id = 0xab12;
  options_.idle_nanos = test_hour;
}

void StoreFixture::open() {
  auto opened = Store::open(options_);
  ASSERT_TRUE(opened.ok()) << opened.status().to_string();
  store_ = *std::move(opened);
}

void StoreFixture::crash() {
  files_.crash();
  store_.reset();
  files_.restart(false);
}

std::string StoreFixture::file(std::string_view day, int number, std::string_view tenant) const {
  return fmt::format("{}/edn/{}/{}/{:06}.edn", options_.dir, tenant, day, number);
}

}  // namespace clogs::store
