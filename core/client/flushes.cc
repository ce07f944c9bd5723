#include "core/client/flushes.h"

#include <algorithm>
#include <limits>
#include <utility>

namespace clogs::client {

uint64_t Flushes::add(uint64_t target, uint64_t outstanding, send::TimePoint deadline, Done done) {
  Flush flush;
  flush.name = ++last_name_;
  flush.target = target;
  flush.outstanding = outstanding;
  flush.deadline = deadline;
  flush.done = std::move(done);
  waiting_.push_back(std::move(flush));
  return last_name_;
}

bool Flushes::wants_queue() const {
  return std::any_of(waiting_.begin(), waiting_.end(), [](const Flush& f) { return !f.taken; });
}

uint64_t Flushes::next_target() const {
  uint64_t target = std::numeric_limits<uint64_t>::max();
  for (const Flush& flush : waiting_) {
    if (!flush.taken) target = std::min(target, flush.target);
  }
  return target;
}

void Flushes::on_formed(uint64_t records) {
  for (Flush& flush : waiting_) {
    if (!flush.taken) flush.outstanding += records;
  }
}

void Flushes::on_taken(uint64_t front, bool empty, uint64_t last_order) {
  for (Flush& flush : waiting_) {
    if (flush.taken || (!empty && front < flush.target)) continue;
    flush.taken = true;
    flush.last_order = last_order;
  }
}

void Flushes::on_dropped_from_queue(uint64_t records) {
  if (records == 0) return;
  for (Flush& flush : waiting_) {
    if (!flush.taken) flush.lost = true;
  }
}

void Flushes::on_resolved(uint64_t order, uint64_t records, uint64_t lost) {
  for (Flush& flush : waiting_) {
    if (flush.taken && order > flush.last_order) continue;
    flush.outstanding -= std::min(flush.outstanding, records);
    if (lost > 0) flush.lost = true;
  }
}

FlushResult Flushes::result_of(const Flush& flush, uint64_t front) {
  FlushResult result;
  result.remaining = flush.outstanding;
  if (!flush.taken && front < flush.target) result.remaining += flush.target - front;
  result.delivered = flush.taken && result.remaining == 0 && !flush.lost;
  return result;
}

std::vector<Flushes::Finished> Flushes::finish(send::TimePoint now, uint64_t front) {
  std::vector<Finished> finished;
  std::erase_if(waiting_, [&](Flush& flush) {
    if (!(flush.taken && flush.outstanding == 0) && now < flush.deadline) return false;
    finished.push_back({std::move(flush.done), result_of(flush, front)});
    return true;
  });
  return finished;
}

std::vector<Flushes::Finished> Flushes::finish_all(uint64_t front) {
  return finish(send::TimePoint::max(), front);
}

bool Flushes::withdraw(uint64_t name, uint64_t front, FlushResult& result) {
  const auto flush = std::find_if(waiting_.begin(), waiting_.end(),
                                  [&](const Flush& f) { return f.name == name; });
  if (flush == waiting_.end()) return false;
  result = result_of(*flush, front);
  waiting_.erase(flush);
  return true;
}

send::TimePoint Flushes::next_deadline() const {
  send::TimePoint next = send::TimePoint::max();
  for (const Flush& flush : waiting_) next = std::min(next, flush.deadline);
  return next;
}

}  // namespace clogs::client
