#include "adapters/simulated/api.h"

#include <algorithm>

#include "adapters/crypto/crypto.h"
#include "adapters/simulated/objects.h"
#include "codec/json_write.h"

namespace oms::simulated {
namespace {

constexpr std::string_view prefix = "/v1/";
constexpr std::size_t body_max = 64UL * 1024;
constexpr std::size_t key_max = 255;

std::vector<std::string> segments_of(std::string_view path) {
  std::vector<std::string> segments;
  while (!path.empty()) {
    const auto end = std::min(path.find('/'), path.size());
    if (end > 0) segments.emplace_back(path.substr(0, end));
    path.remove_prefix(std::min(end + 1, path.size()));
  }
  return segments;
}

bool is_test_key(std::string_view authorization) {
  return authorization.starts_with("Bearer sk_test_") ||
         authorization.starts_with("Bearer rk_test_");
}

// Answered at once: the number is looked at here, and is wiped with the body that held it.
HttpResponse tokenized(Form& form) {
  auto number = form.take("card[number]").value_or("");
  form.ignore("card");
  auto token = tokenize(number);
  wipe(number);
  if (!token) {
    return write_error({.status = 402,
                        .type = "card_error",
                        .code = "incorrect_number",
                        .message = "Your card number is incorrect.",
                        .param = "number"});
  }
  const auto card = card_of_token(*token).value();
  Text out;
  out << R"({"id":")" << *token << R"(","object":"token","card":{"brand":")" << card.brand
      << R"(","last4":")" << card.last4 << R"("},"livemode":false,"type":"card","used":false})";
  return {.body = out.take()};
}

std::string fingerprint_of(const HttpRequest& request) {
  return to_hex(sha256({request.method, "\n", request.path, "\n", request.body}));
}

}  // namespace

HttpResponse write_error(const ApiError& error) {
  Text out;
  out << R"({"error":{"type":")" << error.type << R"(","message":)";
  out.quote(error.message);
  const auto add = [&out](std::string_view name, const std::string& value) {
    if (value.empty()) return;
    out << R"(,")" << name << R"(":)";
    out.quote(value);
  };
  add("code", error.code);
  add("decline_code", error.decline_code);
  add("param", error.param);
  if (!error.intent.empty()) out << R"(,"payment_intent":)" << error.intent;
  out << "}}";
  return {.status = error.status, .body = out.take()};
}

std::expected<ApiRequest, HttpResponse> read_api_request(HttpRequest& request) {
  const auto refused = [](ApiError error) { return std::unexpected(write_error(error)); };
  if (!request.path.starts_with(prefix)) {
    return refused({.status = 404, .message = "Unrecognized request URL."});
  }
  if (!is_test_key(request.header("authorization"))) {
    return refused({.status = 401,
                    .message = "Invalid API Key provided: it begins with sk_test_ or rk_test_."});
  }
  if (request.method != "GET" && request.method != "POST") {
    return refused({.status = 405, .message = "Only GET and POST are known here."});
  }
  const bool is_post = request.method == "POST";
  const auto type = request.header("content-type");
  if (is_post && !request.body.empty() && !type.starts_with("application/x-www-form-urlencoded")) {
    return refused(api::invalid("Invalid request: the body must be form-encoded."));
  }
  if (request.body.size() > body_max) {
    return refused({.status = 413, .message = "The body is longer than 64 KB."});
  }
  auto form = Form::parse(is_post ? request.body : request.query);
  if (!form) return refused(api::invalid(form.error().detail));
  ApiRequest read{.method = request.method,
                  .path = segments_of(std::string_view{request.path}.substr(prefix.size())),
                  .form = *std::move(form)};
  if (is_post && read.path == std::vector<std::string>{"tokens"}) {
    wipe(request.body);
    return std::unexpected(tokenized(read.form));
  }
  if (!is_post) return read;
  read.key = request.header("idempotency-key");
  if (read.key.size() > key_max) {
    return refused(
        {.type = "idempotency_error", .message = "Idempotency keys have at most 255 characters."});
  }
  read.fingerprint = fingerprint_of(request);
  return read;
}

