#include <memory>
#include <mutex>
#include <utility>
#include <vector>

#include "clogs/testing.h"
#include "core/client/impl.h"
#include "core/testing/memory_server.h"
#include "core/testing/memory_transport.h"

namespace clogs::testing {

struct TestServer::Impl {
  // Whether the call is answered; see MemoryTransport::Answer.
  bool answer(const send::Request& request, send::Outcome& outcome) {
    const std::lock_guard lock(mutex);
    if (behaviour.hang) return false;
    ++calls;
    if (behaviour.fail_times > 0) {
      --behaviour.fail_times;
      outcome.status = Status(behaviour.failure, "the test server fails this call");
      return true;
    }
    outcome = server.ingest(*request.message, behaviour.reject);
    return true;
  }
  void wake_all() {
    const std::lock_guard lock(mutex);
    for (send::Loop* loop : loops) loop->wake();
  }

  mutable std::mutex mutex;
  Behaviour behaviour;
  MemoryServer server;
  uint64_t calls = 0;
  std::vector<send::Loop*> loops;  // of the clients' open transports
};

namespace {

// A transport that the server can wake.
class Connection final : public send::Transport {
 public:
  Connection(std::shared_ptr<TestServer::Impl> server, send::Loop& loop)
      : server_(std::move(server)),
        loop_(loop),
        transport_(loop, [this](const send::Request& request, send::Outcome& outcome) {
          return server_->answer(request, outcome);
        }) {
    const std::lock_guard lock(server_->mutex);
    server_->loops.push_back(&loop_);
  }
  ~Connection() override {
    const std::lock_guard lock(server_->mutex);
    std::erase(server_->loops, &loop_);
  }

  CallId start(send::Request request, Done done) override {
    return transport_.start(std::move(request), std::move(done));
  }
  void cancel(CallId call) override { transport_.cancel(call); }
  std::unique_ptr<send::MessageStream> open(send::Request request) override {
    return transport_.open(std::move(request));
  }
  send::ConnectionState state() const override { return transport_.state(); }
  const std::string& endpoint() const override { return transport_.endpoint(); }

 private:
  const std::shared_ptr<TestServer::Impl> server_;
  send::Loop& loop_;
  MemoryTransport transport_;
};

}  // namespace

TestServer::TestServer() : impl_(std::make_shared<Impl>()) {}

Client TestServer::client(Options options) {
  if (options.flush_interval == Options().flush_interval) {
    options.flush_interval = std::chrono::milliseconds(0);
  }
  options.compression = Compression::none;
  TransportFactory factory = [server = impl_](send::Loop& loop, const Options&) {
    Transports transports;
    transports.push_back(std::make_unique<Connection>(server, loop));
    return transports;
  };
  return Client(Client::Impl::make(std::move(options), std::move(factory)));
}

void TestServer::behave(Behaviour behaviour) {
  {
    const std::lock_guard lock(impl_->mutex);
    impl_->behaviour = behaviour;
  }
  impl_->wake_all();
}

std::vector<std::string> TestServer::records_edn() const {
  const std::lock_guard lock(impl_->mutex);
  std::vector<std::string> records;
  for (const MemoryServer::Stored& stored : impl_->server.records()) records.push_back(stored.edn);
  return records;
}

std::vector<std::string> TestServer::records_json() const {
  const std::lock_guard lock(impl_->mutex);
  std::vector<std::string> records;
  for (const MemoryServer::Stored& stored : impl_->server.records()) records.push_back(stored.json);
  return records;
}

size_t TestServer::count() const {
  const std::lock_guard lock(impl_->mutex);
  return impl_->server.records().size();
}

uint64_t TestServer::calls() const {
  const std::lock_guard lock(impl_->mutex);
  return impl_->calls;
}

uint64_t TestServer::duplicates() const {
  const std::lock_guard lock(impl_->mutex);
  return impl_->server.duplicates();
}

void TestServer::clear() {
  const std::lock_guard lock(impl_->mutex);
  impl_->server.clear();
}

}  // namespace clogs::testing
