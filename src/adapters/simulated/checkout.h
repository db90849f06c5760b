#pragma once

#include <expected>
#include <string_view>

#include "adapters/simulated/cards.h"
#include "adapters/simulated/core.h"
#include "adapters/simulated/settings.h"
#include "messages/http.h"

namespace oms::simulated {

// What the customer's page asks of the provider.
struct CheckoutRequest {
  enum class Action { show, pay, decline, leave };
  Action action = Action::show;
  SessionName session;
  Card card = {};  // of `pay` and `decline`
};

// Reads a request below /checkout/{session}. A card's number is looked at here and then wiped from
// the request: what is given back does not hold it. The unexpected is the answer.
std::expected<CheckoutRequest, HttpResponse> read_checkout(HttpRequest& request);

// The session as its page shows it.
HttpResponse show(const Core::View& view, std::string_view description, const Settings& settings);
// Where the page goes when the customer leaves it without paying.
HttpResponse leave(const Session& session, const Settings& settings);
// How a payment ended.
HttpResponse tell(const Core::Attempt& attempt, const CheckoutRequest& request,
                  const Settings& settings);

HttpResponse not_found();
HttpResponse unavailable(std::string_view detail,
                         std::string_view cause);  // the cause is for the log

}  // namespace oms::simulated
