// What the disk does by itself: the yardstick of durable acknowledgements.
#pragma once

#include <string>

#include "clogs/result.h"

namespace clogs::load {

// fdatasync calls a second after 4 KiB writes, one after the other, into a preallocated file in
// `dir`, over about a second. The file is removed.
Result<double> measure_syncs(const std::string& dir);

}  // namespace clogs::load
