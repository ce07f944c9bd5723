// A file's text through a LineConverter.
#pragma once

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "core/base/instant.h"
#include "server/ingest/lines.h"

namespace clogs::ingest::testing {

constexpr int64_t now = 1'795'465'557 * nanos_per_second;  // 2026-11-23T20:25:57Z

inline LineOptions options(LineFormat format = LineFormat::automatic) {
  LineOptions out;
  out.format = format;
  out.now_nanos = now;
  return out;
}

inline LineConverter make(LineOptions given) {
  Result<LineConverter> converter = LineConverter::create(std::move(given));
  EXPECT_TRUE(converter.ok()) << converter.status().to_string();
  return std::move(converter).value();
}

struct Converted {
  std::string lines;
  LineCounts counts;
  std::vector<LineRejection> rejections;
};

inline Converted convert(std::string_view text, LineOptions given = options(),
                         size_t piece = SIZE_MAX) {
  LineConverter converter = make(std::move(given));
  for (size_t at = 0; at < text.size();) {
    const std::string_view part = text.substr(at, piece);
    converter.feed(std::string(part));
    at += part.size();
  }
  converter.finish();
  Converted out;
  EXPECT_EQ(converter.take(out.lines), converter.counts().records);
  EXPECT_EQ(converter.ready_bytes(), 0u);
  out.counts = converter.counts();
  out.rejections = converter.rejections();
  return out;
}

inline std::string lines_of(std::string_view text, LineOptions given = options()) {
  return convert(text, std::move(given)).lines;
}

}  // namespace clogs::ingest::testing
