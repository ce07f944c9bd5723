// `clogs cat`: every stored record as EDN lines, in the order of arrival.
#include <cstdio>
#include <limits>
#include <string>
#include <utility>
#include <vector>

#include "core/base/instant.h"
#include "core/edn/printer.h"
#include "core/edn/reader.h"
#include "core/record/id.h"
#include "server/app/cli/output.h"
#include "server/app/cli/verbs.h"
#include "server/query/deletions.h"
#include "server/store/holes.h"
#include "server/store/read_only_store.h"

namespace clogs::app {

namespace {

constexpr std::string_view tenant = "default";

Result<std::unique_ptr<store::ReadOnlyStore>> open(const CatOptions& options) {
  store::ReadOnlyOptions wanted;
  wanted.dir = options.dir;
  return store::ReadOnlyStore::open(std::move(wanted));
}

// The line with the store's keys before its closing brace; a restored line has its own.
void append_with_meta(std::string_view line, const store::Block& block, const record::Id& id,
                      std::string& out) {
  if (block.has_meta) {
    out.append(line);
    return;
  }
  out.append(line.substr(0, line.rfind('}')));
  out += " :clogs/id \"" + id.to_string() + "\" :clogs/received #inst \"";
  format_rfc3339(Instant::from_nanos(id.received_nanos), out);
  out += "\" :clogs/tenant ";
  edn::print_atom(edn::Kind::string, tenant, out);
  out += " :clogs/stream ";
  edn::print_atom(edn::Kind::string, block.stream, out);
  out += "}\n";
}

// A restored line without the keys that came with it.
Status append_without_meta(std::string_view line, edn::Tape& tape, std::string& out) {
  tape.clear();
  CLOGS_RETURN_IF_ERROR(edn::read_one(line, tape));
  out += '{';
  bool first = true;
  edn::View record = tape.root();
  for (auto at = record.begin(); at != record.end(); ++at) {
    edn::View key = *at;
    edn::View value = *++at;
    bool named = key.is(edn::Kind::keyword) || key.is(edn::Kind::string);
    if (named && key.text().starts_with("clogs/")) continue;
    if (!first) out += ' ';
    first = false;
    edn::print(key, out);
    out += ' ';
    edn::print(value, out);
  }
  out += "}\n";
  return {};
}

// Prints the records of blocks but those that are deleted.
class BlockPrinter {
 public:
  BlockPrinter(const CatOptions& options, store::DeletedLines& deleted)
      : options_(options), deleted_(deleted) {}

  Status print(const store::Block& block) {
    out_.clear();
    deleted_.find(block, positions_);
    auto gone = positions_.begin();
    Status status;
    store::for_each_run(block.lines, [&](std::string_view run, uint32_t position) {
      for (; !run.empty(); ++position) {
        std::string_view line = run.substr(0, run.find('\n') + 1);
        run.remove_prefix(line.size());
        if (gone != positions_.end() && *gone == position) {
          ++gone;
        } else if (status.ok()) {
          status = append(block, line, position);
        }
      }
    });
    return status.ok() ? write_out(out_) : status;
  }

 private:
  Status append(const store::Block& block, std::string_view line, uint32_t position) {
    if (options_.meta) {
      record::Id id = block.first;
      id.index += position;
      append_with_meta(line, block, id, out_);
    } else if (block.has_meta) {
      return append_without_meta(line, tape_, out_);
    } else {
      out_.append(line);
    }
    return {};
  }

  const CatOptions& options_;
  store::DeletedLines& deleted_;
  edn::Tape tape_;
  std::string out_;
  std::vector<uint32_t> positions_;
};

}  // namespace

int run_cat(const CatOptions& options) {
  auto opened = open(options);
  if (!opened.ok()) return fail(opened.status());
  auto source = (*opened)->open_in_order(tenant);
  if (!source.ok()) return fail(source.status());
  auto deleted = query::compile_deletions((*source)->deletions(), tenant);
  if (!deleted.ok()) return fail(deleted.status());
  store::BlockBuffer buffer;
  store::Block block;
  BlockPrinter printer(options, **deleted);
  for (;;) {
    Result<bool> more = (*source)->next(buffer, block);
    if (!more.ok()) return fail(more.status());
    if (!*more) break;
    if (!options.stream.empty() && block.stream != options.stream) continue;
    if (Status status = printer.print(block); !status.ok()) return fail(status);
  }
  if (Status flushed = flush_out(); !flushed.ok()) return fail(flushed);
  for (const store::Damage& damage : (*source)->damage()) {
    std::fprintf(stderr, "clogs: left out damaged data of %s at byte %llu: %s\n",
                 damage.file.c_str(), static_cast<unsigned long long>(damage.offset),
                 damage.reason.c_str());
  }
  return (*source)->damage().empty() ? exit_done : exit_failed;
}

}  // namespace clogs::app
