// Server-sent events out of a stream of bytes:
// https://html.spec.whatwg.org/#parsing-an-event-stream
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "clogs/status.h"
#include "server/app/remote/remote.h"

namespace clogs::app::remote {

class EventReader {
 public:
  explicit EventReader(Client::OnEvent on_event) : on_event_(std::move(on_event)) {}

  // The next bytes, cut anywhere. out_of_range for a line that never ends.
  Status feed(std::string_view bytes);

 private:
  Status line(std::string_view line);

  const Client::OnEvent on_event_;
  std::string partial_;
  Event event_;
  bool has_data_ = false;
};

}  // namespace clogs::app::remote
