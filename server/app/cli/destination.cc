#include "server/app/cli/destination.h"

#include <future>
#include <random>
#include <utility>

#include <fmt/format.h>

#include "server/app/cli/remote_target.h"
#include "server/store/store.h"

namespace clogs::app {

namespace {

class LocalDestination final : public Destination {
 public:
  explicit LocalDestination(std::unique_ptr<store::Store> store) : store_(std::move(store)) {}

  Result<Stored> store(OutgoingBatch batch) override {
    ingest::Batch taken;
    taken.stream = std::move(batch.stream);
    taken.lines = std::move(batch.lines);
    taken.count = batch.count;
    taken.has_meta = batch.has_meta;
    if (!batch.producer.empty()) {
      taken.id = ingest::BatchId{std::move(batch.producer), batch.sequence};
    }
    std::promise<Result<ingest::Ack>> promise;
    std::future<Result<ingest::Ack>> answer = promise.get_future();
    store_->append(std::move(taken),
                   [&promise](Result<ingest::Ack> ack) { promise.set_value(std::move(ack)); });
    CLOGS_ASSIGN_OR_RETURN(ingest::Ack ack, answer.get());
    return Stored{ack.accepted, ack.duplicate, {}};
  }

 private:
  std::unique_ptr<store::Store> store_;
};

// A name that no other run has, so that sequences can count from 1.
std::string new_producer() {
  std::random_device random;
  return fmt::format("clogs-ingest-{:08x}{:08x}{:08x}", random(), random(), random());
}

class RemoteDestination final : public Destination {
 public:
  explicit RemoteDestination(std::unique_ptr<remote::Client> client)
      : client_(std::move(client)), producer_(new_producer()) {}

  Result<Stored> store(OutgoingBatch batch) override {
    remote::Batch sent;
    sent.body = std::move(batch.lines);
    sent.content_type = "application/edn";
    sent.stream = std::move(batch.stream);
    sent.id = batch.producer.empty() ? fmt::format("{}/{}", producer_, ++sequence_)
                                     : fmt::format("{}/{}", batch.producer, batch.sequence);
    CLOGS_ASSIGN_OR_RETURN(remote::Answer answer,
                           client_->ingest(sent, remote::Compression::none, {}, &stop_on_signal()));
    Stored stored{answer.accepted, answer.duplicate, {}};
    for (remote::Rejection& rejected : answer.rejected) {
      stored.refusals.push_back(std::move(rejected.error));
    }
    return stored;
  }

 private:
  std::unique_ptr<remote::Client> client_;
  std::string producer_;
  uint64_t sequence_ = 0;
};

}  // namespace

Result<std::unique_ptr<Destination>> open_destination(const IngestOptions& options) {
  if (!options.data_dir.empty()) {
    store::StoreOptions wanted;
    wanted.dir = options.data_dir;
    CLOGS_ASSIGN_OR_RETURN(auto store, store::Store::open(std::move(wanted)));
    return std::unique_ptr<Destination>(std::make_unique<LocalDestination>(std::move(store)));
  }
  if (options.meta) {
    return invalid_argument("--meta restores into a data directory: name it with --data-dir");
  }
  CLOGS_ASSIGN_OR_RETURN(auto client, remote::Client::make(target_of(options.remote)));
  return std::unique_ptr<Destination>(std::make_unique<RemoteDestination>(std::move(client)));
}

}  // namespace clogs::app
