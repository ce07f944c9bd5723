// What the server answers, out of its text.
#pragma once

#include <string>
#include <string_view>

#include "clogs/result.h"
#include "server/app/remote/remote.h"

namespace clogs::app::remote {

// The failure that an HTTP answer stands for: its own sentence and details where the body has them
// ({"success":false,"error":..,"details":..} as JSON or EDN).
Status failure_of(long http_status, std::string_view content_type, std::string_view body);

// 201, or a 400 that lists rejections; other failures as failure_of().
Result<Answer> ingest_answer(long http_status, std::string_view content_type,
                             std::string_view body);

}  // namespace clogs::app::remote
