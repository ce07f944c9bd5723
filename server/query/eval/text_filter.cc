// :text :phrase :seq: words.
#include <algorithm>
#include <vector>

#include "server/query/eval/field.h"
#include "server/query/eval/filter.h"
#include "server/query/eval/text.h"

namespace clogs::query {
namespace {

// One of the fields has text in which the phrases come one after the other; a single query may be
// of any mode.
class TextFilter final : public Filter {
 public:
  explicit TextFilter(const Pred& pred) {
    for (const Field& field : pred.fields) fields_.emplace_back(field);
    const TextMode mode = pred.kind == Pred::Kind::text ? pred.text_mode : TextMode::phrase;
    for (const std::string& words : pred.strings) {
      queries_.emplace_back(words, mode, pred.slop, pred.insensitive);
    }
  }

  bool matches(const Entry& entry) const override {
    return std::any_of(fields_.begin(), fields_.end(), [&](const FieldReader& field) {
      return field.any(entry, [this](edn::View view) { return fits(view); }, true);
    });
  }

 private:
  bool fits(edn::View view) const {
    TextOf text = text_of(view);
    if (!text.ok) return false;
    if (queries_.size() == 1) return queries_[0].matches(text.text);
    return std::all_of(queries_.begin(), queries_.end(),
                       [&](const WordQuery& phrase) { return phrase.take_phrase(text.text); });
  }

  std::vector<FieldReader> fields_;
  std::vector<WordQuery> queries_;
};

}  // namespace

FilterPtr make_text_filter(const Pred& pred) { return std::make_unique<TextFilter>(pred); }

}  // namespace clogs::query
