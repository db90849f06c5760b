#include "adapters/simulated/checkout.h"

#include "adapters/crypto/crypto.h"
#include "codec/json_read.h"
#include "codec/json_write.h"

namespace oms::simulated {
namespace {

using Action = CheckoutRequest::Action;
using Status = Standing::Status;
using Verdict = Core::Verdict;

constexpr std::string_view prefix = "/checkout/";
constexpr std::size_t body_max = 4096;

struct PayBody {
  std::optional<std::string> card;
  std::optional<std::string> token;
};
BOOST_DESCRIBE_STRUCT(PayBody, (), (card, token))

struct SessionBody {
  std::string id;
  MinorUnits amount = 0;
  std::string currency;
  std::string status;
  std::string description;
  std::string success_url;
  std::string cancel_url;
  std::string expires_at;
  Id order_id;
};
BOOST_DESCRIBE_STRUCT(SessionBody, (),
                      (id, amount, currency, status, description, success_url, cancel_url,
                       expires_at, order_id))

struct PaidBody {
  std::string status;
  std::string redirect;
  std::optional<std::string> code;
  std::optional<std::string> message;
};
BOOST_DESCRIBE_STRUCT(PaidBody, (), (status, redirect, code, message))

struct Redirect {
  std::string redirect;
};
BOOST_DESCRIBE_STRUCT(Redirect, (), (redirect))

struct ProblemBody {
  std::string type = "about:blank";
  std::string title;
  int status = 0;
  std::string detail;
  std::optional<std::string> pointer;
  std::optional<std::string> redirect;
};
BOOST_DESCRIBE_STRUCT(ProblemBody, (), (type, title, status, detail, pointer, redirect))

template <class Body>
HttpResponse json(int status, const Body& body) {
  HttpResponse response{.status = status, .headers = {{"Cache-Control", "no-store"}}};
  write_json(body, response.body);
  return response;
}

HttpResponse problem(int status, std::string_view title, std::string_view detail,
                     std::optional<std::string> redirect = {}, std::string_view pointer = {}) {
  ProblemBody body{.title = std::string{title},
                   .status = status,
                   .detail = std::string{detail},
                   .redirect = std::move(redirect)};
  if (!pointer.empty()) body.pointer = pointer;
  auto response = json(status, body);
  response.content_type = "application/problem+json";
  return response;
}

HttpResponse invalid(const Error& error) {
  if (error.kind == ErrorKind::unprocessable) {
    return problem(422, "Unprocessable Content", error.detail, {}, error.pointer);
  }
  return problem(400, "Bad Request", error.detail, {}, error.pointer);
}

HttpResponse wrong_method(std::string_view allowed) {
  auto response = problem(405, "Method Not Allowed", "this address takes another method");
  response.headers.emplace_back("Allow", allowed);
  return response;
}

// Percent-encodes all but the characters that are themselves in any part of an address.
std::string encoded(std::string_view text) {
  constexpr std::string_view digits = "0123456789ABCDEF";
  std::string out;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    const bool is_plain = (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') ||
                          (c >= 'a' && c <= 'z') || c == '-' || c == '.' || c == '_' || c == '~';
    if (is_plain) {
      out += c;
    } else {
      out += '%';
      out += digits[byte >> 4];
      out += digits[byte & 15];
    }
  }
  return out;
}

std::string return_url(const Settings& settings, std::string_view page, const Session& session) {
  std::string url = settings.base_url;
  url += page;
  url += "?customerID=";
  url += encoded(session.customer_id);
  url += "&orderID=";
  url += session.order_id.text();
  return url;
}

// A merchant's own page, told which session it was.
std::string merchants_url(std::string url, const Session& session) {
  constexpr std::string_view placeholder = "{CHECKOUT_SESSION_ID}";
  const auto at = url.find(placeholder);
  if (at != std::string::npos) url.replace(at, placeholder.size(), session.name().text());
  return url;
}

std::string success_url(const Settings& settings, const Session& session) {
  if (session.terms) return merchants_url(session.terms->success_url, session);
  return return_url(settings, "/success.html", session);
}

std::string cancel_url(const Settings& settings, const Session& session) {
  if (session.terms) return merchants_url(session.terms->cancel_url, session);
  return return_url(settings, "/cancel.html", session);
}

std::string_view status_of(const Standing& standing) {
  switch (standing.status) {
    case Status::complete:
      return "complete";
    case Status::expired:
      return standing.declines > 0 ? "declined" : "expired";
    case Status::open:
      break;
  }
  return "open";
}

Result<Card> read_card(HttpRequest& request) {
  auto body = read_json<PayBody>(request.body, Reading::strict);
  wipe(request.body);
  if (!body) return std::unexpected(std::move(body).error());
  if (body->card.has_value() == body->token.has_value()) {
    return fail(ErrorKind::invalid, "give either a card or a token");
  }
  if (body->token) return card_of_token(*body->token);
  auto card = card_of_number(*body->card);
  wipe(*body->card);
  return card;
}

std::expected<CheckoutRequest, HttpResponse> read_action(HttpRequest& request,
                                                         const SessionName& session,
                                                         std::string_view action) {
  CheckoutRequest read{.session = session};
  const bool is_get = request.method == "GET" || request.method == "HEAD";
  if (action == "session") {
    if (!is_get) return std::unexpected(wrong_method("GET, HEAD"));
    return read;
  }
  if (action != "pay" && action != "decline" && action != "leave") {
    return std::unexpected(not_found());
  }
  if (request.method != "POST") return std::unexpected(wrong_method("POST"));
  if (request.body.size() > body_max) {
    return std::unexpected(problem(413, "Content Too Large", "the body is longer than 4096 bytes"));
  }
  read.action = action == "pay"       ? Action::pay
                : action == "decline" ? Action::decline
                                      : Action::leave;
  if (read.action == Action::leave) return read;
  auto card = read.action == Action::pay ? read_card(request) : card_of_token("tok_chargeDeclined");
  if (!card) return std::unexpected(invalid(card.error()));
  read.card = std::move(*card);
  return read;
}

}  // namespace

std::expected<CheckoutRequest, HttpResponse> read_checkout(HttpRequest& request) {
  std::string_view path = request.path;
  if (!path.starts_with(prefix)) return std::unexpected(not_found());
  path.remove_prefix(prefix.size());
  const auto slash = path.find('/');
  if (slash == std::string_view::npos) return std::unexpected(not_found());
  const auto session = SessionName::parse(path.substr(0, slash));
  if (!session) return std::unexpected(not_found());
  return read_action(request, *session, path.substr(slash + 1));
}

HttpResponse show(const Core::View& view, std::string_view description, const Settings& settings) {
  const auto& session = view.session;
  return json(200, SessionBody{.id = session.name().text(),
                               .amount = session.amount,
                               .currency = session.currency,
                               .status = std::string{status_of(view.standing)},
                               .description = std::string{description},
                               .success_url = success_url(settings, session),
                               .cancel_url = cancel_url(settings, session),
                               .expires_at = to_text(session.expires_at),
                               .order_id = session.order_id});
}

HttpResponse leave(const Session& session, const Settings& settings) {
  return json(200, Redirect{cancel_url(settings, session)});
}

HttpResponse tell(const Core::Attempt& attempt, const CheckoutRequest& request,
                  const Settings& settings) {
  if (attempt.verdict == Verdict::unknown_session || !attempt.session) return not_found();
  const auto success = [&] { return success_url(settings, *attempt.session); };
  const auto cancel = [&] { return cancel_url(settings, *attempt.session); };
  switch (attempt.verdict) {
    case Verdict::charged:
      return json(200, PaidBody{.status = "complete", .redirect = success()});
    case Verdict::declined:
      // A customer who asked for it is answered; one whose card is refused may try another.
      return json(request.action == Action::decline ? 200 : 402,
                  PaidBody{.status = "declined",
                           .redirect = cancel(),
                           .code = std::string{request.card.code},
                           .message = std::string{request.card.words}});
    case Verdict::answer_lost:
      return problem(504, "Gateway Timeout", "the bank has not answered; the order will show it");
    case Verdict::too_many_declines:
      return problem(429, "Too Many Requests", "this payment has had too many cards", cancel());
    case Verdict::paid_already:
      return problem(409, "Conflict", "this is paid already", success());
    case Verdict::expired:
    case Verdict::unknown_session:
      break;
  }
  return problem(409, "Conflict", "this payment has expired", cancel());
}

HttpResponse not_found() {
  return problem(404, "Not Found", "there is no such payment");
}

HttpResponse unavailable(std::string_view detail, std::string_view cause) {
  auto response = problem(503, "Service Unavailable", detail);
  response.failure =
      std::make_shared<const Error>(ErrorKind::unavailable, std::string{cause}, std::string{});
  response.headers.emplace_back("Retry-After", "1");
  return response;
}

}  // namespace oms::simulated
