#include "server/api/http/encoder.h"

#include <array>

#include <zlib.h>
#include <zstd.h>

namespace clogs::api {
namespace {

constexpr size_t step_bytes = size_t{16} << 10;
// Rows shrink to a tenth on the quickest levels already; higher ones cost more of the server than
// they save of the network.
constexpr int gzip_level = 1;
constexpr int zstd_level = 1;
constexpr int gzip_wrapper = 16 + MAX_WBITS;
constexpr int gzip_memory = 8;  // zlib's default: 256 KiB

Status broken(std::string_view coding) {
  return internal_error("An answer could not be encoded as " + std::string(coding));
}

class GzipEncoder final : public Encoder {
 public:
  GzipEncoder()
      : ready_(deflateInit2(&stream_, gzip_level, Z_DEFLATED, gzip_wrapper, gzip_memory,
                            Z_DEFAULT_STRATEGY) == Z_OK) {}
  ~GzipEncoder() override { deflateEnd(&stream_); }

  bool ready() const { return ready_; }

  Status feed(std::string_view in, std::string& out) override {
    stream_.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(in.data()));
    stream_.avail_in = static_cast<uInt>(in.size());
    return run(Z_SYNC_FLUSH, out);
  }

  Status finish(std::string& out) override {
    stream_.next_in = nullptr;
    stream_.avail_in = 0;
    return run(Z_FINISH, out);
  }

 private:
  Status run(int flush, std::string& out) {
    std::array<char, step_bytes> piece;
    do {
      stream_.next_out = reinterpret_cast<Bytef*>(piece.data());
      stream_.avail_out = static_cast<uInt>(piece.size());
      const int outcome = deflate(&stream_, flush);
      // Z_BUF_ERROR: a flush with nothing left to flush.
      if (outcome == Z_STREAM_ERROR) return broken("gzip");
      out.append(piece.data(), piece.size() - stream_.avail_out);
    } while (stream_.avail_out == 0);
    return ok_status();
  }

  z_stream stream_{};
  const bool ready_;
};

class ZstdEncoder final : public Encoder {
 public:
  ZstdEncoder() : stream_(ZSTD_createCCtx()) {
    if (stream_ == nullptr) return;
    // Its window is far below the 8 MiB that RFC 9659 lets a receiver refuse to exceed.
    ZSTD_CCtx_setParameter(stream_.get(), ZSTD_c_compressionLevel, zstd_level);
  }

  bool ready() const { return stream_ != nullptr; }

  Status feed(std::string_view in, std::string& out) override { return run(in, ZSTD_e_flush, out); }
  Status finish(std::string& out) override { return run({}, ZSTD_e_end, out); }

 private:
  Status run(std::string_view in, ZSTD_EndDirective directive, std::string& out) {
    ZSTD_inBuffer input{in.data(), in.size(), 0};
    std::array<char, step_bytes> piece;
    size_t left = 0;
    do {
      ZSTD_outBuffer output{piece.data(), piece.size(), 0};
      left = ZSTD_compressStream2(stream_.get(), &output, &input, directive);
      if (ZSTD_isError(left)) return broken("zstd");
      out.append(piece.data(), output.pos);
    } while (left > 0);
    return ok_status();
  }

  struct Free {
    void operator()(ZSTD_CCtx* stream) const { ZSTD_freeCCtx(stream); }
  };
  const std::unique_ptr<ZSTD_CCtx, Free> stream_;
};

template <typename Made>
std::unique_ptr<Encoder> if_ready() {
  auto made = std::make_unique<Made>();
  if (!made->ready()) return nullptr;
  return made;
}

}  // namespace

std::unique_ptr<Encoder> make_encoder(Coding coding) {
  switch (coding) {
    case Coding::gzip:
      return if_ready<GzipEncoder>();
    case Coding::zstd:
      return if_ready<ZstdEncoder>();
    case Coding::identity:
      break;
  }
  return nullptr;
}

std::string_view coding_name(Coding coding) {
  switch (coding) {
    case Coding::gzip:
      return "gzip";
    case Coding::zstd:
      return "zstd";
    case Coding::identity:
      break;
  }
  return "identity";
}

}  // namespace clogs::api
