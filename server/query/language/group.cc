#include "server/query/language/group.h"

#include <iterator>
#include <optional>
#include <utility>

#include <fmt/core.h>

#include "server/query/language/duration.h"
#include "server/query/language/field.h"
#include "server/query/language/lexical.h"
#include "server/query/language/moment.h"
#include "server/query/language/time.h"

namespace clogs::query::language {
namespace {

using edn::Kind;
using edn::Value;

constexpr std::string_view bucket_keys[] = {"tz", "offset", "fill", "min", "max"};
constexpr std::string_view fill_names[] = {"none", "zero", "null", "previous"};

bool read_width(Context& context, const Value& value, Group& out) {
  const Value* it = bound(context, value);
  if (it == nullptr) return false;
  if (edn::is_number(it->kind())) {
    out.kind = Group::Kind::number_bucket;
    if (!read_number(context, *it, out.width)) return false;
    if (*out.width.as_double() > 0) return true;
    return context.fail("bad-value", "the width of a bucket is not above 0", *it);
  }
  out.kind = Group::Kind::time_bucket;
  if (keyword_name(context, *it) == "auto") return true;
  if (it->is(Kind::keyword)) {
    return context.fail("bad-value", fmt::format("unknown width {}", shown(*it)), *it,
                        {Value::keyword("auto")});
  }
  if (!read_duration(context, *it, out.width_nanos)) return false;
  if (out.width_nanos > 0) return true;
  return context.fail("bad-time", "the width of a bucket is not above 0", *it);
}

bool read_bound(Context& context, const Value& map, const char* key, bool time,
                std::optional<Moment>& moment, std::optional<Value>& number) {
  const Value* value = entry(context, map, key);
  if (value == nullptr) return true;
  At at(context, key);
  if (time) return read_moment(context, *value, moment.emplace());
  return read_number(context, *value, number.emplace());
}

bool read_zone(Context& context, const Value& value, Group& out) {
  At at(context, "tz");
  if (out.kind != Group::Kind::time_bucket) {
    return context.fail_key("bad-value", ":tz goes with buckets of time", value);
  }
  if (!read_string(context, value, out.tz)) return false;
  if (is_time_zone(out.tz)) return true;
  return context.fail("bad-time", fmt::format("unknown time zone \"{}\"", out.tz), value);
}

bool read_bucket_options(Context& context, const Value& map, Group& out) {
  if (!check_keys(context, map, "the options of :bucket", bucket_keys)) return false;
  bool time = out.kind == Group::Kind::time_bucket;
  const Value* tz = entry(context, map, "tz");
  if (tz != nullptr && !read_zone(context, *tz, out)) return false;
  if (const Value* offset = entry(context, map, "offset")) {
    At at(context, "offset");
    if (time ? !read_duration(context, *offset, out.offset_nanos)
             : !read_number(context, *offset, out.offset)) {
      return false;
    }
  }
  if (const Value* fill = entry(context, map, "fill")) {
    At at(context, "fill");
    std::string_view name;
    if (!read_choice(context, *fill, "fill", fill_names, name)) return false;
    for (size_t i = 0; i < std::size(fill_names); ++i) {
      if (fill_names[i] == name) out.fill = static_cast<Fill>(i);
    }
  }
  bool min = read_bound(context, map, "min", time, out.from, out.min);
  return read_bound(context, map, "max", time, out.to, out.max) && min;
}

bool read_bucket(Context& context, const Value& value, Group& out) {
  if (value.size() < 3 || value.size() > 4) {
    return context.wrong_arity(":bucket", "a field, a width and perhaps options", value.size() - 1);
  }
  out.tz = context.tz;
  {
    At at(context, size_t{1});
    if (!read_field(context, value[1], out.field)) return false;
  }
  {
    At at(context, size_t{2});
    if (!read_width(context, value[2], out)) return false;
  }
  if (out.kind != Group::Kind::time_bucket) out.tz.clear();
  if (value.size() == 3) return true;
  At at(context, size_t{3});
  return read_bucket_options(context, value[3], out);
}

bool read_cidr(Context& context, const Value& value, Group& out) {
  if (value.size() != 3) {
    return context.wrong_arity(":cidr", "a field and a number of bits", value.size() - 1);
  }
  out.kind = Group::Kind::cidr;
  {
    At at(context, size_t{1});
    if (!read_field(context, value[1], out.field)) return false;
  }
  At at(context, size_t{2});
  constexpr int64_t most_bits = 128;
  return read_int(context, value[2], 0, most_bits, out.bits);
}

bool read_group(Context& context, const Value& value, bool named, Group& out) {
  std::optional<std::string_view> head = head_of(context, value);
  if (head == "as" && !named) {
    if (value.size() != 3) {
      return context.wrong_arity(":as", "a name and a group", value.size() - 1);
    }
    std::string name;
    {
      At at(context, size_t{1});
      if (!read_name(context, value[1], name)) return false;
    }
    At at(context, size_t{2});
    if (!read_group(context, value[2], true, out)) return false;
    out.name = std::move(name);
    return true;
  }
  bool fine = head == "bucket" ? read_bucket(context, value, out)
              : head == "cidr" ? read_cidr(context, value, out)
                               : read_field(context, value, out.field);
  out.name = out.field.name;
  return fine;
}

void add_bound(Value& options, const char* key, const std::optional<Moment>& moment,
               const std::optional<Value>& number) {
  if (moment) options.set_key(key, moment_value(*moment));
  if (number) options.set_key(key, *number);
}

Value bucket_value(const Group& group, std::string_view query_tz) {
  bool time = group.kind == Group::Kind::time_bucket;
  Value width = group.width;
  if (time && group.width_nanos == 0) width = Value::keyword("auto");
  if (time && group.width_nanos != 0) {
    width = Value::vector({Value::integer(group.width_nanos), Value::keyword("nanoseconds")});
  }
  Value options = Value::map();
  if (time && group.tz != query_tz) options.set_key("tz", Value::string(group.tz));
  if (group.offset_nanos != 0) {
    options.set_key("offset", Value::vector({Value::integer(group.offset_nanos),
                                             Value::keyword("nanoseconds")}));
  }
  if (!group.offset.is_nil()) options.set_key("offset", group.offset);
  if (group.fill != Fill::none) {
    options.set_key("fill", Value::keyword(fill_names[static_cast<size_t>(group.fill)]));
  }
  add_bound(options, "min", group.from, group.min);
  add_bound(options, "max", group.to, group.max);
  Value out = Value::vector({Value::keyword("bucket"), field_value(group.field), std::move(width)});
  if (options.size() != 0) out.push_back(std::move(options));
  return out;
}

}  // namespace

bool read_groups(Context& context, const Value& value, std::vector<Group>& out) {
  if (!value.is(Kind::vector)) {
    return context.wrong_type("a vector of groups", value, {Value::vector({value})});
  }
  if (!check_columns(context, value)) return false;
  bool fine = true;
  for (size_t i = 0; i < value.size(); ++i) {
    At at(context, i);
    fine = read_group(context, value[i], false, out.emplace_back()) && fine;
  }
  return fine;
}

Value group_value(const Group& group, std::string_view query_tz) {
  Value out;
  switch (group.kind) {
    case Group::Kind::field:
      out = field_value(group.field);
      break;
    case Group::Kind::time_bucket:
    case Group::Kind::number_bucket:
      out = bucket_value(group, query_tz);
      break;
    case Group::Kind::cidr:
      out = Value::vector(
          {Value::keyword("cidr"), field_value(group.field), Value::integer(group.bits)});
  }
  if (group.name == group.field.name) return out;
  return Value::vector({Value::keyword("as"), name_value(group.name), std::move(out)});
}

}  // namespace clogs::query::language
