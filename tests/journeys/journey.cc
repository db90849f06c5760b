#include "tests/journeys/journey.h"

#include <fmt/format.h>

#include <charconv>
#include <map>
#include <memory>
#include <sstream>
#include <vector>

#include "codec/json_names.h"
#include "tests/journeys/sights.h"

namespace oms::testing {
namespace {

using Words = std::vector<std::string>;

Words words_of(const std::string& line) {
  std::istringstream stream{line};
  Words words;
  for (std::string word; stream >> word;) words.push_back(word);
  return words;
}

std::int64_t number_in(std::string_view text) {
  std::int64_t number = 0;
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

Duration duration_in(const std::string& text) {
  const auto number = number_in(text);
  if (text.ends_with("ms")) return Duration{number};
  if (text.ends_with('m')) return std::chrono::minutes{number};
  if (text.ends_with('h')) return std::chrono::hours{number};
  return std::chrono::seconds{number};
}

class Journey {
 public:
  explicit Journey(Wiring wiring) : wiring_(wiring) {}
  explicit Journey(Ground& ground) : wiring_(Wiring::apart), ground_(&ground) {}

  std::string play(const std::string& story) {
    std::istringstream lines{story};
    for (std::string line; std::getline(lines, line);) {
      const auto words = words_of(line);
      if (words.empty() || words[0].starts_with('#')) {
        out_ += line + "\n";
      } else {
        step(line, words);
      }
    }
    return std::move(out_);
  }

 private:
  World& world() {
    if (!world_ && ground_ != nullptr) world_ = std::make_unique<World>(settings_, *ground_);
    if (!world_) world_ = std::make_unique<World>(settings_, wiring_);
    return *world_;
  }
  Id& order(const std::string& name) { return orders_[name]; }

  void step(const std::string& line, const Words& words) {
    const auto& verb = words[0];
    std::string seen;
    if (verb == "set") {
      set(words);
    } else if (verb == "see") {
      seen = see(words);
    } else {
      seen = act(verb, words);
    }
    if (seen.empty()) {
      out_ += line + "\n";
    } else {
      // Keeps the columns of the story: what is seen begins where it began before.
      const auto fixed = verb == "see"
                             ? std::min(line.find_first_not_of(' ', see_column(line)), line.size())
                             : line.find("->");
      auto head = line.substr(0, fixed);
      if (verb != "see" && fixed == std::string::npos) head = line + "  ";
      out_ += head + (verb == "see" ? "" : "-> ") + seen + "\n";
    }
  }

  // Where what is seen begins: after "see A" or "see money A".
  static std::size_t see_column(const std::string& line) {
    const auto words = words_of(line);
    const auto& last = words[is_topic(words[1]) ? 2 : 1];
    return line.find(last, line.find(words[1]) + (is_topic(words[1]) ? words[1].size() : 0)) +
           last.size();
  }

  void set(const Words& words) {
    if (words[1] == "kitchen" && words[2] == "by")
      settings_.kitchen = {.by_hand = true};  // with people's times
    else if (words[1] == "kitchen")
      settings_.kitchen.preparation = duration_in(words[2]);
    else if (words[1] == "cooks")
      settings_.kitchen.cooks = static_cast<int>(number_in(words[2]));
    else if (words[1] == "queue")
      settings_.kitchen.queue_max = static_cast<std::size_t>(number_in(words[2]));
    else if (words[1] == "delivery" && words[2] == "by")
      settings_.delivery.by_hand = true;
    else if (words[1] == "delivery")
      settings_.delivery.travel = duration_in(words[2]);
    else if (words[1] == "pickup")
      settings_.delivery.pickup = duration_in(words[2]);
    else if (words[1] == "cap")
      settings_.stock.held_units_max = number_in(words[2]);
    else
      throw std::runtime_error("unknown setting " + words[1]);
  }

  std::string act(const std::string& verb, const Words& words) {
    if (verb == "place") return place(words);
    if (verb == "hurry") {
      auto wish = order_in(words);
      world().hurry(order(words[1]), std::move(wish));
      return {};
    }
    if (verb == "shelf") {
      if (!world().send({}, SetItem{.product_id = words[1], .on_hand = number_in(words[2])})) {
        throw std::runtime_error("the shelf was not set");
      }
    } else if (verb == "pay") {
      pay(words);
    } else if (verb == "account") {
      return open_account(words);
    } else if (verb == "answers") {
      world().loses_answers = words[1] == "lost";
      world().only_concerns = operation_in(words, 2);
    } else if (verb == "refund") {
      world().refund_at_provider(order(words[1]), number_in(words[2]));
    } else if (verb == "dispute") {
      dispute(words);
    } else if (verb == "decline") {
      world().decline(order(words[1]));
    } else if (verb == "expire") {
      world().tell_expired(order(words[1]));
    } else if (verb == "wait") {
      world().wait(duration_in(words[1]));
    } else if (verb == "silence" || verb == "speech") {
      world().is_provider_silent = verb == "silence";
      world().only_concerns = operation_in(words, 1);
    } else if (verb == "operator") {
      return refund(words);
    } else if (verb == "provider") {
      world().refuses_refunds = words[1] == "refuses";
    } else if (verb == "revise") {
      return revise(words);
    } else if (verb == "cancel") {
      return cancel(words);
    } else if (verb == "kitchen") {
      return handle<HandleTicket>(words);
    } else if (verb == "delivery") {
      return handle<HandleDelivery>(words);
    } else {
      throw std::runtime_error("unknown step " + verb);
    }
    return {};
  }

  // The kind of operation that is named there, if one is.
  static std::optional<PaymentOperation::Kind> operation_in(const Words& words, std::size_t at) {
    if (words.size() <= at) return std::nullopt;
    for (const auto& [value, text] : json::enumerators<PaymentOperation::Kind>) {
      if (text == words[at]) return value;
    }
    throw std::runtime_error("unknown operation " + words[at]);
  }

  // operator refunds A all / all back / 100 / line 1 x 2 / line 1 x 2 back [key k]
  std::string refund(const Words& words) {
    RefundOrder asked;
    std::optional<Once> once;
    for (std::size_t i = 3; i < words.size() && words[i] != "->"; ++i) {
      const auto& word = words[i];
      if (word == "line") {
        asked.lines.push_back({.line = static_cast<std::int32_t>(number_in(words.at(i + 1))),
                               .quantity = number_in(words.at(i + 3))});
        i += 3;
      } else if (word == "back") {
        asked.goods_come_back = asked.lines.empty();
        if (!asked.lines.empty()) asked.lines.back().comes_back = true;
      } else if (word == "key") {
        once = Once{.key = ShortText{words.at(i + 1)}, .fingerprint = "body"};
        ++i;
      } else if (word != "all") {
        asked.amount = number_in(word);
      }
    }
    return answer(world().send(order(words[2]), std::move(asked), std::move(once)));
  }

  void dispute(const Words& words) {
    ProviderEvent event{.word = ProviderWord::dispute,
                        .amount = number_in(words[2]),
                        .subject_id = "dp_" + words[1]};
    for (const auto& [value, text] : json::enumerators<DisputeStatus>) {
      if (text == words[3]) event.dispute_status = value;
    }
    if (!world().tell(order(words[1]), event)) throw std::runtime_error("the dispute was refused");
  }

  template <class M>
  std::string handle(const Words& words) {
    for (const auto& [value, text] : json::enumerators<typename M::Action>) {
      if (text == words[2]) return answer(world().send(order(words[1]), M{.action = value}));
    }
    throw std::runtime_error("unknown action " + words[2]);
  }

  static std::string answer(const Result<Record>& result) {
    return result ? "ok" : name_of_kind(result.error().kind);
  }

  static std::string name_of_kind(ErrorKind kind) {
    switch (kind) {
      case ErrorKind::not_found:
        return "not_found";
      case ErrorKind::conflict:
        return "conflict";
      case ErrorKind::unprocessable:
        return "unprocessable";
      case ErrorKind::invalid:
        return "invalid";
      case ErrorKind::gone:
        return "gone";
      default:
        return "failed";
    }
  }

  // cancel A c1 -> ok, or by the operator: cancel A -> ok
  std::string cancel(const Words& words) {
    const bool is_customer = words.size() > 2 && words[2] != "->";
    return answer(world().send(order(words[1]),
                               CancelOrder{.customer_id = is_customer ? customer(words[2]) : ""}));
  }

  void pay(const Words& words) {
    const bool is_heard = words.back() != "unheard";
    if (words.size() > 2 && words[2] == "old") {
      world().pay_first_link(order(words[1]), is_heard);
    } else {
      world().pay(order(words[1]), is_heard);
    }
  }

  // account ada 1000 -> ok
  std::string open_account(const Words& words) {
    const auto opened = world().send(
        {}, OpenAccount{.full_name = words[1], .balance = number_in(words[2]), .currency = "usd"});
    if (opened) customers_[words[1]] = opened->as<payments::Account>()->id;
    return answer(opened);
  }
  std::string customer(const std::string& name) const {
    const auto known = customers_.find(name);
    return known == customers_.end() ? name : known->second;
  }

  // place A c1 2 x 1, 1 x soup a@b.example +491 [as pickup] [for Ada] [to Ulm] [saying hot]
  PlaceOrder order_in(const Words& words) {
    order(words[1]) = world().new_id();
    PlaceOrder place{
        .customer_id = customer(words[2]), .saga = "food", .lines = lines_of(words, 3)};
    for (std::size_t i = 3; i < words.size() && words[i] != "->"; ++i) {
      if (words[i].find('@') != std::string::npos) place.customer.email = words[i];
      if (words[i].starts_with('+')) place.customer.phone_number = words[i];
      if (words[i] == "as") place.saga = words.at(i + 1);
      if (words[i] == "by") place.method = method_called(words.at(i + 1));
      if (place.method == PaymentMethod::card && words[i].starts_with("tok_")) {
        place.payment_token = words[i];
      }
      if (words[i] == "for") place.customer.name = words.at(i + 1);
      if (words[i] == "to") place.address.city = words.at(i + 1);
      if (words[i] == "saying") place.note = words.at(i + 1);
    }
    place.face = face_of(place);
    faces_[words[1]] = place.face;
    return place;
  }

  std::string place(const Words& words) {
    auto wish = order_in(words);
    return answer(world().send(order(words[1]), std::move(wish)));
  }

  static PaymentMethod method_called(const std::string& name) {
    return name == "account" ? PaymentMethod::account : PaymentMethod::card;
  }
  static Face face_of(const PlaceOrder& place) {
    if (place.saga == "supply") return Face::fulfilment;
    if (place.saga == "prepaid") return Face::event_chain;
    return place.method == PaymentMethod::account ? Face::coordinator : Face::customers;
  }

  // revise A c1 2 x 1, 1 x 2   or, line by line:   revise A c1 2 x 1, cancel 2, again 3, cancel all
  std::string revise(const Words& words) {
    ReviseOrder revise{.customer_id = words[2], .face = faces_[words[1]]};
    for (std::size_t i = 3; i < words.size() && words[i] != "->"; ++i) {
      const auto product = i + 1 < words.size() ? without_comma(words[i + 1]) : "";
      const bool is_cancelled = words[i] == "cancel";
      const auto status = is_cancelled ? LineStatus::cancelled : LineStatus::executed;
      if (words[i] == "saying") {
        revise.note = words.at(i + 1);
      } else if (words[i] == "x") {
        revise.lines.push_back({.product_id = product, .quantity = number_in(words[i - 1])});
      } else if ((is_cancelled || words[i] == "again") && product == "all") {
        revise.all = status;
      } else if (is_cancelled || words[i] == "again") {
        revise.lines.push_back({.product_id = product, .status = status});
      }
    }
    return answer(world().send(order(words[1]), std::move(revise)));
  }

  static std::string without_comma(std::string word) {
    if (word.ends_with(',')) word.pop_back();
    return word;
  }

  static std::vector<RequestedLine> lines_of(const Words& words, std::size_t from) {
    std::vector<RequestedLine> lines;
    for (std::size_t i = from; i + 1 < words.size() && words[i] != "->"; ++i) {
      if (words[i] != "x") continue;
      lines.push_back(
          {.product_id = without_comma(words[i + 1]), .quantity = number_in(words[i - 1])});
    }
    return lines;
  }

  using See = std::string (Sights::*)(const Id&);
  static const std::map<std::string, See>& topics() {
    static const std::map<std::string, See> topics{
        {"money", &Sights::money},     {"refunds", &Sights::refunds},
        {"changes", &Sights::changes}, {"asked", &Sights::asked},
        {"told", &Sights::told},       {"shown", &Sights::shown},
        {"lines", &Sights::lines},     {"revision", &Sights::revision},
        {"ticket", &Sights::ticket},   {"delivery", &Sights::delivery},
    };
    return topics;
  }
  static bool is_topic(const std::string& word) {
    return word == "account" || topics().contains(word);
  }

  std::string see(const Words& words) {
    Sights sights{world()};
    if (words[1] == "alarms") return sights.alarms();
    if (words[1] == "account") return sights.account(customer(words[2]));
    if (is_topic(words[1])) return (sights.*topics().at(words[1]))(order(words[2]));
    if (orders_.contains(words[1])) return sights.order(order(words[1]));
    return sights.item(words[1]);
  }

  process::Settings settings_ = [] {
    process::Settings settings;
    settings.kitchen.preparation = std::chrono::seconds{2};
    settings.delivery.travel = std::chrono::seconds{3};
    return settings;
  }();
  Wiring wiring_;
  Ground* ground_ = nullptr;
  std::unique_ptr<World> world_;
  std::map<std::string, Id> orders_;
  std::map<std::string, std::string> customers_;  // with an account
  std::map<std::string, Face> faces_;             // through which they were placed
  std::string out_;
};

}  // namespace

std::string play(const std::string& story, Ground& ground) {
  return Journey{ground}.play(story);
}

std::string play(const std::string& story, Wiring wiring) {
  return Journey{wiring}.play(story);
}

}  // namespace oms::testing
