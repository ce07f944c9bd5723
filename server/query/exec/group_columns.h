// The columns of :group-by, read from one record at a time.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/edn/tape.h"
#include "server/query/aggregate/representative.h"
#include "server/query/aggregate/steps.h"
#include "server/query/aggregate/time_buckets.h"
#include "server/query/eval/field.h"
#include "server/query/language/ast.h"

namespace clogs::query {

// A group's value in one column: a value that stands for its equals, or the step of a bucket.
struct GroupValue {
  Representative value;
  std::optional<int64_t> step;  // start of a time bucket, number of a number bucket
};

// For one thread.
class GroupColumn {
 public:
  // The width of a time bucket that is automatic has been decided before.
  GroupColumn(const Group& group, int64_t width_nanos);

  // Reads the record's value and appends its key.
  void read(const Entry& entry, std::string& key);
  // What was read last, for a group that is new, and for one that is not.
  GroupValue value() const;
  void offer(GroupValue& to) const;

  void write(const GroupValue& value, edn::Tape& out) const;
  Role role() const { return kind_ == Group::Kind::field ? field_.role() : Role::plain; }
  bool is_bucket() const {
    return kind_ == Group::Kind::time_bucket || kind_ == Group::Kind::number_bucket;
  }
  const TimeBuckets& buckets() const { return buckets_; }
  const Steps& steps() const { return steps_; }

 private:
  Group::Kind kind_;
  FieldReader field_;
  TimeBuckets buckets_;
  Steps steps_;
  int bits_;
  edn::View view_;               // field
  std::optional<int64_t> step_;  // buckets
  std::string network_;          // cidr
};

// The point in time that a value of a bucketed field is, if it is one.
std::optional<int64_t> instant_of(const FieldReader& field, const Entry& entry);

}  // namespace clogs::query
