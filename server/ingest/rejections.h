// What was refused of a batch, as the text that is stored beside it: a repeated batch gets the
// first answer again.
#pragma once

#include <string>
#include <string_view>

#include "clogs/result.h"
#include "server/ingest/service.h"

namespace clogs::ingest {

// The data of a refused record. The readers of EDN and JSON say where and what; that gets the code
// :clogs/unreadable here, as every refusal has one.
std::string rejection_details(const Status& reason);

// [{:index 3 :error "..." :details {...}} ...], with a last {:total 5000} where not all are
// described; empty if nothing was refused.
std::string print_rejections(const Outcome& outcome);
// Puts them back into `rejected` and `rejected_total`.
Status read_rejections(std::string_view text, Outcome& outcome);

}  // namespace clogs::ingest
