#include "server/api/rpc/ingest.h"

#include <chrono>
#include <utility>

#include "clogs/v1/ingest.pb.h"
#include "core/edn/utf8.h"
#include "core/record/wire.h"
#include "server/api/rpc/details.h"
#include "server/api/rpc/limits.h"
#include "server/ingest/service.h"

namespace clogs::api::rpc {
namespace {

namespace wire = record::wire;
using SteadyTime = std::chrono::steady_clock::time_point;

double seconds_since(SteadyTime start) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

bool nothing_good(const ingest::Outcome& outcome) {
  return outcome.accepted == 0 && !outcome.duplicate;
}

template <typename Response>
void fill(const ingest::Outcome& outcome, Response& response) {
  response.set_accepted(outcome.accepted);
  response.set_duplicate(outcome.duplicate);
  size_t text_bytes = 0;
  for (const ingest::Rejection& rejection : outcome.rejected) {
    auto* item = response.add_rejected();
    item->set_index(rejection.index);
    text_bytes += rejection.error.size() + rejection.details_edn.size();
    if (text_bytes > max_rejection_text_bytes) continue;
    item->set_error(rejection.error);
    item->set_details_edn(rejection.details_edn);
  }
}

void count(Metrics* metrics, Transport transport, const Result<ingest::Outcome>& result,
           uint64_t bytes, SteadyTime start) {
  if (metrics == nullptr) return;
  if (!result.ok()) {
    metrics->ingest_failed(transport, result.status().code());
  } else if (nothing_good(*result)) {
    metrics->ingest_failed(transport, Code::invalid_argument);
  } else {
    metrics->ingested(transport, result->accepted, result->rejected.size(), result->duplicate,
                      bytes, seconds_since(start));
  }
}

ingest::Request request_of(const Principal& principal, std::string body) {
  ingest::Request request;
  request.tenant = principal.tenant;
  request.format = ingest::Format::protobuf;
  request.body = std::move(body);
  return request;
}

void set_error(const CallStatus& status, const Status& cause,
               clogs::v1::IngestStreamResponse& response) {
  auto* error = response.mutable_error();
  error->set_code(static_cast<int32_t>(status.code));
  error->set_message(status.message);
  if (const auto retry = retry_of(cause)) {
    error->set_retry_after_ms(static_cast<uint32_t>(retry->count()));
  }
}

std::string stream_response(const Identity& identity, const Result<ingest::Outcome>& result) {
  clogs::v1::IngestStreamResponse response;
  // A producer that is not UTF-8 has refused the batch, and no message could hold it.
  if (edn::is_valid_utf8(identity.producer)) response.set_producer(identity.producer);
  response.set_sequence(identity.sequence);
  if (!result.ok()) {
    set_error(ingest_status(result.status()), result.status(), response);
    return response.SerializeAsString();
  }
  fill(*result, response);
  if (nothing_good(*result)) set_error(all_rejected_status(result->rejected), Status(), response);
  return response.SerializeAsString();
}

}  // namespace

Identity identity_of(std::string_view request) {
  Identity identity;
  wire::Walker outer(request);
  wire::Tag tag;
  std::string_view batch;
  while (!outer.done() && outer.read_tag(tag)) {
    const bool is_batch = tag.field == 1 && tag.type == wire::bytes;
    if (is_batch ? !outer.read_bytes(batch) : !outer.skip(tag)) break;
  }
  wire::Walker inner(batch);
  while (!inner.done() && inner.read_tag(tag)) {
    std::string_view text;
    if (tag.field == 1 && tag.type == wire::bytes) {
      if (!inner.read_bytes(text)) break;
      identity.producer = text;
    } else if (tag.field == 2 && tag.type == wire::varint) {
      if (!inner.read_varint(identity.sequence)) break;
    } else if (!inner.skip(tag)) {
      break;
    }
  }
  return identity;
}

void ingest(const Services& services, const Principal& principal, Transport transport,
            Result<Message> message, Calls::Done done) {
  const auto start = std::chrono::steady_clock::now();
  const uint64_t bytes = message.ok() ? message->bytes.size() : 0;
  auto finish = [metrics = services.metrics, transport, bytes, start,
                 done = std::move(done)](const Result<ingest::Outcome>& result) {
    count(metrics, transport, result, bytes, start);
    if (!result.ok()) return done(ingest_status(result.status()), {});
    if (nothing_good(*result)) return done(all_rejected_status(result->rejected), {});
    clogs::v1::IngestResponse response;
    fill(*result, response);
    done({}, response.SerializeAsString());
  };
  if (!message.ok()) return finish(message.status());
  services.ingest->ingest(request_of(principal, std::move(message->bytes)),
                          [finish = std::move(finish), held = std::move(message->held)](
                              const Result<ingest::Outcome>& result) { finish(result); });
}

void ingest_stream_batch(const Services& services, const Principal& principal, Transport transport,
                         Result<Message> message, Calls::Answer answer) {
  const auto start = std::chrono::steady_clock::now();
  const uint64_t bytes = message.ok() ? message->bytes.size() : 0;
  auto finish = [metrics = services.metrics, transport, bytes, start,
                 identity = message.ok() ? identity_of(message->bytes) : Identity(),
                 answer = std::move(answer)](const Result<ingest::Outcome>& result) {
    count(metrics, transport, result, bytes, start);
    answer(stream_response(identity, result));
  };
  if (!message.ok()) return finish(message.status());
  services.ingest->ingest(request_of(principal, std::move(message->bytes)),
                          [finish = std::move(finish), held = std::move(message->held)](
                              const Result<ingest::Outcome>& result) { finish(result); });
}

}  // namespace clogs::api::rpc
