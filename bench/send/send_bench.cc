// send_bench [SECONDS]: batches of 1,000 records into a gRPC server in a process of its own, by our
// transport and by gRPC C++, at 1, 4 and 8 in flight. The same encoded bytes for both.
#include <charconv>
#include <chrono>
#include <condition_variable>
#include <cstdio>
#include <cstring>
#include <functional>
#include <memory>
#include <mutex>
#include <string>

#include <grpcpp/create_channel.h>
#include <grpcpp/generic/generic_stub.h>
#include <grpcpp/security/credentials.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/send/testing/client.h"
#include "core/send/testing/grpc_server.h"

namespace {

using Clock = std::chrono::steady_clock;
namespace send = clogs::send;

constexpr int records_a_batch = 1000;
constexpr size_t record_bytes = 266;  // four attributes, as measured for the wire format
constexpr const char* method = "/test/Sink";

struct Figure {
  double records_a_second = 0;
  double cpu_nanos_a_record = 0;  // of this process: the client alone
};

double cpu_seconds() {
  rusage usage{};
  ::getrusage(RUSAGE_SELF, &usage);
  const auto seconds = [](const timeval& t) {
    return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) * 1e-6;
  };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

// Runs `round`, which sends one batch after the other until `end` and returns how many.
Figure measure(std::chrono::duration<double> time,
               const std::function<size_t(Clock::time_point)>& round) {
  round(Clock::now());  // connects
  const double cpu = cpu_seconds();
  const auto begin = Clock::now();
  const size_t batches = round(begin + std::chrono::duration_cast<Clock::duration>(time));
  const std::chrono::duration<double> took = Clock::now() - begin;
  const double records = static_cast<double>(batches) * records_a_batch;
  return {records / took.count(), (cpu_seconds() - cpu) * 1e9 / records};
}

class Window {
 public:
  void begin(int in_flight) { left_ = in_flight; }
  void count() {
    const std::lock_guard lock(mutex_);
    ++batches_;
  }
  void leave() {
    const std::lock_guard lock(mutex_);
    --left_;
    over_.notify_all();
  }
  size_t wait() {
    std::unique_lock lock(mutex_);
    over_.wait(lock, [&] { return left_ == 0; });
    return batches_;
  }

 private:
  std::mutex mutex_;
  std::condition_variable over_;
  int left_ = 0;
  size_t batches_ = 0;
};

size_t send_ours(send::Transport& transport, const std::shared_ptr<const std::string>& batch,
                 int in_flight, Clock::time_point end) {
  Window window;
  window.begin(in_flight);
  std::function<void(send::Outcome)> again = [&](const send::Outcome& outcome) {
    if (!outcome.status.ok()) {
      std::fprintf(stderr, "failed: %s\n", outcome.status.to_string().c_str());
      return window.leave();
    }
    window.count();
    if (Clock::now() >= end) return window.leave();
    transport.start({method, batch, send::testing::in(send::testing::long_time)}, again);
  };
  for (int i = 0; i < in_flight; ++i) {
    transport.start({method, batch, send::testing::in(send::testing::long_time)}, again);
  }
  return window.wait();
}

size_t send_grpc(grpc::GenericStub& stub, const grpc::ByteBuffer& batch, int in_flight,
                 Clock::time_point end) {
  struct Call {
    grpc::ClientContext context;
    grpc::ByteBuffer response;
    grpc::Status status;
    std::unique_ptr<grpc::GenericClientAsyncResponseReader> reader;
  };
  grpc::CompletionQueue queue;
  const auto begin = [&] {
    auto call = std::make_unique<Call>();
    call->reader = stub.PrepareUnaryCall(&call->context, method, batch, &queue);
    call->reader->StartCall();
    Call* const raw = call.release();
    raw->reader->Finish(&raw->response, &raw->status, raw);
  };
  for (int i = 0; i < in_flight; ++i) begin();
  size_t batches = 0;
  void* tag = nullptr;
  bool ok = false;
  for (int left = in_flight; left > 0 && queue.Next(&tag, &ok);) {
    const std::unique_ptr<Call> call(static_cast<Call*>(tag));
    if (!call->status.ok())
      std::fprintf(stderr, "failed: %s\n", call->status.error_message().c_str());
    ++batches;
    if (Clock::now() < end) {
      begin();
    } else {
      --left;
    }
  }
  queue.Shutdown();
  while (queue.Next(&tag, &ok)) {
  }
  return batches;
}

// The server's process: says its port through the pipe, then waits for its end.
[[noreturn]] void serve(int to_parent) {
  const send::testing::GrpcServer server;
  const int port = server.port();
  [[maybe_unused]] const auto written = ::write(to_parent, &port, sizeof port);
  ::pause();
  ::_exit(0);
}

}  // namespace

int main(int argc, char** argv) {
  double seconds = 2;
  if (argc > 1) std::from_chars(argv[1], argv[1] + std::strlen(argv[1]), seconds);
  int ends[2];
  if (::pipe(ends) != 0) return 1;
  const pid_t server = ::fork();
  if (server == 0) serve(ends[1]);
  int port = 0;
  if (::read(ends[0], &port, sizeof port) != sizeof port) return 1;

  const auto batch = send::testing::framed(std::string(records_a_batch * record_bytes, 'r'));
  const grpc::Slice slice(batch->data() + send::message_prefix_bytes,
                          batch->size() - send::message_prefix_bytes);
  const grpc::ByteBuffer grpc_batch(&slice, 1);
  const std::chrono::duration<double> time(seconds);
  std::printf("%-10s %-10s %14s %16s\n", "client", "in flight", "M records/s", "CPU ns/record");
  for (const int in_flight : {1, 4, 8}) {
    {
      send::testing::TestClient client(port);
      const Figure ours = measure(time, [&](Clock::time_point end) {
        return send_ours(client.transport(), batch, in_flight, end);
      });
      std::printf("%-10s %-10d %14.2f %16.0f\n", "clogs", in_flight, ours.records_a_second / 1e6,
                  ours.cpu_nanos_a_record);
    }
    grpc::GenericStub stub(
        grpc::CreateChannel(send::testing::local(port), grpc::InsecureChannelCredentials()));
    const Figure theirs = measure(
        time, [&](Clock::time_point end) { return send_grpc(stub, grpc_batch, in_flight, end); });
    std::printf("%-10s %-10d %14.2f %16.0f\n", "gRPC C++", in_flight, theirs.records_a_second / 1e6,
                theirs.cpu_nanos_a_record);
  }
  ::kill(server, SIGTERM);
  ::waitpid(server, nullptr, 0);
  return 0;
}
