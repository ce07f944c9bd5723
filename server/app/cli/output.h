// Standard output as the verbs write their answers to it.
#pragma once

#include <string_view>

#include "clogs/result.h"

namespace clogs::app {

// unavailable where not all could be written (a closed pipe, a full disk).
Status write_out(std::string_view text);
Status flush_out();

}  // namespace clogs::app
