// `clogs ingest`: stores the records of files or standard input.
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "core/base/clock.h"
#include "core/edn/reader.h"
#include "server/app/cli/destination.h"
#include "server/app/cli/once_chunks.h"
#include "server/app/cli/remote_target.h"
#include "server/app/cli/terminal.h"
#include "server/app/cli/verbs.h"
#include "server/app/files/input_file.h"
#include "server/ingest/lines.h"

namespace clogs::app {

namespace {

// Refusals that are printed one by one; the summary counts them all.
constexpr size_t refusals_shown_max = 20;
// A batch stays well below the 64 MiB that a server takes, however long its records are.
constexpr size_t batch_bytes_max = size_t{8} << 20;

Result<ingest::LineOptions> line_options(const IngestOptions& options) {
  ingest::LineOptions lines;
  CLOGS_ASSIGN_OR_RETURN(lines.format, ingest::line_format_of(options.format));
  if (options.year != 0) lines.year = options.year;
  lines.tz = options.tz;
  lines.now_nanos = SystemClock().now_nanos();
  lines.accept_meta = options.meta;
  lines.multiline = options.multiline != "off";
  return lines;
}

class Ingest {
 public:
  Ingest(const IngestOptions& options, ingest::LineOptions lines, Destination& destination,
         uint64_t total_bytes)
      : options_(options),
        lines_(std::move(lines)),
        destination_(destination),
        progress_("stored", total_bytes, options.quiet) {}

  // With --once, chunks end where the file ends.
  Status file(InputFile& input, const std::string& name) {
    if (options_.once) chunks_.emplace(name, options_.stream);
    CLOGS_ASSIGN_OR_RETURN(ingest::LineConverter lines, ingest::LineConverter::create(lines_));
    std::string bytes;
    bool more = true;
    while (more) {
      if (stop_on_signal().load()) return Status(Code::cancelled, "stopped by a signal");
      bytes.clear();
      CLOGS_ASSIGN_OR_RETURN(more, input.read(bytes));
      lines.feed(bytes);
      if (!more) lines.finish();
      std::string ready;
      lines.take(ready);
      CLOGS_RETURN_IF_ERROR(add(ready));
      progress_.update(done_bytes_ + input.bytes_read(), stored_ + before_);
    }
    done_bytes_ += input.bytes_read();
    count(input.path(), lines);
    return options_.once ? finish() : ok_status();
  }

  Status finish() {
    for (auto& [stream, batch] : waiting_) CLOGS_RETURN_IF_ERROR(send(stream, batch));
    return chunks_ ? send_chunk() : ok_status();
  }

  // False if records were refused.
  bool summary(size_t files) {
    progress_.finish();
    if (!options_.quiet) {
      double seconds = std::max(progress_.seconds(), 1e-3);
      fmt::print(stderr, "{} records of {} {} stored in {:.1f} s ({} records/s)", stored_, files,
                 files == 1 ? "file" : "files", seconds,
                 human_count(static_cast<double>(stored_) / seconds));
      if (before_ > 0) fmt::print(stderr, ", {} had been stored before", before_);
      if (refused_ > 0) fmt::print(stderr, ", {} refused", refused_);
      if (replaced_ > 0) {
        fmt::print(stderr, ", {} invalid UTF-8 sequences replaced in {} lines", replaced_,
                   repaired_lines_);
      }
      fmt::print(stderr, "; {} with a timestamp, {} with a level\n", with_timestamp_, with_level_);
    }
    return refused_ == 0;
  }

 private:
  void refuse(const std::string& sentence) {
    if (shown_++ < refusals_shown_max) fmt::print(stderr, "clogs: {}\n", sentence);
  }

  void count(const std::string& path, const ingest::LineConverter& lines) {
    const ingest::LineCounts& counts = lines.counts();
    refused_ += counts.rejected;
    replaced_ += counts.replaced_sequences;
    repaired_lines_ += counts.repaired_lines;
    with_timestamp_ += counts.with_timestamp;
    with_level_ += counts.with_level;
    for (const ingest::LineRejection& rejected : lines.rejections()) {
      refuse(fmt::format("{}:{}: {}", path, rejected.line, rejected.error));
    }
  }

  // The stream that a restored line names.
  Result<std::string> stream_of(std::string_view line) {
    if (!options_.meta) return options_.stream;
    tape_.clear();
    CLOGS_RETURN_IF_ERROR(edn::read_one(line, tape_));
    edn::View stream = tape_.root().find("clogs/stream");
    return stream && stream.is(edn::Kind::string) ? std::string(stream.text()) : options_.stream;
  }

