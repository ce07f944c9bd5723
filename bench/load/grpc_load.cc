#include "bench/load/grpc_load.h"

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <map>
#include <memory>
#include <mutex>
#include <thread>

#include <fmt/format.h>
#include <grpcpp/channel.h>
#include <grpcpp/client_context.h>
#include <grpcpp/create_channel.h>
#include <grpcpp/impl/codegen/client_unary_call.h>
#include <grpcpp/security/credentials.h>
#include <grpcpp/support/byte_buffer.h>
#include <grpcpp/support/channel_arguments.h>
#include <grpcpp/support/sync_stream.h>
#include <unistd.h>

#include "clogs/v1/ingest.pb.h"
#include "core/record/wire.h"

namespace clogs::load {
namespace {

using Clock = std::chrono::steady_clock;
using grpc::ByteBuffer;
namespace wire = record::wire;

// What all connections share.
struct Run {
  Run(const Options& run_options, const std::vector<Body>& run_bodies)
      : options(run_options), bodies(run_bodies) {
    for (const Body& body : bodies) slices.emplace_back(body.bytes);
  }

  const Options& options;
  const std::vector<Body>& bodies;
  std::vector<grpc::Slice> slices;  // of the bodies, shared by the messages
  const std::string producer = fmt::format("load-{}", getpid());
  Clock::time_point start = Clock::now();
  std::atomic<uint64_t> next{0};
  std::atomic<uint64_t> acknowledged{0};
  std::mutex mutex;
  Report report;  // guarded by mutex

  bool time_is_up() const {
    if (options.records > 0) return acknowledged.load() >= options.records;
    return std::chrono::duration<double>(Clock::now() - start).count() >= options.seconds;
  }
  void good(const Body& body, uint64_t accepted, Clock::time_point sent) {
    acknowledged += accepted;
    const auto took = std::chrono::duration_cast<std::chrono::microseconds>(Clock::now() - sent);
    const std::lock_guard lock(mutex);
    report.records += accepted;
    report.bytes += body.bytes.size();
    ++report.requests;
    report.latencies_us.push_back(static_cast<uint32_t>(took.count()));
  }
  void bad(const std::string& why) {
    const std::lock_guard lock(mutex);
    if (report.failures++ == 0) report.first_failure = why;
  }
  // IngestRequest and IngestStreamRequest alike: the batch in field 1.
  ByteBuffer message(uint64_t sequence, size_t body) const {
    std::string inner;
    wire::put_bytes(1, producer, inner);
    wire::put_tag(2, wire::varint, inner);
    wire::put_varint(sequence, inner);
    std::string head;
    wire::put_tag(1, wire::bytes, head);
    wire::put_varint(inner.size() + bodies[body].bytes.size(), head);
    const grpc::Slice parts[2] = {grpc::Slice(head + inner), slices[body]};
    return ByteBuffer(parts, 2);
  }
};

template <typename Message>
bool parse(const ByteBuffer& buffer, Message& message) {
  std::vector<grpc::Slice> slices;
  std::string bytes;
  if (!buffer.Dump(&slices).ok()) return false;
  for (const grpc::Slice& slice : slices) {
    bytes.append(reinterpret_cast<const char*>(slice.begin()), slice.size());
  }
  return message.ParseFromString(bytes);
}

std::shared_ptr<grpc::Channel> connect(const Options& options) {
  grpc::ChannelArguments arguments;
  arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
  return grpc::CreateCustomChannel(fmt::format("{}:{}", options.host, options.port),
                                   grpc::InsecureChannelCredentials(), arguments);
}

void prepare(grpc::ClientContext& context, const Options& options) {
  if (!options.api_key.empty()) {
    context.AddMetadata("authorization", "Bearer " + options.api_key);
  }
}

// One stream: this thread sends, another reads.
class Stream {
 public:
  explicit Stream(Run& run) : run_(run), channel_(connect(run.options)) {}

