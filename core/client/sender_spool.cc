// The sender and its batches on disk.
#include <algorithm>
#include <limits>
#include <utility>

#include "core/client/sender.h"

namespace clogs::client {
namespace {

// Before a spool that could not be written is tried again.
constexpr std::chrono::seconds pause_after_failure{1};

}  // namespace

void Sender::open_spool(send::TimePoint now) {
  if (options_.on_full != OnFull::spool || !environment_.open_spool) return;
  Result<std::unique_ptr<queue::Spool>> spool = environment_.open_spool();
  if (!spool.ok()) {
    return fail(Notice::spool, spool.status().with_context("going on without a spool"), "", now);
  }
  spool_ = std::move(*spool);
  adopted_ = spool_->stats().records;
  outstanding_ += adopted_;
  spool_has_more_ = adopted_ > 0;
  flushes_.on_formed(adopted_);  // a flush that began before waits for them too
}

// Less than the 24 hours for which a server knows the ids of a producer (docs/api.md), by an hour
// for clocks that differ.
bool Sender::is_too_old(const queue::SpooledBatch& batch) const {
  constexpr std::chrono::nanoseconds age_max = std::chrono::hours(23);
  return environment_.unix_nanos() - batch.written_nanos > age_max.count();
}

// The one among ours that a dead process sent the batch to; none where that is not known any more.
int Sender::endpoint_of(const queue::SpooledBatch& batch) const {
  for (size_t i = 0; i < endpoints_.size(); ++i) {
    if (queue::endpoint_tag(endpoints_[i].transport->endpoint()) == batch.endpoint) {
      return static_cast<int>(i);
    }
  }
  return no_endpoint;
}

bool Sender::append(Batch& batch, send::TimePoint now) {
  if (!spool_ || now < spool_pause_) return false;
  const Result<queue::SpoolPosition> position =
      spool_->append(batch.id, batch.records, body_of(*batch.message));
  note_spool_losses(now);
  if (!position.ok()) {
    spool_pause_ = now + pause_after_failure;
    fail(Notice::spool, position.status(), "the spool", now);
    return false;
  }
  batch.position = *position;
  return true;
}

// Batches in memory that the disk refused come first, so that no more than one of them waits.
bool Sender::spool_takes_more(send::TimePoint now) {
  if (!spool_ || now < spool_pause_) return false;
  for (Flying& flying : batches_) {
    Batch& batch = flying.batch;
    if (!batch.position && !batch.evicted && !append(batch, now)) return false;
  }
  return true;
}

// With every batch that is full on disk, a killed process loses the open one at most.
void Sender::fill_spool(send::TimePoint now) {
  while (spool_takes_more(now) && wants_batch(now)) {
    std::optional<Batch> batch = form(now);
    if (!batch) return;
    if (append(*batch, now)) {
      spool_has_more_ = true;
    } else {
      hold(std::move(*batch));
    }
  }
}

bool Sender::load(send::TimePoint now) {
  for (;;) {
    Result<std::optional<queue::SpooledBatch>> next = spool_->next(cursor_);
    if (!next.ok()) fail(Notice::spool, next.status(), "the spool", now);
    if (!next.ok() || !*next) {
      spool_has_more_ = false;
      note_damage(now);
      return false;
    }
    queue::SpooledBatch& spooled = **next;
    cursor_ = spooled.position;
    const bool held = std::any_of(batches_.begin(), batches_.end(), [&](const Flying& f) {
      return f.batch.position && f.batch.position->segment == spooled.position.segment &&
             f.batch.position->offset == spooled.position.offset;
    });
    if (held) continue;
    Batch batch;
    const bool own = spooled.id.producer == producer_;
    if (spooled.maybe_sent && is_too_old(spooled)) {
      // The server may have forgotten its id: sent again it might be stored twice.
      spool_->remove(spooled.position);
      count_spool_loss(lost_.expired, spooled.records);
      say(Notice::dropped, "a batch from the spool is too old to be sent again", now);
      continue;
    }
    batch.order = own ? spooled.id.sequence : 0;
    batch.id = std::move(spooled.id);
    batch.records = spooled.records;
    batch.message = std::make_shared<const std::string>(message_of(spooled.body));
    batch.position = spooled.position;
    batch.born = now;
    batch.may_be_stored = spooled.maybe_sent;
    if (spooled.maybe_sent && !options_.shared_batch_ids) {
      batch.home = batch.marked = endpoint_of(spooled);
    }
    hold(std::move(batch));
    return true;
  }
}

// A segment that went took batches with it. Those of them that are in memory go on from there.
void Sender::note_spool_losses(send::TimePoint now) {
  const uint64_t dropped = spool_->stats().dropped_records;
  uint64_t lost = dropped - std::exchange(spool_losses_seen_, dropped);
  if (lost == 0) return;
  // Segments go in the order of their numbers.
  const Result<std::optional<queue::SpooledBatch>> oldest = spool_->next(std::nullopt);
  const uint64_t first_segment =
      oldest.ok() && *oldest ? (*oldest)->position.segment : std::numeric_limits<uint64_t>::max();
  for (Flying& flying : batches_) {
    Batch& batch = flying.batch;
    if (!batch.position || batch.position->segment >= first_segment) continue;
    batch.position.reset();
    batch.evicted = true;
    lost -= std::min(lost, batch.records);
  }
  count_spool_loss(lost_.spool_full, lost);
  say(Notice::dropped, "the spool is full, its oldest segment went", now);
}

// Everything in the spool is in memory now; what is still missing could not be read.
void Sender::note_damage(send::TimePoint now) {
  uint64_t held = 0;
  for (const Flying& flying : batches_) held += flying.batch.records;
  const uint64_t missing = outstanding_ - std::min(outstanding_, held);
  if (missing == 0) return;
  count_spool_loss(lost_.damaged, missing);
  fail(Notice::spool, data_loss(std::to_string(missing) + " records could not be read back"),
       "the spool", now);
}

void Sender::count_spool_loss(uint64_t& reason, uint64_t records) {
  constexpr uint64_t oldest = 0;
  reason += records;
  outstanding_ -= records;
  flushes_.on_resolved(oldest, records, records);
}

}  // namespace clogs::client
