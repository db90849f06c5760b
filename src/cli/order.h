#pragma once

#include <string>

#include "cli/client.h"
#include "cli/order_view.h"

// What the commands of `oms order` share.
namespace oms::cli {

void add_order_place(const Command& order);
void add_order_list(const Command& order);
void add_order_get(const Command& order);
void add_order_watch(const Command& order);
void add_order_cancel(const Command& order);
void add_order_refund(const Command& order);
void add_order_revise(const Command& order);
void add_order_history(const Command& order);

// Which order is meant. Without the customer it is the operator who asks, with the token.
struct OrderName {
  std::string order_id;
  std::string customer_id;
};

// Adds a command for one order, which it is told by its words.
struct OrderCommand {
  std::string_view name;
  std::string_view what;
  std::string_view examples;
  Exit (*run)(const ServerFlags& flags, const OrderName& name);
};
void add_order_command(const Command& order, const OrderCommand& added);

// "/api/customers/c1/orders/<id>", or the operator's "/api/admin/orders/<id>".
std::string path_of(const OrderName& name);

// Prints the order's steps as they happen, after those that `shown` had, until it is over.
// `cancelled` ends with Exit::failed.
Exit watch_order(const Server& server, const OrderName& name, bool as_json, OrderView shown = {});

// Prints what the server answered: its JSON as it is, or for people.
template <class T>
Exit show(bool as_json, const std::string& body, const Outcome<T>& value,
          std::string (*text)(const T&)) {
  if (as_json) {
    say(body);
    return Exit::ok;
  }
  if (!value) return tell(value.error());
  say(text(*value));
  return Exit::ok;
}

}  // namespace oms::cli
