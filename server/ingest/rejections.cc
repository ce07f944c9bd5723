#include "server/ingest/rejections.h"

#include "core/edn/escape.h"
#include "core/edn/printer.h"
#include "core/edn/reader.h"
#include "core/edn/tape.h"

namespace clogs::ingest {
namespace {

Status damaged() { return data_loss("the stored answer of a repeated batch cannot be read"); }

}  // namespace

std::string rejection_details(const Status& reason) {
  constexpr std::string_view position = "{:line ";
  const std::string& details = reason.details();
  if (!details.starts_with(position)) return details;
  return "{:code :clogs/unreadable " + details.substr(1);
}

std::string print_rejections(const Outcome& outcome) {
  std::string out;
  if (outcome.rejected_total == 0) return out;
  out += '[';
  for (const Rejection& rejection : outcome.rejected) {
    if (out.size() > 1) out += ' ';
    out += "{:index " + std::to_string(rejection.index) + " :error ";
    edn::append_quoted(rejection.error, out);
    if (!rejection.details_edn.empty()) out += " :details " + rejection.details_edn;
    out += '}';
  }
  if (outcome.rejected_total > outcome.rejected.size()) {
    out += " {:total " + std::to_string(outcome.rejected_total) + "}";
  }
  return out + "]";
}

Status read_rejections(std::string_view text, Outcome& outcome) {
  outcome.rejected.clear();
  outcome.rejected_total = 0;
  if (text.empty()) return ok_status();
  edn::Tape tape;
  if (!edn::read_one(text, tape).ok() || !tape.root().is(edn::Kind::vector)) return damaged();
  for (edn::View entry : tape.root()) {
    if (!entry.is(edn::Kind::map)) return damaged();
    if (const edn::View total = entry.find("total")) {
      outcome.rejected_total = static_cast<uint64_t>(total.as_int64().value_or(0));
      continue;
    }
    const edn::View index = entry.find("index");
    const edn::View error = entry.find("error");
    if (!index || !index.as_int64() || !error.is(edn::Kind::string)) return damaged();
    Rejection rejection{.index = static_cast<uint64_t>(*index.as_int64()),
                        .error = std::string(error.text()),
                        .details_edn = {}};
    if (const edn::View details = entry.find("details")) {
      edn::print(details, rejection.details_edn);
    }
    outcome.rejected.push_back(std::move(rejection));
  }
  if (outcome.rejected_total == 0) outcome.rejected_total = outcome.rejected.size();
  return ok_status();
}

}  // namespace clogs::ingest
