#include "server/api/http/media.h"

#include <charconv>
#include <cstdint>

namespace clogs::api {
namespace {

constexpr int quality_max = 1000;
constexpr size_t producer_bytes_max = 256;  // keeps the server's table of producers small

std::string_view trim(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + 32);
  }
  return out;
}

// Splits off what stands before the next `separator` outside of quotes.
std::string_view next_part(std::string_view& rest, char separator) {
  bool quoted = false;
  for (size_t i = 0; i < rest.size(); ++i) {
    if (rest[i] == '\\' && quoted) {
      ++i;
    } else if (rest[i] == '"') {
      quoted = !quoted;
    } else if (rest[i] == separator && !quoted) {
      const std::string_view part = rest.substr(0, i);
      rest.remove_prefix(i + 1);
      return trim(part);
    }
  }
  const std::string_view part = rest;
  rest = {};
  return trim(part);
}

// "0.5" as 500; what is not a quality counts as 0, so that nonsense chooses nothing.
int parse_quality(std::string_view text) {
  if (text.empty() || (text[0] != '0' && text[0] != '1')) return 0;
  int quality = (text[0] - '0') * quality_max;
  if (text.size() > 1 && text[1] != '.') return 0;
  int scale = quality_max / 10;
  for (size_t i = 2; i < text.size() && i < 5; ++i, scale /= 10) {
    if (text[i] < '0' || text[i] > '9') return 0;
    quality += (text[i] - '0') * scale;
  }
  return quality > quality_max ? quality_max : quality;
}

struct Range {
  std::string name;  // "text/csv", "text/*", "*/*", "gzip"
  int quality = quality_max;
};

Range parse_range(std::string_view text) {
  Range range;
  range.name = lower(next_part(text, ';'));
  while (!text.empty()) {
    const std::string_view parameter = next_part(text, ';');
    if (parameter.size() > 2 && (parameter[0] == 'q' || parameter[0] == 'Q') &&
        parameter[1] == '=') {
      range.quality = parse_quality(parameter.substr(2));
    }
  }
  return range;
}

bool covers(const std::string& range, std::string_view offer) {
  if (range == offer) return true;
  return range.ends_with("/*") && range != "*/*" &&
         offer.starts_with(std::string_view(range).substr(0, range.size() - 1));
}

Status bad_batch_id(std::string_view problem) {
  return invalid_argument("Clogs-Batch-Id " + std::string(problem) +
                              "; expected <producer>/<sequence>, for example web-1/42",
                          "{:code :clogs/bad-batch-id}");
}

}  // namespace

Result<std::string> media_type(std::string_view content_type) {
  std::string type = lower(next_part(content_type, ';'));
  while (!content_type.empty()) {
    std::string parameter = lower(next_part(content_type, ';'));
    if (!parameter.starts_with("charset=")) continue;
    std::string charset = parameter.substr(sizeof("charset=") - 1);
    if (charset.size() > 1 && charset.front() == '"' && charset.back() == '"') {
      charset = charset.substr(1, charset.size() - 2);
    }
    if (charset != "utf-8" && charset != "utf8" && charset != "us-ascii") {
      return invalid_argument("charset " + charset + " is not supported; send UTF-8");
    }
  }
  return type;
}

size_t choose_media(std::string_view accept, std::span<const std::string_view> offers,
                    size_t fallback) {
  size_t best = fallback;
  int best_quality = 0;
  bool refused_fallback = false;
  while (!accept.empty()) {
    const Range range = parse_range(next_part(accept, ','));
    if (range.quality == 0) {
      refused_fallback = refused_fallback || range.name == offers[fallback];
      continue;
    }
    if (range.quality <= best_quality) continue;
    if (covers(range.name, offers[fallback])) {
      best = fallback;
      best_quality = range.quality;
      continue;
    }
    for (size_t i = 0; i < offers.size(); ++i) {
      if (!covers(range.name, offers[i])) continue;
      best = i;
      best_quality = range.quality;
      break;
    }
  }
  if (best_quality == 0 && refused_fallback) return (fallback + 1) % offers.size();
  return best;
}

Coding choose_coding(std::string_view accept_encoding) {
  std::optional<int> gzip;
  std::optional<int> zstd;
  int identity = 0;
  int others = 0;
  while (!accept_encoding.empty()) {
    const Range range = parse_range(next_part(accept_encoding, ','));
    if (range.name == "gzip" || range.name == "x-gzip") gzip = range.quality;
    if (range.name == "zstd") zstd = range.quality;
    if (range.name == "identity") identity = range.quality;
    if (range.name == "*") others = range.quality;
  }
  const int best = std::max(gzip.value_or(others), zstd.value_or(others));
  if (best == 0 || identity > best) return Coding::identity;
  return zstd.value_or(others) == best ? Coding::zstd : Coding::gzip;
}

Result<ingest::BatchId> parse_batch_id(std::string_view field) {
  const size_t slash = field.rfind('/');
  if (slash == std::string_view::npos) return bad_batch_id("has no slash");
  const std::string_view producer = field.substr(0, slash);
  const std::string_view digits = field.substr(slash + 1);
  if (producer.empty()) return bad_batch_id("has no producer");
  if (producer.size() > producer_bytes_max) {
    return bad_batch_id("has a producer of more than 256 bytes");
  }
  for (const char c : producer) {
    if (c <= ' ' || c > '~') return bad_batch_id("has a producer with characters other than ASCII");
  }
  uint64_t sequence = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), sequence);
  if (digits.empty() || error != std::errc() || end != digits.data() + digits.size()) {
    return bad_batch_id("has no number from 0 to 2^64 - 1 as sequence");
  }
  return ingest::BatchId{std::string(producer), sequence};
}

}  // namespace clogs::api
