#include "services/reconciliation/explain.h"

#include "base/currency.h"

namespace oms::reconciliation {
namespace {

struct Words {
  std::string_view meaning;
  std::string_view advice;
};

Words words_for(Difference kind) {
  using enum Difference;
  switch (kind) {
    case unrecorded_capture:
      return {"the customer has paid, and the order does not know it",
              "repair asks the provider and records its answer"};
    case unrecorded_refund:
      return {"the customer has money back that the order still shows as paid",
              "repair asks the provider and records its answer"};
    case unrecorded_expiry:
      return {"the customer cannot pay any more, and the order waits for it",
              "repair asks the provider and records its answer"};
    case open_link:
      return {"the customer could still pay for nothing", "repair closes the link"};
    case open_authorization:
      return {"the customer's money is held for nothing", "repair voids the authorization"};
    case double_charge:
      return {"the customer has paid twice", "refund one of the charges at the provider"};
    case unknown_charge:
      return {"the customer's money is there for nothing that we know of",
              "look the charge up at the provider, and refund it there if nobody can explain it"};
    case missing_charge:
      return {"the money that we count on may not be there",
              "look the charge up at the provider, and see that OMS uses the right account"};
    case amount_mismatch:
      return {"the customer has paid, or is asked for, another amount than the order's",
              "look at both, and refund or collect the difference by hand"};
    case missing_refund:
      return {"the customer waits for money that we believe they have",
              "look the refund up at the provider, and make it there if it is missing"};
    case missing_payment:
      return {"nothing here says what became of the money",
              "look the order up at the provider, and restore the record from a backup"};
    case status_mismatch:
      return {"the customer is shown another payment than there is",
              "look for a dead letter of this order, and replay it"};
    case total_mismatch:
      return {"the customer pays another amount than the order shows",
              "look for a dead letter of this order, and refund the difference by hand"};
    case cancelled_unrefunded:
      return {"the shop keeps money for an order that was cancelled",
              "look for a refund that has failed, and refund it at the provider"};
    case completed_unpaid:
      return {"the customer has the goods, and the shop has no money",
              "look the order up at the provider, and collect the money by hand"};
    case held_stock:
      return {"goods that nobody will buy are kept from others", "repair releases them"};
    case uncommitted_stock:
      return {"goods have left the shop that the shelf still counts",
              "count the shelf, and adjust it with `oms stock adjust`"};
    case unreturned_stock:
      return {"goods that were not sold are missing on the shelf",
              "count the shelf, and adjust it with `oms stock adjust`"};
  }
  return {};
}

}  // namespace

std::string explain(const Finding& finding, std::string_view what) {
  const auto [meaning, advice] = words_for(finding.kind);
  std::string text = "order " + finding.order_id.text() + ": since " + to_text(finding.since) + " ";
  text.append(what).append("; ").append(meaning).append(": ").append(advice);
  return text;
}

std::string money(MinorUnits amount, std::string_view currency) {
  return amount_text(amount, currency).append(" ").append(currency);
}

}  // namespace oms::reconciliation
