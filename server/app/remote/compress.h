// Bodies on their way to the server.
#pragma once

#include <string>
#include <string_view>

#include "clogs/result.h"
#include "server/app/remote/remote.h"

namespace clogs::app::remote {

// "gzip", "zstd"; empty for none.
std::string_view encoding_name(Compression compression);
// At the fastest level: a log batch shrinks to a sixth, and the sender is not to wait.
Result<std::string> compress(std::string_view body, Compression compression);

}  // namespace clogs::app::remote
