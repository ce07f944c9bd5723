// line_report FILE [YEAR [TZ [NOW]]]: the file's records as EDN lines on standard output, the
// counts on standard error. For looking at what the recognisers make of real logs.
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

#include <fcntl.h>
#include <unistd.h>

#include "core/base/clock.h"
#include "server/ingest/lines.h"

namespace {

using clogs::ingest::LineConverter;

int convert(int file, LineConverter& converter) {
  std::vector<char> buffer(size_t{1} << 20);
  std::string lines;
  while (true) {
    const ssize_t got = read(file, buffer.data(), buffer.size());
    if (got < 0) return 1;
    if (got == 0) break;
    converter.feed({buffer.data(), static_cast<size_t>(got)});
    lines.clear();
    converter.take(lines);
    std::fwrite(lines.data(), 1, lines.size(), stdout);
  }
  converter.finish();
  lines.clear();
  converter.take(lines);
  std::fwrite(lines.data(), 1, lines.size(), stdout);
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 2) {
    std::fputs("usage: line_report FILE [YEAR [TZ [NOW_NANOS]]]\n", stderr);
    return 2;
  }
  clogs::ingest::LineOptions options;
  options.now_nanos = argc > 4 ? std::atoll(argv[4]) : clogs::SystemClock().now_nanos();
  if (argc > 2 && argv[2][0] != '-') options.year = std::atoi(argv[2]);
  if (argc > 3) options.tz = argv[3];
  clogs::Result<LineConverter> converter = LineConverter::create(std::move(options));
  if (!converter.ok()) {
    std::fprintf(stderr, "%s\n", converter.status().message().c_str());
    return 2;
  }
  const int file = open(argv[1], O_RDONLY | O_CLOEXEC);
  if (file < 0 || convert(file, *converter) != 0) {
    std::perror(argv[1]);
    return 1;
  }
  close(file);
  const clogs::ingest::LineCounts& counts = converter->counts();
  std::fprintf(stderr,
               "lines %lu records %lu timestamps %lu levels %lu rejected %lu repaired %lu\n",
               counts.lines, counts.records, counts.with_timestamp, counts.with_level,
               counts.rejected, counts.repaired_lines);
  return 0;
}
