// What the sender makes of the answers.
#include <algorithm>
#include <utility>

#include "core/client/sender.h"

namespace clogs::client {

void Sender::take_answers(send::TimePoint now) {
  std::vector<Answer> answers;
  answers.swap(answers_);
  for (Answer& answer : answers) {
    const auto flying = std::find_if(batches_.begin(), batches_.end(),
                                     [&](const Flying& f) { return f.key == answer.key; });
    if (flying == batches_.end() || !flying->batch.call) continue;
    settle(static_cast<size_t>(flying - batches_.begin()), answer.outcome, now);
  }
}

void Sender::settle(size_t index, send::Outcome& outcome, send::TimePoint now) {
  Flying& flying = batches_[index];
  Batch& batch = flying.batch;
  Endpoint& endpoint = endpoints_[static_cast<size_t>(batch.at)];
  --endpoint.in_flight;
  batch.call.reset();
  const Verdict verdict = judge(outcome);
  note_endpoint(endpoint, flying, verdict, outcome, now);
  if (verdict != Verdict::stored && may_be_stored(outcome)) {
    batch.may_be_stored = true;
    if (!options_.shared_batch_ids) batch.home = batch.at;
  }
  const Status why = outcome.status.with_context(endpoint.transport->endpoint());
  switch (verdict) {
    case Verdict::stored:
      return stored(index, outcome, now);
    case Verdict::retry:
    case Verdict::server_away:
      return retry_later(index, verdict, outcome, now);
    case Verdict::too_large:
      return split(index, why, now);
    case Verdict::below_window:
      return renumber(index, why, now);
    case Verdict::refused:
      return refuse(index, why, now);
  }
}

void Sender::note_endpoint(Endpoint& endpoint, const Flying& flying, Verdict verdict,
                           const send::Outcome& outcome, send::TimePoint now) {
  if (verdict != Verdict::server_away) {
    if (outcome.by_transport) return;
    if (endpoint.away) say(Notice::recovered, endpoint.transport->endpoint() + " answers", now);
    endpoint.away = endpoint.asked_to_wait = false;
    endpoint.failures = 0;
    return;
  }
  way_is_clear_ = false;
  if (outcome.retry_delay) {
    const send::TimePoint asked = now + *outcome.retry_delay;
    endpoint.not_before = endpoint.asked_to_wait ? std::max(endpoint.not_before, asked) : asked;
    endpoint.asked_to_wait = true;
  }
  // Calls that were on their way when the first one failed say nothing new.
  if (endpoint.away && flying.since < endpoint.away_since) return;
  if (!outcome.retry_delay) {
    endpoint.not_before = now + backoff_.delay(endpoint.failures, environment_.random());
    endpoint.asked_to_wait = false;
  }
  ++endpoint.failures;
  endpoint.away = true;
  endpoint.away_since = now;
}

void Sender::retry_later(size_t index, Verdict verdict, const send::Outcome& outcome,
                         send::TimePoint now) {
  Batch& batch = batches_[index].batch;
  fail(Notice::delivery, outcome.status,
       endpoints_[static_cast<size_t>(batch.at)].transport->endpoint(), now);
  if (verdict == Verdict::retry) {
    batch.next_try =
        now + (outcome.retry_delay ? std::chrono::nanoseconds(*outcome.retry_delay)
                                   : backoff_.delay(batch.attempts - 1, environment_.random()));
  }
  // Behind the others: a batch that the server cannot digest must not be every probe.
  std::rotate(batches_.begin() + static_cast<ptrdiff_t>(index),
              batches_.begin() + static_cast<ptrdiff_t>(index) + 1, batches_.end());
}

void Sender::expire(send::TimePoint now) {
  for (size_t i = batches_.size(); i-- > 0;) {
    const Batch& batch = batches_[i].batch;
    if (batch.attempts == 0 || batch.call || batch.position) continue;
    if (now - batch.born < options_.retry_max_age) continue;
    const uint64_t records = batch.records;
    lost_.expired += records;
    say(Notice::dropped,
        "a batch of " + std::to_string(records) +
            " records could not be delivered in time: " + last_error_,
        now);
    resolve(i, records);
  }
}

void Sender::stored(size_t index, const send::Outcome& outcome, send::TimePoint now) {
  const Batch& batch = batches_[index].batch;
  Rejections rejections;
  if (outcome.status.ok()) rejections = read_rejections(outcome.response);
  const uint64_t rejected = std::min(rejections.count, batch.records);
  sent_ += batch.records - rejected;
  rejected_ += rejected;
  last_success_unix_nanos_ = environment_.unix_nanos();
  way_is_clear_ = true;
  if (rejected > 0) {
    fail(Notice::refused,
         invalid_argument(std::to_string(rejected) + " of " + std::to_string(batch.records) +
                          " records were refused, the first one because " + rejections.first),
         endpoints_[static_cast<size_t>(batch.at)].transport->endpoint(), now);
  }
  resolve(index, rejected);
}

void Sender::refuse(size_t index, const Status& why, send::TimePoint now) {
  const uint64_t records = batches_[index].batch.records;
  rejected_ += records;
  fail(Notice::refused, why, "", now);
  resolve(index, records);
}

void Sender::split(size_t index, const Status& why, send::TimePoint now) {
  const Batch old = batches_[index].batch;
  if (old.records == 1) {
    ++lost_.too_large;
    fail(Notice::refused, why, "", now);
    return resolve(index, 1);
  }
  // An earlier attempt may have stored it under its old number: in parts it would be stored twice.
  const std::optional<Halves> halves =
      old.may_be_stored ? std::nullopt : halve(*old.message, old.records);
  if (!halves) return refuse(index, why, now);
  fail(Notice::delivery, why, "", now);
  std::optional<Batch> first = rewrite(old, halves->first, halves->first_records);
  std::optional<Batch> second = rewrite(old, halves->second, old.records - halves->first_records);
  batches_.erase(batches_.begin() + static_cast<ptrdiff_t>(index));
  if (old.position) {
    append(*first, now);
    append(*second, now);
    spool_->remove(*old.position);
  }
  hold(std::move(*first));
  hold(std::move(*second));
}

void Sender::renumber(size_t index, const Status& why, send::TimePoint now) {
  const Batch old = batches_[index].batch;
  const std::optional<Halves> halves =
      old.may_be_stored || old.renumbered ? std::nullopt : halve(*old.message, old.records);
  if (!halves) return refuse(index, why, now);
  fail(Notice::delivery, why, "", now);
  std::optional<Batch> batch = rewrite(old, halves->first + halves->second, old.records);
  batch->renumbered = true;
  batches_.erase(batches_.begin() + static_cast<ptrdiff_t>(index));
  if (old.position) {
    append(*batch, now);
    spool_->remove(*old.position);
  }
  hold(std::move(*batch));
}

void Sender::resolve(size_t index, uint64_t lost) {
  const Batch& batch = batches_[index].batch;
  if (batch.position) spool_->remove(*batch.position);
  outstanding_ -= batch.records;
  flushes_.on_resolved(batch.order, batch.records, lost);
  batches_.erase(batches_.begin() + static_cast<ptrdiff_t>(index));
}

}  // namespace clogs::client
