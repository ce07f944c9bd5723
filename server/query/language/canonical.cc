// The canonical map. The normalisations themselves are done while parsing and are listed in the
// header of the file that reads each part: field.h moment.h predicate.h group.h aggregate.h
// result_shape.h query.h pipe.h. Printing adds:
//   keys whose value is the default are left out, :limit among them;
//   map entries and set elements are sorted by their printed text;
//   durations are nanoseconds, absolute times #inst in UTC;
//   :options, :doc, :id, :v and :params are no part of the meaning and are left out.
#include "server/query/language/canonical.h"

#include <array>
#include <utility>

#include <openssl/evp.h>

#include "core/edn/printer.h"
#include "server/query/language/aggregate.h"
#include "server/query/language/group.h"
#include "server/query/language/lexical.h"
#include "server/query/language/moment.h"
#include "server/query/language/predicate.h"
#include "server/query/language/result_shape.h"

namespace clogs::query {
namespace {

using edn::Value;

Value streams_value(const std::vector<std::string>& streams) {
  if (streams.size() == 1) return language::name_value(streams[0]);
  std::vector<Value> items;
  for (const std::string& stream : streams) items.push_back(language::name_value(stream));
  return Value::vector(std::move(items));
}

void add_filters(const Query& query, Value& out) {
  if (!query.from.empty()) out.set_key("from", streams_value(query.from));
  if (query.time.from || query.time.to) out.set_key("time", language::time_value(query.time));
  if (query.as_of) out.set_key("as-of", language::moment_value(*query.as_of));
  if (query.tz != "UTC") out.set_key("tz", Value::string(query.tz));
  if (query.where.kind != Pred::Kind::always) {
    out.set_key("where", language::predicate_value(query.where));
  }
}

void add_groups(const Query& query, Value& out) {
  if (!query.groups.empty()) {
    std::vector<Value> groups;
    for (const Group& group : query.groups) {
      groups.push_back(language::group_value(group, query.tz));
    }
    out.set_key("group-by", Value::vector(std::move(groups)));
  }
  if (!query.aggregates.empty()) {
    out.set_key("aggregations", language::aggregates_value(query.aggregates));
  }
  if (query.having.kind != Pred::Kind::always) {
    out.set_key("having", language::predicate_value(query.having));
  }
}

void add_shape(const Query& query, Value& out) {
  if (query.distinct.on) out.set_key("distinct", language::distinct_value(query.distinct));
  if (!query.order.empty()) out.set_key("order-by", language::orders_value(query.order));
  if (!query.select.empty()) out.set_key("select", language::selections_value(query.select));
}

void add_page(const Query& query, Value& out) {
  int64_t usual = query.grouped() ? default_group_limit : default_row_limit;
  if (query.limit != usual) out.set_key("limit", Value::integer(query.limit));
  if (query.offset != 0) out.set_key("offset", Value::integer(query.offset));
  if (!query.after.empty()) out.set_key("after", Value::string(query.after));
  if (!query.before.empty()) out.set_key("before", Value::string(query.before));
}

Value without_page(const Query& query) {
  Value out = Value::map();
  add_filters(query, out);
  add_groups(query, out);
  add_shape(query, out);
  return out;
}

void make_absolute(std::optional<Moment>& moment, int64_t nanos) {
  if (moment) moment = Moment{false, nanos, {}};
}

}  // namespace

edn::Value canonical(const Query& query) {
  Value out = without_page(query);
  add_page(query, out);
  return out;
}

std::string canonical_text(const Query& query) { return edn::print_canonical(canonical(query)); }

std::string template_hash(const Query& query) { return sha256(canonical_text(query)); }

std::string page_hash(const Query& query) {
  return sha256(edn::print_canonical(without_page(query)));
}

std::string execution_hash(const Query& query, const Window& window) {
  Query absolute = query;
  make_absolute(absolute.time.from, window.from);
  make_absolute(absolute.time.to, window.to);
  make_absolute(absolute.as_of, window.as_of);
  for (Group& group : absolute.groups) {
    for (std::optional<Moment>* bound : {&group.from, &group.to}) {
      if (!*bound) continue;
      // Window was resolved at one `now`; bounds of buckets follow it where both are relative.
      Result<int64_t> nanos = resolve(**bound, query.tz, window.now);
      if (nanos.ok()) make_absolute(*bound, *nanos);
    }
  }
  return template_hash(absolute);
}

std::string sha256(std::string_view bytes) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned int size = 0;
  EVP_Digest(bytes.data(), bytes.size(), digest.data(), &size, EVP_sha256(), nullptr);
  constexpr std::string_view hex = "0123456789abcdef";
  std::string out = "sha256:";
  for (unsigned int i = 0; i < size; ++i) {
    out += hex[digest[i] >> 4];
    out += hex[digest[i] & 15];
  }
  return out;
}

bool same_meaning(const Query& a, const Query& b) {
  return a.from == b.from && a.time == b.time && a.as_of == b.as_of && a.tz == b.tz &&
         a.where == b.where && a.groups == b.groups && a.aggregates == b.aggregates &&
         a.having == b.having && a.distinct == b.distinct && a.order == b.order &&
         a.limit == b.limit && a.offset == b.offset && a.after == b.after && a.before == b.before &&
         a.select == b.select;
}

}  // namespace clogs::query
