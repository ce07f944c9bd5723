// The store's state as readiness and metrics tell it.
#pragma once

#include <vector>

#include "server/api/metrics.h"
#include "server/api/services.h"
#include "server/store/store.h"

namespace clogs::app {

std::vector<api::Sample> store_samples_of(const store::StoreStats& stats);
std::vector<api::Part> parts_of(const store::StoreStats& stats);

}  // namespace clogs::app
