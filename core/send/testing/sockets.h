// Blocking sockets on 127.0.0.1 for servers that tests play.
#pragma once

#include <string>
#include <string_view>

namespace clogs::send::testing {

// A socket that listens on a port, 0: a free one.
class Listener {
 public:
  explicit Listener(int backlog = 64, int port = 0);
  Listener(const Listener&) = delete;
  Listener& operator=(const Listener&) = delete;
  ~Listener();

  int port() const { return port_; }
  // The next connection, -1 after stop().
  int accept();
  void stop();

 private:
  int fd_;
  int port_ = 0;
};

// A port that is taken while this lives and refuses every connection.
class DeadPort {
 public:
  DeadPort();
  DeadPort(const DeadPort&) = delete;
  DeadPort& operator=(const DeadPort&) = delete;
  ~DeadPort();
  int port() const { return port_; }

 private:
  int fd_;
  int port_ = 0;
};

int connect_to(int port);
// False: the connection is over.
bool write_all(int fd, std::string_view bytes);
// As many as there are, empty at the end.
std::string read_some(int fd);

}  // namespace clogs::send::testing
