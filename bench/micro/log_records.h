// Realistic log records of about 380 bytes, made from a seed: the same text on every machine.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>

namespace clogs::bench {

struct LogTexts {
  std::string edn;   // one record a line
  std::string json;  // the same records as JSON lines
  std::vector<std::string> json_records;
};

// xorshift64.
struct Dice {
  uint64_t state;
  unsigned operator()(uint64_t below) {
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return static_cast<unsigned>(state % below);
  }
};

inline std::string make_message(Dice& dice) {
  unsigned a = dice(100'000);
  unsigned b = dice(256);
  unsigned c = dice(256);
  switch (dice(5)) {
    case 0:
      return fmt::format("Served block blk_{} to /10.251.{}.{} in 14 ms, 3 replicas left", a, b, c);
    case 1:
      return fmt::format(
          "Failed password for invalid user web{} from 173.234.{}.{} port 38926 ssh2", a, b, c);
    case 2:
      return fmt::format("PacketResponder {} for block blk_38865049064139660 terminating {} {}", a,
                         b, c);
    case 3:
      return fmt::format(
          "session opened for user by (uid={}), \\\"pam_unix\\\" said {} of {} passed", a, b, c);
    default:
      return fmt::format("GET /v2/54fadb412c4e40cdbaed9335e4c35a9e/servers?page={}&limit={}&at={}",
                         a, b, c);
  }
}

inline void append_record(size_t line, Dice& dice, LogTexts& texts) {
  static constexpr std::string_view levels[] = {"info", "info", "info", "debug", "warn", "error"};
  static constexpr std::string_view services[] = {"checkout", "payments", "search", "auth-gateway"};
  std::string_view level = levels[dice(6)];
  std::string_view service = services[dice(4)];
  unsigned host = dice(200);
  std::string time = fmt::format("2026-11-23T{:02}:{:02}:{:02}.{:06}123Z", dice(24), dice(60),
                                 dice(60), dice(1'000'000));
  std::string message = make_message(dice);
  std::string trace = fmt::format("{:08x}{:08x}{:08x}{:08x}", dice(1u << 31), dice(1u << 31),
                                  dice(1u << 31), dice(1u << 31));
  unsigned user = dice(100'000);
  std::string duration = fmt::format("{}.{:03}", dice(10'000), dice(1'000));
  texts.edn += fmt::format(
      "{{:timestamp \"{}\" :level \"{}\" :service \"{}\" :host \"node-{:03}.fra1\" "
      ":logger \"dfs.DataNode$PacketResponder\" :message \"{}\" :trace_id \"{}\" :user_id {} "
      ":status 200 :duration_ms {} :k8s {{:namespace \"shop\" :pod \"{}-7d9f8b6c5-x{:03}\"}} "
      ":region \"eu-central\" :line {}}}\n",
      time, level, service, host, message, trace, user, duration, service, host, line);
  texts.json_records.push_back(fmt::format(
      "{{\"timestamp\":\"{}\",\"level\":\"{}\",\"service\":\"{}\",\"host\":\"node-{:03}.fra1\","
      "\"logger\":\"dfs.DataNode$PacketResponder\",\"message\":\"{}\",\"trace_id\":\"{}\","
      "\"user_id\":{},\"status\":200,\"duration_ms\":{},\"k8s\":{{\"namespace\":\"shop\",\"pod\":"
      "\"{}-7d9f8b6c5-x{:03}\"}},\"region\":\"eu-central\",\"line\":{}}}",
      time, level, service, host, message, trace, user, duration, service, host, line));
  texts.json += texts.json_records.back() + "\n";
}

inline LogTexts make_log_texts(size_t records, uint64_t seed = 1) {
  Dice dice{seed * 0x9E3779B97F4A7C15};
  LogTexts texts;
  for (size_t line = 0; line < records; ++line) append_record(line, dice, texts);
  return texts;
}

}  // namespace clogs::bench
