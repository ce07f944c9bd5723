#include "server/app/remote/compress.h"

#include <zlib.h>
#include <zstd.h>

namespace clogs::app::remote {
namespace {

Result<std::string> gzip(std::string_view body) {
  z_stream stream{};
  constexpr int gzip_window = 15 + 16;  // the largest window, with a gzip header
  if (deflateInit2(&stream, Z_BEST_SPEED, Z_DEFLATED, gzip_window, 8, Z_DEFAULT_STRATEGY) != Z_OK) {
    return internal_error("zlib gives no compressor");
  }
  std::string out(deflateBound(&stream, body.size()), '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(body.data()));
  stream.avail_in = static_cast<uInt>(body.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  const int result = deflate(&stream, Z_FINISH);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  if (result != Z_STREAM_END) return internal_error("zlib could not compress the body");
  return out;
}

Result<std::string> zstd(std::string_view body) {
  std::string out(ZSTD_compressBound(body.size()), '\0');
  const size_t size = ZSTD_compress(out.data(), out.size(), body.data(), body.size(), 1);
  if (ZSTD_isError(size) != 0) return internal_error(ZSTD_getErrorName(size));
  out.resize(size);
  return out;
}

}  // namespace

std::string_view encoding_name(Compression compression) {
  switch (compression) {
    case Compression::gzip:
      return "gzip";
    case Compression::zstd:
      return "zstd";
    case Compression::none:
      break;
  }
  return {};
}

Result<std::string> compress(std::string_view body, Compression compression) {
  if (compression == Compression::gzip) return gzip(body);
  if (compression == Compression::zstd) return zstd(body);
  return std::string(body);
}

}  // namespace clogs::app::remote
