// The client as Python holds it.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "clogs/client.h"
#include "sdk-python/native/ending.h"
#include "sdk-python/native/ref.h"

namespace clogs::python {

// The end of the last handle of a client waits for the server; other threads run meanwhile.
inline void end_client(std::optional<Client> client) {
  if (!client) return;
  without_gil([&] {
    client.reset();
    return true;
  });
}

// One object of class clogs._native.Client. All of it is read and written under the GIL. Its client
// is made from the environment at the first use, unless options came before.
class Handle {
 public:
  Handle() = default;
  Handle(const Handle&) = delete;
  Handle& operator=(const Handle&) = delete;
  ~Handle() { end_client(std::move(client_)); }

  Client& client() {
    if (!client_) set(Client(Options::from_environment()));
    return *client_;
  }
  // The former one, if there was one.
  std::optional<Client> set(Client client) {
    std::optional<Client> former(std::move(client));
    client_.swap(former);
    waits_ =
        client_->options().on_full == OnFull::block || client_->options().on_full == OnFull::spool;
    return former;
  }
  void swap(Handle& other) {
    client_.swap(other.client_);
    before_send.swap(other.before_send);
    std::swap(dropped_before_send, other.dropped_before_send);
    std::swap(waits_, other.waits_);
  }
  bool made() const { return client_.has_value(); }
  // Whether submit() may wait, so that other Python threads must run meanwhile.
  bool waits() const { return waits_; }

  // A Python callable, or null. It sees records as dicts, before they are encoded.
  std::shared_ptr<Ref> before_send;
  uint64_t dropped_before_send = 0;

 private:
  std::optional<Client> client_;
  bool waits_ = false;
};

using Pairs = std::vector<std::pair<std::string, std::string>>;

// Sets each by its name; a wrong one is told by the options' warnings.
void set_options(const Pairs& pairs, Options& options);

}  // namespace clogs::python
