#include "core/send/testing/grpc_server.h"

#include <atomic>
#include <chrono>
#include <sstream>
#include <vector>

#include <grpcpp/server_builder.h>
#include <grpcpp/support/byte_buffer.h>

#include "core/record/wire.h"

namespace clogs::send::testing {
namespace {

grpc::ByteBuffer buffer_of(const std::string& bytes) {
  const grpc::Slice slice(bytes);
  return {&slice, 1};
}

std::string text_of(const grpc::ByteBuffer& buffer) {
  std::vector<grpc::Slice> slices;
  std::string out;
  if (!buffer.Dump(&slices).ok()) return out;
  for (const grpc::Slice& slice : slices) {
    out.append(reinterpret_cast<const char*>(slice.begin()), slice.size());
  }
  return out;
}

// google.rpc.Status with a google.rpc.RetryInfo.
std::string retry_details(int64_t ms) {
  using record::wire::put_bytes;
  const auto number = [](uint32_t field, int64_t value) {
    std::string out;
    record::wire::put_tag(field, record::wire::varint, out);
    record::wire::put_varint(static_cast<uint64_t>(value), out);
    return out;
  };
  std::string retry;
  put_bytes(1, number(1, ms / 1000) + number(2, ms % 1000 * 1'000'000), retry);
  std::string any;
  put_bytes(1, "type.googleapis.com/google.rpc.RetryInfo", any);
  put_bytes(2, retry, any);
  std::string status;
  put_bytes(3, any, status);
  return status;
}

}  // namespace

// One call: reads its one message, then acts. Deletes itself, as gRPC's reactors do.
class GrpcServer::Reactor final : public grpc::ServerGenericBidiReactor {
 public:
  Reactor(GrpcServer& server, grpc::GenericCallbackServerContext* context)
      : server_(server), context_(context) {
    StartRead(&request_);
  }

  void OnReadDone(bool ok) override {
    if (!ok) return finish(grpc::Status::CANCELLED);
    act(context_->method(), text_of(request_));
  }
  void OnWriteDone(bool ok) override {
    if (!ok) return finish(grpc::Status::CANCELLED);
    ++server_.rows_written_;
    write_or_finish();
  }
  void OnCancel() override {
    {
      const std::lock_guard lock(server_.mutex_);
      ++server_.cancelled_;
      server_.changed_.notify_all();
    }
    if (hangs_) finish(grpc::Status(grpc::StatusCode::ABORTED, "cancelled"));
  }
  void OnDone() override { delete this; }

 private:
  void finish(const grpc::Status& status) {
    {
      const std::lock_guard lock(mutex_);
      if (finished_) return;
      finished_ = true;
    }
    Finish(status);
  }

  void act(const std::string& method, const std::string& body) {
    if (method == "/test/Sink") return answer("");
    std::istringstream words(body);
    if (method == "/test/Echo" || method == "/test/Zip") {
      if (method == "/test/Zip") context_->set_compression_algorithm(GRPC_COMPRESS_GZIP);
      answer(body);
    } else if (method == "/test/Status") {
      int code = 0;
      int64_t retry_ms = 0;
      std::string message;
      words >> code >> retry_ms >> std::ws;
      std::getline(words, message);
      finish(grpc::Status(static_cast<grpc::StatusCode>(code), message,
                          retry_ms == 0 ? "" : retry_details(retry_ms)));
    } else if (method == "/test/Hang") {
      hang();
    } else if (method == "/test/Rows") {
      size_t bytes = 0;
      int code = 0;
      words >> rows_left_ >> bytes >> code;
      row_ = buffer_of(std::string(bytes, 'r'));
      end_ = grpc::Status(static_cast<grpc::StatusCode>(code), code == 0 ? "" : "after the rows");
      write_or_finish();
    } else if (method == "/test/Apply") {
      std::pair<std::string, uint64_t> id;
      words >> id.first >> id.second;
      const std::lock_guard lock(server_.mutex_);
      answer(std::to_string(server_.applied_[id]++));
    } else if (method == "/test/Applied") {
      size_t all = 0;
      const auto applied = server_.applied();
      for (const auto& [id, count] : applied) all += static_cast<size_t>(count);
      answer(std::to_string(applied.size()) + " " + std::to_string(all));
    } else {
      finish(grpc::Status(grpc::StatusCode::UNIMPLEMENTED, "no method " + method));
    }
  }

  void answer(const std::string& body) {
    rows_left_ = 1;
    row_ = buffer_of(body);
    write_or_finish();
  }

  void hang() {
    {
      const std::lock_guard lock(server_.mutex_);
      ++server_.hanging_;
      server_.changed_.notify_all();
    }
    hangs_ = true;
    if (context_->IsCancelled()) finish(grpc::Status(grpc::StatusCode::ABORTED, "cancelled"));
  }

  void write_or_finish() {
    if (rows_left_-- == 0) return finish(end_);
    out_ = row_;  // StartWrite takes the buffer's content
    StartWrite(&out_);
  }

  GrpcServer& server_;
  grpc::GenericCallbackServerContext* context_;
  grpc::ByteBuffer request_;
  grpc::ByteBuffer row_;
  grpc::ByteBuffer out_;
  int rows_left_ = 0;
  grpc::Status end_;
  std::atomic<bool> hangs_{false};
  std::mutex mutex_;
  bool finished_ = false;
};

class GrpcServer::Service final : public grpc::CallbackGenericService {
 public:
  explicit Service(GrpcServer& server) : server_(server) {}
  grpc::ServerGenericBidiReactor* CreateReactor(
      grpc::GenericCallbackServerContext* context) override {
    return std::make_unique<Reactor>(server_, context).release();
  }

 private:
  GrpcServer& server_;
};

GrpcServer::GrpcServer(Options options) : service_(std::make_unique<Service>(*this)) {
  grpc::ServerBuilder builder;
  builder.AddListeningPort("127.0.0.1:" + std::to_string(options.port), options.credentials,
                           &port_);
  builder.RegisterCallbackGenericService(service_.get());
  builder.SetMaxReceiveMessageSize(options.max_receive_bytes);
  if (options.max_connection_age_ms > 0) {
    builder.AddChannelArgument(GRPC_ARG_MAX_CONNECTION_AGE_MS, options.max_connection_age_ms);
  }
  server_ = builder.BuildAndStart();
}

GrpcServer::~GrpcServer() { server_->Shutdown(std::chrono::system_clock::now()); }

std::map<std::pair<std::string, uint64_t>, int> GrpcServer::applied() {
  const std::lock_guard lock(mutex_);
  return applied_;
}

void GrpcServer::wait_for_hanging(int count) {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [&] { return hanging_ >= count; });
}

void GrpcServer::wait_for_cancelled(int count) {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [&] { return cancelled_ >= count; });
}

}  // namespace clogs::send::testing
