#include "server/app/cli/once_chunks.h"

#include <filesystem>
#include <system_error>
#include <utility>

#include <fmt/format.h>

#include "server/query/language/canonical.h"

namespace clogs::app {

namespace {

// The form of the text that is hashed; another form is another number.
constexpr int identity_version = 1;
constexpr std::string_view hash_prefix = "sha256:";
// 128 bits of the hash tell chunks apart, and keep the server's table of producers small.
constexpr size_t hash_digits = 32;

std::string whole_name(std::string_view file) {
  if (file == "-") return "-";
  std::error_code error;
  const std::filesystem::path path = std::filesystem::absolute(file, error);
  return error ? std::string(file) : path.lexically_normal().string();
}

}  // namespace

OnceChunks::OnceChunks(std::string_view file, std::string_view stream)
    : source_(fmt::format("{}\n{}\n{}\n", identity_version, query::sha256(whole_name(file)),
                          query::sha256(stream))) {}

void OnceChunks::add(OutgoingBatch batch) {
  bytes_ += batch.lines.size();
  batches_.push_back(std::move(batch));
}

bool OnceChunks::full() const {
  return batches_.size() >= once_chunk_batches || bytes_ >= once_chunk_bytes;
}

std::vector<OutgoingBatch> OnceChunks::take() {
  std::string identity = fmt::format("{}{}\n", source_, index_++);
  for (const OutgoingBatch& batch : batches_) identity += query::sha256(batch.lines) + "\n";
  const std::string hash = query::sha256(identity).substr(hash_prefix.size(), hash_digits);
  uint64_t sequence = 0;
  for (OutgoingBatch& batch : batches_) {
    batch.producer = "clogs-once-" + hash;
    batch.sequence = ++sequence;
  }
  bytes_ = 0;
  return std::exchange(batches_, {});
}

}  // namespace clogs::app