HttpResponse Api::perform(ApiRequest& request, Time now) {
  const auto with_key = [&](HttpResponse response) {
    response.headers.emplace_back("Stripe-Version", api_version);
    if (!request.key.empty()) response.headers.emplace_back("Idempotency-Key", request.key);
    return response;
  };
  if (!request.key.empty()) {
    if (auto earlier = book_.answer_to(request.key, now)) {
      if (earlier->fingerprint != request.fingerprint) {
        return with_key(write_error(
            {.type = "idempotency_error",
             .message = "Keys for idempotent requests can only be used with the same parameters "
                        "they were first used with."}));
      }
      auto again = with_key({.status = earlier->status, .body = std::move(earlier->body)});
      again.headers.emplace_back("Idempotent-Replayed", "true");
      return again;
    }
  }
  auto answer = route(request, now);
  auto response = answer ? HttpResponse{.body = *std::move(answer)} : write_error(answer.error());
  // A request that was not understood has done nothing, and may be corrected.
  const bool was_carried_out = response.status < 300 || response.status == 402;
  if (!request.key.empty() && was_carried_out) {
    book_.remember(request.key, {request.fingerprint, response.status, response.body}, now);
  }
  return with_key(std::move(response));
}

Api::Answer Api::route(ApiRequest& request, Time now) {
  const auto& path = request.path;
  if (path.size() >= 2 && path[0] == "checkout" && path[1] == "sessions") {
    return on_sessions(request, now);
  }
  if (!path.empty() && path[0] == "payment_intents") return on_intents(request, now);
  if (!path.empty() && path[0] == "payment_methods") return create_method(request);
  if (!path.empty() && path[0] == "refunds") return on_refunds(request, now);
  if (!path.empty() && path[0] == "charges") return on_charges(request, now);
  if (!path.empty() && path[0] == "events") return on_events(request, now);
  return std::unexpected(ApiError{.status = 404, .message = "Unrecognized request URL."});
}

ApiBook::SessionsWanted Api::behind(const api::Page& page, const std::optional<Id>& last) {
  ApiBook::SessionsWanted wanted{.until = page.until, .since = page.since};
  const auto session = last ? ledger_.find(*last) : std::nullopt;
  if (session && session->created_at < page.until) wanted.go_on_behind(*session);
  return wanted;
}

// By the name of what was paid: a payment intent or a charge.
std::optional<Core::View> Api::find_paid(const std::string& name, Time now) {
  const auto id = Session::id_in(name);
  if (!id) return std::nullopt;
  auto view = core_.view(*id, now);
  if (!view) return std::nullopt;
  const bool is_it = name == view->session.intent_name() || name == view->session.charge_name();
  return is_it ? view : std::nullopt;
}

namespace api {

ApiError invalid(std::string message, std::string param, std::string code) {
  return {.code = std::move(code), .message = std::move(message), .param = std::move(param)};
}

ApiError missing(std::string_view kind, std::string_view name) {
  return {.status = 404,
          .code = "resource_missing",
          .message = "No such " + std::string{kind} + ": '" + std::string{name} + "'",
          .param = "id"};
}

ApiError of(const Error& error) {
  return invalid(error.detail, error.pointer);
}

std::optional<ApiError> check_all_taken(const Form& form) {
  const auto name = form.unknown();
  if (!name) return std::nullopt;
  return invalid("Received unknown parameter: " + *name, *name, "parameter_unknown");
}

std::expected<Page, ApiError> take_page(Form& form) {
  Page page;
  const auto limit = form.take_number("limit");
  if (!limit) return std::unexpected(of(limit.error()));
  page.limit = limit->value_or(page.limit);
  if (page.limit < 1 || page.limit > 100) {
    return std::unexpected(invalid("A page has from 1 to 100 objects.", "limit"));
  }
  page.after = form.take("starting_after");
  for (const auto name : {"created[gte]", "created[gt]", "created[lte]", "created[lt]"}) {
    const auto number = form.take_number(name);
    if (!number) return std::unexpected(of(number.error()));
    if (!*number) continue;
    const std::string_view which{name};
    const auto begin = Time{**number * 1000};
    if (which == "created[gte]") page.since = begin;
    if (which == "created[gt]") page.since = begin + std::chrono::seconds{1};
    if (which == "created[lte]") page.until = begin + std::chrono::seconds{1};
    if (which == "created[lt]") page.until = begin;
  }
  return page;
}

std::vector<std::string> take_expand_of_list(Form& form) {
  auto names = form.take_list("expand");
  for (auto& name : names) {
    if (name.starts_with("data.")) name.erase(0, 5);
  }
  return names;
}

std::string list(std::string_view url, const std::vector<std::string>& objects, bool has_more) {
  Text out;
  out << R"({"object":"list","data":[)";
  for (std::size_t i = 0; i < objects.size(); ++i) out << (i == 0 ? "" : ",") << objects[i];
  out << R"(],"has_more":)" << has_more << R"(,"url":")" << url << R"("})";
  return out.take();
}

bool contains(const std::vector<std::string>& names, std::string_view name) {
  return std::ranges::find(names, name) != names.end();
}

}  // namespace api
}  // namespace oms::simulated