  Status add(std::string_view lines) {
    while (!lines.empty()) {
      std::string_view line = lines.substr(0, lines.find('\n') + 1);
      lines.remove_prefix(line.size());
      CLOGS_ASSIGN_OR_RETURN(std::string stream, stream_of(line));
      OutgoingBatch& batch = waiting_[stream];
      if (batch.lines.size() + line.size() > batch_bytes_max && batch.count > 0) {
        CLOGS_RETURN_IF_ERROR(send(stream, batch));
      }
      batch.lines.append(line);
      if (++batch.count >= options_.batch_records) CLOGS_RETURN_IF_ERROR(send(stream, batch));
    }
    return {};
  }

  Status send(const std::string& stream, OutgoingBatch& batch) {
    if (batch.count == 0) return {};
    batch.stream = stream;
    batch.has_meta = options_.meta;
    if (!chunks_) return store(std::exchange(batch, {}));
    chunks_->add(std::exchange(batch, {}));
    return chunks_->full() ? send_chunk() : ok_status();
  }

  Status send_chunk() {
    for (OutgoingBatch& batch : chunks_->take()) CLOGS_RETURN_IF_ERROR(store(std::move(batch)));
    return {};
  }

  Status store(OutgoingBatch batch) {
    uint64_t sent = batch.count;
    Result<Stored> stored = destination_.store(std::move(batch));
    if (!stored.ok()) return stored.status();
    (stored->duplicate ? before_ : stored_) += stored->accepted;
    refused_ += sent - stored->accepted;
    for (const std::string& sentence : stored->refusals) refuse(sentence);
    return {};
  }

  const IngestOptions& options_;
  ingest::LineOptions lines_;
  Destination& destination_;
  Progress progress_;
  edn::Tape tape_;
  std::map<std::string, OutgoingBatch> waiting_;  // by stream
  std::optional<OnceChunks> chunks_;              // of the file that is read, with --once
  uint64_t done_bytes_ = 0;
  uint64_t stored_ = 0;
  uint64_t before_ = 0;  // stored by an earlier run
  uint64_t refused_ = 0;
  uint64_t replaced_ = 0;
  uint64_t repaired_lines_ = 0;
  uint64_t with_timestamp_ = 0;
  uint64_t with_level_ = 0;
  size_t shown_ = 0;
};

Result<std::vector<std::unique_ptr<InputFile>>> open_all(const std::vector<std::string>& paths) {
  std::vector<std::unique_ptr<InputFile>> inputs;
  for (const std::string& path : paths) {
    CLOGS_ASSIGN_OR_RETURN(auto input, InputFile::open(path));
    inputs.push_back(std::move(input));
  }
  return inputs;
}

}  // namespace

int run_ingest(const IngestOptions& options) {
  Result<ingest::LineOptions> lines = line_options(options);
  if (!lines.ok()) return fail(lines.status());
  Result<std::vector<std::string>> paths = expand_paths(options.files);
  if (!paths.ok()) return fail(paths.status());
  // All are opened before the first record is stored, so that a slip in a name stores nothing.
  auto inputs = open_all(*paths);
  if (!inputs.ok()) return fail(inputs.status());
  auto destination = open_destination(options);
  if (!destination.ok()) return fail(destination.status());

  uint64_t total = 0;
  bool known = true;
  for (const auto& input : *inputs) {
    total += input->size();
    known = known && input->size() > 0;
  }
  stop_on_signal();
  Ingest ingest(options, *std::move(lines), **destination, known ? total : 0);
  Status status;
  for (size_t i = 0; i < inputs->size() && status.ok(); ++i) {
    std::unique_ptr<InputFile> input = std::move((*inputs)[i]);
    status = ingest.file(*input, (*paths)[i]);
  }
  // What was read before a failure is stored all the same; with --once only where the next run will
  // end there too, as in a damaged file.
  const bool ends_here = status.ok() || status.code() == Code::data_loss || !options.once;
  Status finished = ends_here ? ingest.finish() : ok_status();
  bool all_good = ingest.summary(paths->size());
  if (!ends_here) {
    return fail(Status(status.code(), status.message() + "; run it again for the rest"));
  }
  if (!status.ok()) return fail(status);
  if (!finished.ok()) return fail(finished);
  return all_good ? exit_done : exit_failed;
}

}  // namespace clogs::app
