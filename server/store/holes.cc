#include "server/store/holes.h"

#include <charconv>

namespace clogs::store {
namespace {

constexpr std::string_view hole_lead = "#_";

}  // namespace

std::optional<uint32_t> hole_at(std::string_view text) {
  if (!text.starts_with(hole_lead)) return std::nullopt;
  text = text.substr(hole_lead.size(), text.find('\n') - hole_lead.size());
  uint32_t positions = 0;
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), positions);
  if (error != std::errc() || end != text.data() + text.size() || positions == 0) return {};
  return positions;
}

void print_hole(uint32_t positions, std::string& out) {
  out += hole_lead;
  out += std::to_string(positions);
  out += '\n';
}

Positions count_positions(std::string_view lines) {
  Positions positions;
  while (!lines.empty()) {
    auto hole = hole_at(lines);
    positions.all += hole.value_or(1);
    positions.removed += hole.value_or(0);
    const size_t end = lines.find('\n');
    lines.remove_prefix(end == std::string_view::npos ? lines.size() : end + 1);
  }
  return positions;
}

}  // namespace clogs::store
