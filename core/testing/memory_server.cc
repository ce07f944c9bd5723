#include "core/testing/memory_server.h"

#include <utility>

#include "core/edn/json_writer.h"
#include "core/edn/printer.h"
#include "core/edn/tape.h"
#include "core/record/proto_codec.h"
#include "core/record/record.h"
#include "core/record/wire.h"

namespace clogs::testing {
namespace {

namespace wire = record::wire;

// Of proto/clogs/v1/ingest.proto.
constexpr uint32_t request_batch = 1;
constexpr uint32_t batch_producer = 1;
constexpr uint32_t batch_sequence = 2;
constexpr uint32_t batch_common = 4;
constexpr uint32_t batch_records = 5;
constexpr uint32_t response_accepted = 1;
constexpr uint32_t response_rejected = 2;
constexpr uint32_t response_duplicate = 3;
constexpr uint32_t rejection_index = 1;
constexpr uint32_t rejection_error = 2;

void put_rejection(uint64_t index, std::string_view error, std::string& answer) {
  std::string rejection;
  wire::put_tag(rejection_index, wire::varint, rejection);
  wire::put_varint(index, rejection);
  wire::put_bytes(rejection_error, error, rejection);
  wire::put_bytes(response_rejected, rejection, answer);
}

send::Outcome failure(Status status) {
  send::Outcome outcome;
  outcome.status = std::move(status);
  return outcome;
}

}  // namespace

struct MemoryServer::Batch {
  std::string producer;
  uint64_t sequence = 0;
  std::vector<std::string_view> common;
  std::vector<std::string_view> records;

  bool read(std::string_view bytes) {
    wire::Walker walker(bytes);
    wire::Tag tag;
    std::string_view value;
    while (!walker.done()) {
      if (!walker.read_tag(tag)) return false;
      if (tag.field == batch_sequence && tag.type == wire::varint) {
        if (!walker.read_varint(sequence)) return false;
      } else if (tag.type != wire::bytes) {
        if (!walker.skip(tag)) return false;
      } else if (!walker.read_bytes(value)) {
        return false;
      } else if (tag.field == batch_producer) {
        producer = value;
      } else if (tag.field == batch_common) {
        common.push_back(value);
      } else if (tag.field == batch_records) {
        records.push_back(value);
      }
    }
    return true;
  }
};

std::string MemoryServer::store(const Batch& batch, bool reject, uint64_t& accepted) {
  std::string answer;
  edn::Tape common;
  const Status read = record::decode_fields(batch.common, common);
  for (size_t i = 0; i < batch.records.size(); ++i) {
    edn::Tape tape;
    Status status = reject ? invalid_argument("the test server rejects every record") : read;
    if (status.ok()) {
      status = record::decode_record(batch.records[i], tape, common.root());
    }
    if (status.ok()) status = record::validate(tape.root()).status();
    if (!status.ok()) {
      put_rejection(i, status.message(), answer);
      continue;
    }
    Stored stored;
    edn::print(tape.root(), stored.edn);
    edn::write_json(tape.root(), stored.json);
    records_.push_back(std::move(stored));
    ++accepted;
  }
  wire::put_tag(response_accepted, wire::varint, answer);
  wire::put_varint(accepted, answer);
  return answer;
}

send::Outcome MemoryServer::ingest(std::string_view message, bool reject) {
  if (message.size() < send::message_prefix_bytes || message[0] != 0) {
    return failure(invalid_argument("the message has no frame, or is compressed"));
  }
  wire::Walker walker(message.substr(send::message_prefix_bytes));
  wire::Tag tag;
  std::string_view bytes;
  Batch batch;
  if (!walker.read_tag(tag) || tag.field != request_batch || tag.type != wire::bytes ||
      !walker.read_bytes(bytes) || !walker.done() || !batch.read(bytes)) {
    return failure(invalid_argument("the bytes of the Batch are not protobuf"));
  }
  Producer& producer = producers_[batch.producer];
  send::Outcome outcome;
  if (const auto answer = producer.answers.find(batch.sequence); answer != producer.answers.end()) {
    ++duplicates_;
    outcome.response = answer->second;
    wire::put_tag(response_duplicate, wire::varint, outcome.response);
    wire::put_varint(1, outcome.response);
    return outcome;
  }
  if (batch.sequence + window <= producer.highest) {
    return failure(failed_precondition("the sequence is below the producer's window"));
  }
  uint64_t accepted = 0;
  outcome.response = store(batch, reject, accepted);
  if (accepted == 0) {
    return failure(invalid_argument("no record of the batch is good"));
  }
  producer.highest = std::max(producer.highest, batch.sequence);
  producer.answers[batch.sequence] = outcome.response;
  producer.answers.erase(
      producer.answers.begin(),
      producer.answers.lower_bound(producer.highest >= window ? producer.highest - window + 1 : 0));
  return outcome;
}

void MemoryServer::clear() {
  records_.clear();
  duplicates_ = 0;
}

}  // namespace clogs::testing
