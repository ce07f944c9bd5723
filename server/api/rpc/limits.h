// What the gRPC methods keep within, on either port.
#pragma once

#include <chrono>
#include <cstddef>

namespace clogs::api::rpc {

// Bytes of grpc-message, and of google.rpc.Status in the trailers. gRPC clients take 8 KiB of
// metadata by default and fail the call beyond that; base64 adds a third.
constexpr size_t max_status_message_bytes = 1024;
constexpr size_t max_details_bytes = 3072;
// Bytes of one violation's sentence and of one value of ErrorInfo.
constexpr size_t max_violation_bytes = 300;
// Bytes of sentences and data in the answer to one batch; further rejections carry their index
// only. gRPC clients take messages of 4 MiB by default.
constexpr size_t max_rejection_text_bytes = size_t{2} << 20;
// Bytes after which a block of rows is sent: few enough that the first rows come at once, enough
// that framing costs nothing.
constexpr size_t row_block_bytes = size_t{64} << 10;
// Rows of a block, whatever they weigh.
constexpr size_t row_block_rows = 4096;
// Names or values that Fields gives, by default and at most.
constexpr size_t default_fields = 100;
constexpr size_t max_fields = 10'000;

// RetryInfo: memory frees as soon as the disk has taken some batches; a full disk or a stopping
// server takes longer.
constexpr std::chrono::milliseconds retry_when_busy{250};
constexpr std::chrono::milliseconds retry_when_unavailable{2000};

}  // namespace clogs::api::rpc
