#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "codec/json_kinds.h"
#include "edge/contact.h"
#include "messages/orders.h"

// What customers send of an order: to place it, and to change it.
namespace oms::edge {

struct LineBody {
  std::string product_id;
  Bounded<1, quantity_max> quantity;
  std::optional<std::string> note;
};
BOOST_DESCRIBE_STRUCT(LineBody, (), (product_id, quantity, note))

struct AddressBody {
  std::vector<std::string> lines;
  std::optional<std::string> postal_code;
  std::optional<std::string> city;
  std::optional<std::string> country;
};
BOOST_DESCRIBE_STRUCT(AddressBody, (), (lines, postal_code, city, country))

struct CustomerBody : PersonBody {
  std::optional<AddressBody> address;
};
BOOST_DESCRIBE_STRUCT(CustomerBody, (PersonBody), (address))

// Food is paid by link and prepared; a checkout is goods, paid by a card's token.
enum class OrderType { food, checkout };
BOOST_DESCRIBE_ENUM(OrderType, food, checkout)

struct OrderBody {
  std::vector<LineBody> items;
  std::optional<CustomerBody> customer;
  std::optional<std::string> note;
  std::optional<Fulfilment> fulfilment;
  std::optional<OrderType> type;
  std::optional<std::string> payment_token;
};
BOOST_DESCRIBE_STRUCT(OrderBody, (), (items, customer, note, fulfilment, type, payment_token))

struct RevisionBody {
  std::optional<std::vector<LineBody>> items;
  std::optional<CustomerBody> customer;
  std::optional<std::string> note;
};
BOOST_DESCRIBE_STRUCT(RevisionBody, (), (items, customer, note))

// Where the lines of a message stand in the body that it was made of, which may name a product on
// several lines, and may be a bare list of them.
struct SentLines {
  std::vector<std::size_t> places;
  bool is_bare_list = false;

  // The pointer "/items/0/quantity" of a refusal, as it leads into that body.
  std::string pointer_in(std::string_view pointer) const;
};

struct PlacedBody {
  PlaceOrder place;
  SentLines sent;
};

struct RevisedBody {
  ReviseOrder revise;
  SentLines sent;
};

// Lines of one product become one, with their quantities added and their notes joined. Pointers of
// the errors lead into the body as it was sent.
Result<PlacedBody> read_order_body(std::string_view body, std::string_view customer_id);
Result<RevisedBody> read_revision_body(std::string_view body, std::string_view customer_id);

}  // namespace oms::edge
