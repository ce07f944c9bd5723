// What the store bounds, and why.
#pragma once

#include <cstddef>
#include <cstdint>

namespace clogs::store {

// Versions of the format (docs/format.md); what is newer is refused. Everything is written with the
// lowest version that describes it, so that what an older Clogs can read it does read.
constexpr uint32_t directory_version = 1;            // of a new directory
constexpr uint32_t directory_version_deletions = 2;  // from its first deletion on
constexpr uint32_t directory_version_max = 2;
constexpr uint32_t file_version = 1;        // of a new log file
constexpr uint32_t file_version_holes = 2;  // of one from which records were removed
constexpr uint32_t file_version_max = 2;
constexpr uint32_t deletion_log_version = 1;

// Payload of one block, the unit that is read, checked and handed out: a batch larger than this is
// split at line ends, smaller ones of a stream are joined. A reader needs about this much memory a
// thread; a single longer line is a block of its own.
constexpr size_t block_bytes_target = size_t{1} << 20;

// Payload of one frame (one sync), unless a single batch is larger: keeps the wait of a small batch
// behind large ones short.
constexpr size_t frame_bytes_target = size_t{8} << 20;
constexpr size_t frame_batches_max = 8192;

// A frame's header line. Readers refuse a longer one, so the writer must stay below: the refusals
// of one batch, and of all batches of a frame together, are bounded.
constexpr size_t header_bytes_max = size_t{32} << 20;
constexpr size_t rejected_bytes_max = size_t{4} << 20;        // of one batch
constexpr size_t frame_rejected_bytes_max = size_t{8} << 20;  // of a frame, one batch over it

// Names in frame headers.
constexpr size_t stream_bytes_max = 256;
constexpr size_t producer_bytes_max = 256;
constexpr size_t tenant_bytes_max = 128;

// Padding written ahead of the records, so that a sync need not change the file's size: at most
// this, and at most 1/16 of the free space.
constexpr size_t padding_bytes_max = size_t{4} << 20;
constexpr uint64_t padding_share_of_free = 16;

// Deletions. Each that is in force is looked at for every record of the time before it, so that
// many cost every query; `clogs reindex` brings them back to none.
constexpr size_t deletions_in_force_max = 1000;
constexpr size_t deletion_query_bytes_max = size_t{64} << 10;  // of one, as canonical text
// The log is read as a whole on opening; it is kept for ever, about 300 bytes a deletion.
constexpr uint64_t deletion_log_bytes_max = uint64_t{256} << 20;

// Files kept open for writing (one a tenant); the least recently written is closed first.
constexpr size_t open_files_max = 64;

// Memory accounted for a waiting batch beside its text.
constexpr size_t batch_overhead_bytes = 512;

// Without a commit for this long, padding is cut.
constexpr int64_t idle_nanos = 2'000'000'000;

// Bytes read at once when walking frame headers.
constexpr size_t header_read_bytes = size_t{64} << 10;

}  // namespace clogs::store
