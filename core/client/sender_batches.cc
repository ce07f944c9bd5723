// The sender's way out: which batch is made or sent next, and where to.
#include <algorithm>
#include <limits>
#include <utility>

#include "clogs/record_writer.h"
#include "core/client/sender.h"
#include "core/send/gzip.h"

namespace clogs::client {

bool Sender::report_due(send::TimePoint now) const {
  if (!way_is_clear_ || all_lost().total() <= reported_losses_) return false;
  return close_deadline_ || !last_report_ || now - *last_report_ >= report_interval;
}

bool Sender::wants_batch(send::TimePoint now) const {
  const queue::RecordQueue& queue = intake_.queue();
  if (queue.records() == 0) return report_due(now);
  return queue.records() >= options_.batch_max_records ||
         queue.bytes() >= options_.batch_max_bytes || close_deadline_ || flushes_.wants_queue() ||
         (waiting_since_ && now - *waiting_since_ >= options_.flush_interval) || report_due(now);
}

// Batches that may be sent to one endpoint only wait beside the others, so that these go on when
// that endpoint is away.
bool Sender::has_room() const {
  return batches_.size() < options_.max_in_flight * endpoints_.size();
}

bool Sender::may_send(const Endpoint& endpoint, send::TimePoint now) const {
  if (endpoint.away) return endpoint.in_flight == 0 && now >= endpoint.not_before;
  return endpoint.in_flight < options_.max_in_flight;
}

int Sender::endpoint_for(const Batch& batch, send::TimePoint now) {
  const auto usable = [&](size_t index) {
    return may_send(endpoints_[index], now) ? static_cast<int>(index) : no_endpoint;
  };
  if (batch.home != no_endpoint) return usable(static_cast<size_t>(batch.home));
  for (size_t i = 0; i < endpoints_.size(); ++i) {
    const size_t index = (current_ + i) % endpoints_.size();
    if (endpoints_[index].away) continue;
    if (i > 0) current_ = index;
    return usable(index);
  }
  // All are away: whichever may be asked again.
  for (size_t i = 0; i < endpoints_.size(); ++i) {
    const int index = usable((current_ + i) % endpoints_.size());
    if (index != no_endpoint) return index;
  }
  return no_endpoint;
}

void Sender::hold(Batch batch) { batches_.push_back({++last_key_, {}, std::move(batch)}); }

void Sender::launch(Flying& flying, int endpoint, send::TimePoint now) {
  Endpoint& to = endpoints_[static_cast<size_t>(endpoint)];
  Batch& batch = flying.batch;
  if (batch.attempts++ > 0) ++retried_;
  if (batch.position && std::exchange(batch.marked, endpoint) != endpoint) {
    const Status marked = spool_->mark_sent(*batch.position, to.transport->endpoint());
    if (!marked.ok()) fail(Notice::spool, marked, "the spool", now);
  }
  ++to.in_flight;
  flying.since = now;
  batch.at = endpoint;
  send::Request request;
  request.method = "/clogs.v1.IngestLog/Ingest";
  request.message = wire_message(batch, now);
  request.deadline = now + options_.request_timeout;
  batch.call =
      to.transport->start(std::move(request), [this, key = flying.key](send::Outcome outcome) {
        {
          const std::lock_guard lock(mutex_);
          answers_.push_back({key, std::move(outcome)});
        }
        loop_.wake();
      });
}

std::shared_ptr<const std::string> Sender::wire_message(Batch& batch, send::TimePoint now) {
  if (options_.compression != Compression::gzip) return batch.message;
  if (batch.compressed) return batch.compressed;
  Result<std::string> compressed = send::gzip_message(*batch.message);
  if (!compressed.ok()) {
    fail(Notice::delivery, compressed.status(), "sent uncompressed", now);
    return batch.message;
  }
  batch.compressed = std::make_shared<const std::string>(std::move(*compressed));
  return batch.compressed;
}

bool Sender::send_waiting(send::TimePoint now) {
  for (Flying& flying : batches_) {
    if (flying.batch.call || flying.batch.next_try > now) continue;
    const int endpoint = endpoint_for(flying.batch, now);
    if (endpoint == no_endpoint) continue;
    launch(flying, endpoint, now);
    return true;
  }
  return false;
}

void Sender::fill_and_send(send::TimePoint now) {
  if (endpoints_.empty()) return;
  const bool spooling = spool_takes_more(now);
  while (send_waiting(now)) {
  }
  while (has_room() && endpoint_for(Batch(), now) != no_endpoint) {
    if (!(spool_has_more_ && load(now))) {
      if (!wants_batch(now)) break;
      std::optional<Batch> batch = form(now);
      if (!batch) break;
      if (spooling) append(*batch, now);
      if (batch->position) cursor_ = batch->position;
      hold(std::move(*batch));
    }
    while (send_waiting(now)) {
    }
  }
  if (spool_) fill_spool(now);
}

queue::BatchId Sender::next_id() { return {.producer = producer_, .sequence = ++sequence_}; }

std::optional<Batch> Sender::form(send::TimePoint now) {
  queue::RecordQueue& queue = intake_.queue();
  flushes_.on_taken(front(), queue.records() == 0, sequence_);
  const uint64_t target = flushes_.next_target();
  uint64_t limit = options_.batch_max_records;
  if (target != std::numeric_limits<uint64_t>::max()) limit = std::min(limit, target - front());

  Batch batch;
  batch.id = next_id();
  batch.order = sequence_;
  batch.born = now;
  std::string message;
  message.reserve(std::min<size_t>(queue.bytes(), options_.batch_max_bytes) + 4096);
  writer_.begin(batch.id, message);
  if (report_due(now)) {
    put_report(message, now);
    ++batch.records;
  }
  const size_t taken = queue.take(limit, options_.batch_max_bytes, message);
  batch.records += taken;
  if (batch.records == 0) {
    --sequence_;
    return std::nullopt;
  }
  BatchWriter::end(message);
  batch.message = std::make_shared<const std::string>(std::move(message));
  taken_ += taken;
  outstanding_ += batch.records;
  const bool empty = queue.records() == 0;
  waiting_since_ = empty ? std::nullopt : std::optional(now);
  flushes_.on_formed(batch.records);
  flushes_.on_taken(front(), empty, sequence_);
  return batch;
}

std::optional<Batch> Sender::rewrite(const Batch& old, std::string_view records, uint64_t count) {
  Batch batch;
  batch.id = next_id();
  batch.order = old.order;
  batch.born = old.born;
  batch.records = count;
  std::string message;
  writer_.begin(batch.id, message);
  message.append(records);
  BatchWriter::end(message);
  batch.message = std::make_shared<const std::string>(std::move(message));
  return batch;
}

void Sender::put_report(std::string& message, send::TimePoint now) {
  const Lost lost = all_lost();
  const uint64_t count = lost.total() - reported_losses_;
  const std::string text =
      std::to_string(count) + (count == 1 ? " record" : " records") + " dropped";
  say(Notice::dropped, text, now);
  RecordWriter writer;
  writer.timestamp(environment_.unix_nanos());
  writer.level(Level::warn);
  writer.message(text);
  writer.logger("clogs");
  writer.field("clogs.dropped", count);
  writer.begin_map("clogs.dropped_since_start");
  const std::pair<std::string_view, uint64_t> reasons[] = {{"queue_full", lost.queue_full},
                                                           {"too_large", lost.too_large},
                                                           {"expired", lost.expired},
                                                           {"spool_full", lost.spool_full},
                                                           {"damaged", lost.damaged}};
  for (const auto& [reason, records] : reasons) {
    if (records > 0) writer.field(reason, records);
  }
  writer.end();
  put_record(writer.bytes(), message);
  ++reports_;
  reported_losses_ += count;
  last_report_ = now;
}

send::TimePoint Sender::next_turn(send::TimePoint now) const {
  send::TimePoint next = send::TimePoint::max();
  // What is due already waits for an outcome or a record, not for the time.
  const auto at = [&](send::TimePoint time) {
    if (time > now) next = std::min(next, time);
  };
  at(flushes_.next_deadline());
  if (close_deadline_) at(*close_deadline_);
  if (waiting_since_) at(*waiting_since_ + options_.flush_interval);
  if (last_report_ && all_lost().total() > reported_losses_) at(*last_report_ + report_interval);
  at(spool_pause_);
  for (const Endpoint& endpoint : endpoints_) {
    if (endpoint.away) at(endpoint.not_before);
  }
  for (const Flying& flying : batches_) {
    if (flying.batch.call) continue;
    at(flying.batch.next_try);
    if (!flying.batch.position) at(flying.batch.born + options_.retry_max_age);
  }
  return next;
}

}  // namespace clogs::client
