#include <chrono>
#include <thread>

#include "cli/order.h"
#include "codec/json_read.h"

namespace oms::cli {
namespace {

constexpr const char* examples = R"(Examples:
  oms order watch 65f0c0de0123456789000001 --customer c1
  oms order watch 65f0c0de0123456789000001 --json | jq -r .status
Exit codes: 0 the order was completed, 1 it was cancelled.)";

constexpr int attempts_max = 60;  // in a row, a second apart, without having heard anything

// Prints what is new in each version of an order.
class Follower {
 public:
  Follower(bool as_json, OrderView shown)
      : as_json_(as_json),
        version_(shown.version),
        printed_(shown.version),
        last_(std::move(shown)) {
    link_shown_ = last_.can_pay();
  }

  // Whether there is more to come.
  bool hear(const ServerEvent& event) {
    if (event.event != "order") return event.event != "end";
    auto order = read_json<OrderView>(event.data, Reading::lenient);
    if (!order) return true;  // of another version of the server: the next one may be readable
    heard_ = true;
    last_id_ = event.id;
    if (order->version <= version_) return true;
    version_ = order->version;
    as_json_ ? say(event.data) : print(*order);
    last_ = *std::move(order);
    return !last_.is_over();
  }

  bool is_over() const { return last_.is_over(); }
  bool is_cancelled() const { return last_.status == "cancelled"; }
  const std::string& last_id() const { return last_id_; }
  bool has_heard() { return std::exchange(heard_, false); }

 private:
  void print(const OrderView& order) {
    for (const auto& step : order.history) {
      if (step.version <= printed_) continue;
      printed_ = step.version;
      say(step_text(step));
    }
    if (order.can_pay() && !std::exchange(link_shown_, true)) {
      say("    pay here: " + printable(order.payment_link));
    }
    if (order.promised_at != last_.promised_at && !order.promised_at.empty()) {
      say(painted(Colour::dim, "    ready by " + printable(order.promised_at)));
    }
    if (order.cancel_requested && !last_.cancel_requested) say("    being cancelled");
  }

  bool as_json_;
  bool heard_ = false;
  bool link_shown_ = false;
  std::int64_t version_;
  std::int64_t printed_;
  std::string last_id_;
  OrderView last_;
};

// Whose order it is: the operator can look that up.
Outcome<OrderName> with_customer(const Server& server, OrderName name) {
  if (!name.customer_id.empty()) return name;
  const auto body = server.get(path_of(name));
  if (!body) return std::unexpected(body.error());
  const auto order = read_wrapped_order(*body);
  if (!order) return std::unexpected(order.error());
  name.customer_id = order->customer_id;
  return name;
}

Exit watch(const ServerFlags& flags, const OrderName& name) {
  const auto server = Server::find(flags);
  if (!server) return tell(server.error());
  return watch_order(*server, name, flags.as_json);
}

}  // namespace

Exit watch_order(const Server& server, const OrderName& name, bool as_json, OrderView shown) {
  const auto whole_name = with_customer(server, name);
  if (!whole_name) return tell(whole_name.error());
  Follower follower{as_json, std::move(shown)};
  for (int attempt = 0; attempt < attempts_max; ++attempt) {
    const auto ended =
        server.follow(path_of(*whole_name) + "/stream", follower.last_id(),
                      [&](const ServerEvent& event) { return follower.hear(event); });
    if (!ended) return tell(ended.error());
    if (follower.is_over()) return follower.is_cancelled() ? Exit::failed : Exit::ok;
    if (follower.has_heard()) attempt = 0;
    std::this_thread::sleep_for(std::chrono::seconds{1});
  }
  return tell({Exit::unreachable, "lost " + server.url() + " and cannot reach it again"});
}

void add_order_watch(const Command& order) {
  add_order_command(order, {"watch", "Follow an order until it is over", examples, &watch});
}

}  // namespace oms::cli
