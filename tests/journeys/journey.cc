#include "tests/journeys/journey.h"

#include <fmt/format.h>

#include <charconv>
#include <map>
#include <memory>
#include <sstream>
#include <vector>

#include "codec/json_names.h"
#include "tests/support/world.h"

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

template <class E>
std::string name(E value) {
  return std::string{json::name_of(value)};
}

class Journey {
 public:
  explicit Journey(Wiring wiring) : wiring_(wiring) {}

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
    const bool has_topic = words[1] == "money" || words[1] == "refunds" || words[1] == "asked" ||
                           words[1] == "told" || words[1] == "shown" || words[1] == "changes";
    const auto& last = words[has_topic ? 2 : 1];
    return line.find(last, line.find(words[1]) + (has_topic ? words[1].size() : 0)) + last.size();
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
    else if (words[1] == "cap")
      settings_.stock.held_units_max = number_in(words[2]);
    else
      throw std::runtime_error("unknown setting " + words[1]);
  }

  std::string act(const std::string& verb, const Words& words) {
    if (verb == "place") return place(words);
    if (verb == "hurry") {
      order(words[1]) = world().new_id();
      world().hurry(order(words[1]), order_in(words));
      return {};
    }
    if (verb == "shelf") {
      if (!world().send({}, SetItem{.product_id = words[1], .on_hand = number_in(words[2])})) {
        throw std::runtime_error("the shelf was not set");
      }
    } else if (verb == "pay") {
      world().pay(order(words[1]), words.size() < 3 || words[2] != "unheard");
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
    } else if (verb == "operator") {
      return refund(words);
    } else if (verb == "provider") {
      world().refuses_refunds = words[1] == "refuses";
    } else if (verb == "cancel") {
      return answer(world().send(order(words[1]), CancelOrder{.customer_id = words[2]}));
    } else if (verb == "kitchen") {
      return handle<HandleTicket>(words);
    } else if (verb == "delivery") {
      return handle<HandleDelivery>(words);
    } else {
      throw std::runtime_error("unknown step " + verb);
    }
    return {};
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

  static PlaceOrder order_in(const Words& words) {
    PlaceOrder wish{.customer_id = words[2], .saga = "food"};
    for (std::size_t i = 3; i < words.size() && words[i] != "->"; ++i) {
      if (words[i].find('@') != std::string::npos) {
        wish.customer.email = words[i];
      } else if (words[i].starts_with('+')) {
        wish.customer.phone_number = words[i];
      } else if (words[i] == "x") {
        auto product = words[i + 1];
        if (product.ends_with(',')) product.pop_back();
        wish.lines.push_back({.product_id = product, .quantity = number_in(words[i - 1])});
        ++i;
      }
    }
    return wish;
  }

  std::string place(const Words& words) {
    order(words[1]) = world().new_id();
    return answer(world().send(order(words[1]), order_in(words)));
  }

  std::string see(const Words& words) {
    if (words[1] == "money") return money(order(words[2]).text());
    if (words[1] == "alarms") return alarms();
    if (words[1] == "refunds") return refunds(order(words[2]).text());
    if (words[1] == "changes") return changes(order(words[2]).text());
    if (words[1] == "asked") return asked(order(words[2]));
    if (words[1] == "told") return told(order(words[2]));
    if (words[1] == "shown") return shown(order(words[2]).text());
    if (orders_.contains(words[1])) return order_line(order(words[1]).text());
    return shelf_line(words[1]);
  }

  std::string order_line(const std::string& id) {
    const auto* seen = world().get<orders::Order>(id);
    if (seen == nullptr) return "none";
    std::string text = name(seen->status);
    if (seen->reason != Reason::none) text += " " + name(seen->reason);
    if (seen->cancel_requested) text += " (cancelling)";
    if (seen->queue_position > 0 && seen->status == OrderStatus::paid) {
      text += fmt::format(" position {}", seen->queue_position);
    }
    if (seen->promise_missed) text += " late";
    if (!seen->last_payment_error.is_empty()) text += " (" + seen->last_payment_error.code + ")";
    return text;
  }

  std::string shelf_line(const std::string& id) {
    const auto* item = world().get<stock::Item>(id);
    if (item == nullptr) return "none";
    return fmt::format("on_hand {}  reserved {}", item->on_hand(), item->reserved);
  }

  std::string money(const std::string& id) {
    const auto* payment = world().get<payments::Payment>(id);
    if (payment == nullptr) return "none";
    return fmt::format("{} captured {} refunded {}", name(payment->status), payment->captured,
                       payment->refunded);
  }

  // Each refund, and each dispute.
  std::string refunds(const std::string& id) {
    const auto* payment = world().get<payments::Payment>(id);
    if (payment == nullptr) return "none";
    std::string text;
    const auto add = [&](const std::string& fact) { text += (text.empty() ? "" : ", ") + fact; };
    for (const auto& refund : payment->refunds) {
      add(fmt::format("{} by {} {}", refund.amount, name(refund.initiated_by),
                      name(refund.status)));
    }
    for (const auto& dispute : payment->disputes) {
      add(fmt::format("{} disputed {}", dispute.amount, name(dispute.status)));
    }
    return text.empty() ? "none" : text;
  }

  // Each refund that the operator has asked for, and what has come back with it.
  std::string changes(const std::string& id) {
    const auto* seen = world().get<orders::Order>(id);
    if (seen == nullptr) return "none";
    std::string text;
    const auto add = [&](const std::string& fact) { text += (text.empty() ? "" : ", ") + fact; };
    for (const auto& asked : seen->requested_refunds) {
      add(fmt::format("{} {}", asked.amount, name(asked.status)));
      if (asked.failure != Reason::none) text += " " + name(asked.failure);
    }
    for (const auto& [product, quantity] : seen->returned) {
      if (quantity > 0) add(fmt::format("{} x {} back", quantity, product));
    }
    return text.empty() ? "none" : text;
  }

  std::string alarms() {
    std::string text;
    for (const auto& event : world().events) {
      const auto alarm = alarm_of(event);
      if (!alarm) continue;
      text += fmt::format("{}{} {} {}", text.empty() ? "" : ", ", name(alarm->kind), alarm->amount,
                          alarm->currency);
    }
    return text.empty() ? "none" : text;
  }

  std::string asked(const Id& id) {
    std::string text;
    for (const auto& operation : world().asked) {
      if (operation.order_id == id) text += (text.empty() ? "" : " ") + name(operation.kind);
    }
    return text.empty() ? "nothing" : text;
  }

  std::string told(const Id& id) {
    std::string text;
    for (const auto& notice : world().told) {
      if (notice.order_id != id) continue;
      text += (text.empty() ? "" : ", ") + name(notice.kind) + " " + name(notice.channel);
    }
    return text.empty() ? "nothing" : text;
  }

  // What the order tells of its notices.
  std::string shown(const std::string& id) {
    const auto* seen = world().get<orders::Order>(id);
    if (seen == nullptr) return "none";
    std::string text;
    for (const auto& notice : seen->notices) {
      text += fmt::format("{}{} {} {}", text.empty() ? "" : ", ", name(notice.kind),
                          name(notice.channel), name(notice.status));
    }
    return text.empty() ? "none" : text;
  }

  process::Settings settings_ = [] {
    process::Settings settings;
    settings.kitchen.preparation = std::chrono::seconds{2};
    settings.delivery.travel = std::chrono::seconds{3};
    return settings;
  }();
  Wiring wiring_;
  std::unique_ptr<World> world_;
  std::map<std::string, Id> orders_;
  std::string out_;
};

}  // namespace

std::string play(const std::string& story, Wiring wiring) {
  return Journey{wiring}.play(story);
}

}  // namespace oms::testing
