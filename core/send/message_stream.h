// The reader's side of a streaming call.
#pragma once

#include <memory>

#include "core/send/call.h"
#include "core/send/transport.h"

namespace clogs::send {

std::unique_ptr<MessageStream> make_message_stream(std::shared_ptr<Inbox> inbox,
                                                   std::shared_ptr<StreamState> state,
                                                   Transport::CallId call);

// Under Inbox::mutex. The first end counts; messages that are there can still be read.
void end_stream(StreamState& state, Status end);

}  // namespace clogs::send
