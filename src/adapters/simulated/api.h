#pragma once

#include <expected>
#include <string>
#include <string_view>
#include <vector>

#include "adapters/simulated/api_book.h"
#include "adapters/simulated/core.h"
#include "adapters/simulated/form.h"
#include "messages/http.h"

namespace oms::simulated {

// A request to the provider over HTTP, at one of Stripe's paths.
struct ApiRequest {
  std::string method;
  std::vector<std::string> path;  // below /v1: {"checkout", "sessions"}
  Form form;
  std::string key = {};          // Idempotency-Key, of a POST
  std::string fingerprint = {};  // of all that the key stands for
};

// Reads a request below /v1, on any thread. What can be answered without the ledger is answered:
// the unexpected is the answer. A card's number goes no further than this; it becomes a token.
std::expected<ApiRequest, HttpResponse> read_api_request(HttpRequest& request);

// An error as Stripe writes it.
struct ApiError {
  int status = 400;
  std::string_view type = "invalid_request_error";
  std::string code = {};
  std::string message = {};
  std::string param = {};
  std::string decline_code = {};
  std::string intent = {};  // as JSON
};
HttpResponse write_error(const ApiError& error);

namespace api {

// How much of a list is wanted, and from where on.
struct Page {
  std::int64_t limit = 10;
  std::optional<std::string> after;
  Time since{0};
  Time until{std::numeric_limits<std::int64_t>::max()};
};

}  // namespace api

// Stripe's API over the provider's rules. It works inside one transaction of the ledger.
class Api {
 public:
  Api(Core& core, Ledger& ledger, std::string base_url)
      : core_(core), ledger_(ledger), book_(ledger), base_url_(std::move(base_url)) {}

  // An answer with a key is given again, word for word, for a day.
  HttpResponse perform(ApiRequest& request, Time now);

 private:
  using Answer = std::expected<std::string, ApiError>;  // an object
  using View = Core::View;

  Answer route(ApiRequest& request, Time now);

  // api_sessions.cc
  Answer on_sessions(ApiRequest& request, Time now);
  Answer create_session(Form& form, Time now);
  Answer expire_session(View& view, Time now);
  Answer list_sessions(Form& form, Time now);
  std::string session_object(const View& view, const std::vector<std::string>& expand) const;

  // api_intents.cc
  Answer on_intents(ApiRequest& request, Time now);
  static Answer create_method(ApiRequest& request);
  Answer create_intent(Form& form, Time now);
  Answer list_intents(Form& form, Time now);
  Answer confirm(const Session& session, Form& form, Time now);
  Answer capture(View& view, Form& form, Time now);
  Answer cancel(View& view, Form& form, Time now);
  std::string intent_object(const View& view, const std::vector<std::string>& expand);
  std::string last_card(const Session& session);

  // api_refunds.cc
  Answer on_refunds(ApiRequest& request, Time now);
  Answer create_refund(Form& form, Time now);
  Answer list_refunds(Form& form, Time now);
  Answer on_charges(ApiRequest& request, Time now);
  Answer on_events(ApiRequest& request, Time now);
  std::string refund_object(const Session& session, const Entry& refund, bool is_whole);

  // What the page holds behind the session that the last one has ended with.
  ApiBook::SessionsWanted behind(const api::Page& page, const std::optional<Id>& last);
  std::optional<View> find_paid(const std::string& name, Time now);

  Core& core_;
  Ledger& ledger_;
  ApiBook book_;
  const std::string base_url_;
};

// The parts of Stripe's API that its files share.
namespace api {

ApiError invalid(std::string message, std::string param = {}, std::string code = {});
ApiError missing(std::string_view kind, std::string_view name);  // 404
ApiError of(const Error& error);

// What is left of a form once all has been taken must be nothing.
std::optional<ApiError> check_all_taken(const Form& form);

std::expected<Page, ApiError> take_page(Form& form);
// What is to be put into each object whole: "data.latest_charge" is its `latest_charge`.
std::vector<std::string> take_expand_of_list(Form& form);

std::string list(std::string_view url, const std::vector<std::string>& objects, bool has_more);
bool contains(const std::vector<std::string>& names, std::string_view name);

}  // namespace api
}  // namespace oms::simulated
