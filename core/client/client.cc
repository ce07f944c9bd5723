#include "clogs/client.h"

#include <utility>

#include "core/client/impl.h"

namespace clogs {

Client::Client(Options options) : impl_(Impl::make(std::move(options), http2_transports())) {}
Client::Client(std::shared_ptr<Impl> impl) : impl_(std::move(impl)) {}

bool Client::enabled(Level level) const noexcept {
  return impl_->options.enabled && level >= impl_->options.level;
}

bool Client::submit(std::string_view record) const noexcept { return impl_->submit(record); }

FlushResult Client::flush(std::chrono::nanoseconds timeout) const noexcept {
  try {
    return impl_->flush(timeout);
  } catch (...) {  // no memory: nothing is known to be delivered
    return {};
  }
}

void Client::flush_async(std::chrono::nanoseconds timeout,
                         std::function<void(FlushResult)> done) const noexcept {
  try {
    impl_->flush_async(timeout, std::move(done));
  } catch (...) {  // no memory, or thrown by `done` itself
    return;
  }
}

FlushResult Client::close() const noexcept { return close(impl_->options.shutdown_timeout); }

FlushResult Client::close(std::chrono::nanoseconds timeout) const noexcept {
  try {
    return impl_->close(timeout);
  } catch (...) {
    return {};
  }
}

Stats Client::stats() const { return impl_->stats(); }
const Options& Client::options() const noexcept { return impl_->options; }
const std::vector<std::string>& Client::warnings() const noexcept {
  return impl_->options.warnings;
}

}  // namespace clogs
