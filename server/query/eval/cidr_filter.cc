// :cidr: an address in one of the networks.
#include <algorithm>
#include <vector>

#include "server/query/eval/filter.h"
#include "server/query/eval/operand.h"
#include "server/query/eval/text.h"
#include "server/query/language/cidr.h"

namespace clogs::query {
namespace {

class CidrFilter final : public Filter {
 public:
  explicit CidrFilter(const Pred& pred) : left_(pred.left, Role::plain) {
    for (const std::string& text : pred.strings) {
      if (auto network = parse_network(text)) networks_.push_back(*network);
    }
  }

  bool matches(const Entry& entry) const override {
    return left_.any_view(entry, [this](edn::View view) {
      const TextOf text = text_of(view);
      if (!text.ok) return false;
      const auto address = parse_address(text.text);
      return address && std::any_of(networks_.begin(), networks_.end(),
                                    [&](const Network& one) { return contains(one, *address); });
    });
  }

 private:
  OperandReader left_;
  std::vector<Network> networks_;
};

}  // namespace

FilterPtr make_cidr_filter(const Pred& pred) { return std::make_unique<CidrFilter>(pred); }

}  // namespace clogs::query
