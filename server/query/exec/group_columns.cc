#include "server/query/exec/group_columns.h"

#include "core/record/record.h"
#include "server/query/eval/key.h"
#include "server/query/eval/text.h"
#include "server/query/language/cidr.h"

namespace clogs::query {
namespace {

void append_step(std::optional<int64_t> step, std::string& key) {
  if (!step) {
    key.push_back('0');
    return;
  }
  key.push_back('b');
  key.append(reinterpret_cast<const char*>(&*step), sizeof(*step));
}

edn::Value width_of(const Group& group) {
  return group.kind == Group::Kind::number_bucket ? group.width : edn::Value::integer(1);
}

}  // namespace

std::optional<int64_t> instant_of(const FieldReader& field, const Entry& entry) {
  if (field.role() == Role::timestamp && !entry.is_result) return entry.timestamp;
  const edn::View view = field.first(entry);
  if (!view) return std::nullopt;
  const Result<int64_t> nanos = record::timestamp_nanos(view);
  return nanos.ok() ? std::optional(*nanos) : std::nullopt;
}

GroupColumn::GroupColumn(const Group& group, int64_t width_nanos)
    : kind_(group.kind),
      field_(group.field),
      buckets_(width_nanos, group.offset_nanos, group.tz),
      steps_(width_of(group), group.offset),
      bits_(static_cast<int>(group.bits)) {}

void GroupColumn::read(const Entry& entry, std::string& key) {
  switch (kind_) {
    case Group::Kind::field:
      view_ = field_.first(entry);
      append_key(view_, key);
      return;
    case Group::Kind::time_bucket:
      step_ = instant_of(field_, entry);
      if (step_) step_ = buckets_.start_of(*step_);
      append_step(step_, key);
      return;
    case Group::Kind::number_bucket: {
      const auto number = number_of(field_.first(entry));
      step_ = number ? steps_.step_of(*number) : std::nullopt;
      append_step(step_, key);
      return;
    }
    case Group::Kind::cidr: {
      network_.clear();
      const TextOf text = text_of(field_.first(entry));
      const auto address = text.ok ? parse_address(text.text) : std::nullopt;
      if (address) network_ = format_network(network_of(*address, bits_));
      key.append(network_).push_back('\0');
      return;
    }
  }
}

GroupValue GroupColumn::value() const {
  if (kind_ == Group::Kind::field) return {Representative(view_), std::nullopt};
  if (kind_ != Group::Kind::cidr) return {{}, step_};
  if (network_.empty()) return {};
  edn::Tape tape;
  tape.atom(edn::Kind::string, network_);
  return {Representative(tape.root()), std::nullopt};
}

void GroupColumn::offer(GroupValue& to) const {
  if (kind_ == Group::Kind::field) to.value.offer(view_);
}

void GroupColumn::write(const GroupValue& value, edn::Tape& out) const {
  if (!is_bucket()) return out.copy(value.value.value());
  if (!value.step) return out.nil();
  if (kind_ == Group::Kind::time_bucket) return out.inst(*value.step);
  steps_.write_start(*value.step, out);
}

}  // namespace clogs::query
