// A running server as the source of a backup, over HTTP.
#pragma once

#include <memory>

#include "clogs/result.h"
#include "server/app/cli/options.h"
#include "server/store/backup_source.h"

namespace clogs::app {

// Reads files in ranges, each checked by the sum that the server sends with it, and asks again for
// a range whose answer broke off.
Result<std::unique_ptr<store::BackupSource>> open_remote_backup(const RemoteOptions& options);

}  // namespace clogs::app
