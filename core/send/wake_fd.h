// A file descriptor that makes poll() return when another thread says so.
#pragma once

namespace clogs::send {

class WakeFd {
 public:
  WakeFd() = default;
  WakeFd(const WakeFd&) = delete;
  WakeFd& operator=(const WakeFd&) = delete;
  ~WakeFd() { close(); }

  // False: no descriptor is left in this process.
  bool open() noexcept;
  void close() noexcept;
  bool is_open() const noexcept { return read_ >= 0; }

  int fd() const noexcept { return read_; }
  // Any thread; never blocks.
  void signal() noexcept;
  // After poll() found it readable.
  void drain() noexcept;

 private:
  int read_ = -1;
  int write_ = -1;  // the same as read_ where the system has eventfd
};

}  // namespace clogs::send