  void operator()() {
    prepare(context_, run_.options);
    const grpc::internal::RpcMethod method("/clogs.v1.IngestLog/IngestStream",
                                           grpc::internal::RpcMethod::BIDI_STREAMING, channel_);
    using Factory = grpc::internal::ClientReaderWriterFactory<ByteBuffer, ByteBuffer>;
    stream_.reset(Factory::Create(channel_.get(), method, &context_));
    std::thread reader([this] { read(); });
    while (!run_.time_is_up() && send_one()) {
    }
    stream_->WritesDone();
    reader.join();
    const grpc::Status status = stream_->Finish();
    if (!status.ok()) run_.bad(status.error_message());
  }

 private:
  struct Sent {
    size_t body;
    Clock::time_point at;
  };

  bool send_one() {
    const uint64_t sequence = ++run_.next;
    const size_t body = sequence % run_.bodies.size();
    {
      std::unique_lock lock(mutex_);
      room_.wait(lock, [this] { return ended_ || sent_.size() < run_.options.in_flight; });
      if (ended_) return false;
      sent_[sequence] = {body, Clock::now()};
    }
    return stream_->Write(run_.message(sequence, body));
  }

  void read() {
    ByteBuffer buffer;
    v1::IngestStreamResponse response;
    while (stream_->Read(&buffer)) {
      if (!parse(buffer, response)) continue;
      Sent sent{};
      {
        const std::lock_guard lock(mutex_);
        sent = sent_[response.sequence()];
        sent_.erase(response.sequence());
      }
      room_.notify_one();
      if (response.has_error()) {
        run_.bad(response.error().message());
      } else {
        run_.good(run_.bodies[sent.body], response.accepted(), sent.at);
      }
    }
    const std::lock_guard lock(mutex_);
    ended_ = true;
    room_.notify_one();
  }

  Run& run_;
  const std::shared_ptr<grpc::Channel> channel_;
  grpc::ClientContext context_;
  std::unique_ptr<grpc::ClientReaderWriter<ByteBuffer, ByteBuffer>> stream_;
  std::mutex mutex_;
  std::condition_variable room_;
  std::map<uint64_t, Sent> sent_;  // guarded by mutex_
  bool ended_ = false;             // guarded by mutex_
};

void call_one_by_one(Run& run) {
  const auto channel = connect(run.options);
  const grpc::internal::RpcMethod method("/clogs.v1.IngestLog/Ingest",
                                         grpc::internal::RpcMethod::NORMAL_RPC, channel);
  v1::IngestResponse response;
  while (!run.time_is_up()) {
    const uint64_t sequence = ++run.next;
    const size_t body = sequence % run.bodies.size();
    grpc::ClientContext context;
    prepare(context, run.options);
    const auto sent = Clock::now();
    ByteBuffer answer;
    const grpc::Status status = grpc::internal::BlockingUnaryCall<ByteBuffer, ByteBuffer>(
        channel.get(), method, &context, run.message(sequence, body), &answer);
    if (!status.ok()) {
      run.bad(status.error_message());
      if (status.error_code() == grpc::StatusCode::UNAVAILABLE) return;
    } else if (parse(answer, response)) {
      run.good(run.bodies[body], response.accepted(), sent);
    }
  }
}

}  // namespace

Result<Report> run_grpc(const Options& options, const std::vector<Body>& bodies) {
  Run run(options, bodies);
  const double cpu = cpu_seconds();
  run.start = Clock::now();
  std::vector<std::thread> threads;
  for (size_t i = 0; i < options.connections; ++i) {
    threads.emplace_back([&run, &options] {
      if (options.mode == Mode::grpc_stream) return Stream(run)();
      call_one_by_one(run);
    });
  }
  for (std::thread& thread : threads) thread.join();
  run.report.seconds = std::chrono::duration<double>(Clock::now() - run.start).count();
  run.report.client_cpu_seconds = cpu_seconds() - cpu;
  return std::move(run.report);
}

}  // namespace clogs::load
