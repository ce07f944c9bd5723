// What the SDK says about itself on standard error: at most one line a minute of a kind.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "clogs/options.h"
#include "core/send/loop.h"

namespace clogs::client {

// `recovered` is of interest only with Diagnostics::info.
enum class Notice : uint8_t { delivery, refused, dropped, spool, recovered };

class DiagnosticLines {
 public:
  static constexpr std::chrono::minutes quiet_time{1};

  explicit DiagnosticLines(Diagnostics level) : level_(level) {}
  // The line to write, with its '\n'; nothing where one of this kind was written a short time ago.
  std::optional<std::string> line(Notice kind, std::string_view text, send::TimePoint now);

 private:
  static constexpr size_t kinds = 5;
  struct Kind {
    std::optional<send::TimePoint> last;
    uint64_t held_back = 0;
  };

  const Diagnostics level_;
  std::array<Kind, kinds> kinds_;
};

}  // namespace clogs::client
