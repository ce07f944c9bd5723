// Operators that look into text: :contains :starts-with :ends-with :wildcard :matches, and those
// over words :text :phrase :seq.
#include <iterator>
#include <limits>
#include <string>
#include <utility>

#include <fmt/core.h>
#include <re2/re2.h>

#include "server/query/language/field.h"
#include "server/query/language/lexical.h"
#include "server/query/language/limits.h"
#include "server/query/language/names.h"
#include "server/query/language/predicate.h"

namespace clogs::query::language {
namespace {

using edn::Kind;
using edn::Value;

constexpr std::string_view case_keys[] = {"case"};
constexpr std::string_view text_keys[] = {"op", "slop", "case"};

// {:case :sensitive}, {:case :insensitive}, {:case true} (sensitive), {:case false}.
bool read_case(Context& context, const Value& options, Pred& out) {
  const Value* value = entry(context, options, "case");
  if (value == nullptr) return true;
  At at(context, "case");
  if (value->is(Kind::boolean)) {
    out.insensitive = !value->truth();
    return true;
  }
  constexpr std::string_view names[] = {"sensitive", "insensitive"};
  std::string_view name;
  if (!read_choice(context, *value, "case", names, name)) return false;
  out.insensitive = name == "insensitive";
  return true;
}

bool read_case_options(Context& context, const Clause& clause, const Arg& arg, Pred& out) {
  At at(context, arg.step);
  return check_keys(context, *arg.value, fmt::format("the options of :{}", clause.op), case_keys) &&
         read_case(context, *arg.value, out);
}

bool check_pattern(Context& context, const Value& got, const Pred& pred) {
  const std::string& pattern = pred.strings[0];
  if (pattern.size() > max_pattern_bytes) {
    return context.fail("bad-regex", fmt::format("the pattern has {} bytes, over the limit of {}",
                                                 pattern.size(), max_pattern_bytes));
  }
  if (++context.patterns > max_patterns) {
    return context.fail("too-large", fmt::format("the query has over {} patterns", max_patterns));
  }
  RE2::Options options;
  options.set_log_errors(false);
  options.set_case_sensitive(!pred.insensitive);
  options.set_max_mem(max_pattern_memory);
  RE2 compiled(pattern, options);
  if (compiled.ok()) return true;
  return context.fail("bad-regex", fmt::format("bad regular expression: {}", compiled.error()),
                      got);
}

// [op opd str copts?]
bool read_pattern(Context& context, const Clause& clause, Pred& out) {
  if (clause.args.size() < 2 || clause.args.size() > 3) {
    return context.wrong_arity(fmt::format(":{}", clause.op),
                               "a field, a string and perhaps {:case ..}", clause.args.size());
  }
  bool fine = true;
  {
    At at(context, clause.args[0].step);
    fine = read_first(context, *clause.args[0].value, out.left);
  }
  if (clause.args.size() == 3) {
    fine = read_case_options(context, clause, clause.args[2], out) && fine;
  }
  At at(context, clause.args[1].step);
  const Value& value = *clause.args[1].value;
  if (out.kind == Pred::Kind::contains) {
    out.right.kind = Operand::Kind::literal;
    return read_literal(context, value, out.right.literal) && fine;
  }
  if (!read_string(context, value, out.strings.emplace_back())) return false;
  if (out.kind == Pred::Kind::matches && !check_pattern(context, value, out)) return false;
  return fine;
}

Field message_field() { return field_named("message"); }

bool read_words(Context& context, const Arg& arg, Pred& out) {
  At at(context, arg.step);
  return read_string(context, *arg.value, out.strings.emplace_back());
}

bool read_text_options(Context& context, const Arg& arg, Pred& out) {
  At at(context, arg.step);
  const Value& options = *arg.value;
  if (!check_keys(context, options, "the options of :text", text_keys)) return false;
  if (const Value* op = entry(context, options, "op")) {
    At key(context, "op");
    constexpr std::string_view names[] = {"and", "or", "phrase", "prefix"};
    std::string_view name;
    if (!read_choice(context, *op, "mode", names, name)) return false;
    out.text_mode = name == "and"      ? TextMode::all
                    : name == "or"     ? TextMode::any
                    : name == "phrase" ? TextMode::phrase
                                       : TextMode::prefix;
  }
  if (const Value* slop = entry(context, options, "slop")) {
    At key(context, "slop");
    constexpr int64_t most_slop = 1000;
    if (!read_int(context, *slop, 0, most_slop, out.slop)) return false;
    if (out.text_mode != TextMode::phrase) {
      return context.fail_key("bad-value", ":slop goes with {:op :phrase}", *slop);
    }
  }
  return read_case(context, options, out);
}

// [:text words topts?], [:text field-or-[field*] words topts?]
bool read_text(Context& context, Clause clause, Pred& out) {
  out.kind = Pred::Kind::text;
  if (clause.args.size() > 1 && clause.args.back().value->is(Kind::map)) {
    if (!read_text_options(context, clause.args.back(), out)) return false;
    clause.args.pop_back();
  }
  if (clause.args.empty() || clause.args.size() > 2) {
    return context.wrong_arity(":text", "perhaps a field, a string and perhaps options",
                               clause.args.size());
  }
  if (clause.args.size() == 2) {
    At at(context, clause.args[0].step);
    if (!read_fields(context, *clause.args[0].value, out.fields)) return false;
  } else {
    out.fields.push_back(message_field());
  }
  if (!read_words(context, clause.args.back(), out)) return false;
  if (out.text_mode == TextMode::phrase && out.slop == 0 && out.fields.size() == 1) {
    out.kind = Pred::Kind::phrase;
    out.text_mode = TextMode::all;
  }
  return true;
}

// [:phrase field? words copts?]
bool read_phrase(Context& context, const Clause& clause, size_t args, Pred& out) {
  if (args < 1 || args > 2) {
    return context.wrong_arity(":phrase", "perhaps a field and a string", args);
  }
  if (args == 2) {
    At at(context, clause.args[0].step);
    if (!read_field(context, *clause.args[0].value, out.fields.emplace_back())) return false;
  } else {
    out.fields.push_back(message_field());
  }
  return read_words(context, clause.args[args - 1], out);
}

// [:seq field? words+ copts?]; strings are all words, in JSON too, where a field is {"$field": ..}.
bool read_seq(Context& context, const Clause& clause, size_t args, Pred& out) {
  size_t words = 0;
  if (args > 0 && !clause.args[0].value->is(Kind::string) && !is_param(*clause.args[0].value)) {
    At at(context, clause.args[0].step);
    if (!read_field(context, *clause.args[0].value, out.fields.emplace_back())) return false;
    words = 1;
  } else {
    out.fields.push_back(message_field());
  }
  if (words == args) return context.wrong_arity(":seq", "perhaps a field and strings", args);
  for (size_t i = words; i < args; ++i) {
    if (!read_words(context, clause.args[i], out)) return false;
  }
  return true;
}

bool read_phrases(Context& context, const Clause& clause, Pred& out) {
  size_t args = clause.args.size();
  if (args > 1 && clause.args.back().value->is(Kind::map)) {
    if (!read_case_options(context, clause, clause.args.back(), out)) return false;
    --args;
  }
  if (out.kind == Pred::Kind::phrase) return read_phrase(context, clause, args, out);
  return read_seq(context, clause, args, out);
}

}  // namespace

std::optional<bool> read_text_clause(Context& context, const Clause& clause, Pred& out) {
  constexpr std::pair<std::string_view, Pred::Kind> patterns[] = {
      {"contains", Pred::Kind::contains},  {"starts-with", Pred::Kind::starts_with},
      {"prefix", Pred::Kind::starts_with}, {"ends-with", Pred::Kind::ends_with},
      {"suffix", Pred::Kind::ends_with},   {"wildcard", Pred::Kind::wildcard},
      {"matches", Pred::Kind::matches}};
  for (const auto& [name, kind] : patterns) {
    if (name != clause.op) continue;
    out.kind = kind;
    return read_pattern(context, clause, out);
  }
  out.insensitive = true;
  if (clause.op == "text") return read_text(context, clause, out);
  if (clause.op == "phrase" || clause.op == "seq") {
    out.kind = clause.op == "phrase" ? Pred::Kind::phrase : Pred::Kind::seq;
    return read_phrases(context, clause, out);
  }
  return std::nullopt;
}

}  // namespace clogs::query::language
