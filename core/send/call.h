// One call on its way, and what its caller shares with the loop's thread.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "core/send/response.h"
#include "core/send/transport.h"

namespace clogs::send {

class Connection;

// The messages of a streaming call between the loop's thread and its reader. Guarded by
// Inbox::mutex.
struct StreamState {
  struct Message {
    std::string body;
    size_t wire_bytes;  // to give back to the server's window once it is read
  };

  std::condition_variable changed;
  std::deque<Message> messages;
  size_t taken_bytes = 0;    // of messages that were read, not given back yet
  size_t partial_bytes = 0;  // arrived behind the last complete message, not given back yet
  bool ended = false;
  Status end;
};

struct Call {
  Call(Request call_request, size_t max_message_bytes)
      : request(std::move(call_request)), response(max_message_bytes) {}

  Transport::CallId id = 0;
  Request request;
  Transport::Done done;                 // of a unary call
  std::shared_ptr<StreamState> stream;  // of a streaming one

  // The server refused it unseen; it is tried once more.
  bool repeated = false;

  // On a connection.
  Connection* connection = nullptr;  // null: it waits for one
  int32_t stream_id = -1;
  size_t sent_bytes = 0;      // of the message
  bool headers_sent = false;  // from here on the server may have acted on it
  Response response;
  std::vector<std::string> messages;  // of a unary answer

  bool sent_all() const { return sent_bytes == request.message->size(); }
};

// What other threads ask of the transport.
struct Inbox {
  std::mutex mutex;
  Loop* loop = nullptr;  // null: the transport is gone
  Transport::CallId last_id = 0;
  std::vector<std::unique_ptr<Call>> started;
  std::vector<Transport::CallId> cancelled;
  std::vector<std::weak_ptr<StreamState>> streams;  // that have a reader
  size_t stream_window = 0;
};

}  // namespace clogs::send
