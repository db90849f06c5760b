#include "edge/order_body.h"

#include <algorithm>
#include <charconv>

#include "edge/body.h"
#include "edge/card_body.h"
#include "edge/card_number.h"
#include "edge/words.h"

namespace oms::edge {
namespace {

constexpr std::string_view items_pointer = "/items";
constexpr std::size_t address_lines_max = 5;

// Whether the body is only the list of items, without the object around it.
bool is_bare_list(std::string_view body) {
  const auto first = body.find_first_not_of(" \t\r\n");
  return first != std::string_view::npos && body[first] == '[';
}

Result<std::string> read_text(const std::optional<std::string>& text, std::string pointer) {
  if (!text) return std::string{};
  OMS_CHECK(refuse_card_number(*text, pointer));
  if (!is_short_text(*text)) return refuse(std::string{short_text_rule}, std::move(pointer));
  return tidy_text(*text);
}

struct ReadLines {
  std::vector<RequestedLine> lines;
  std::vector<std::size_t> places;
};

// A wish that is there already is not repeated.
std::string joined(const std::string& note, const std::string& other) {
  if (note.contains(other)) return note;
  return note.empty() ? other : note + "; " + other;
}

Result<void> add(LineBody item, std::string note, std::size_t place, std::string_view pointer,
                 ReadLines& read) {
  const auto known = std::ranges::find(read.lines, item.product_id, &RequestedLine::product_id);
  if (known == read.lines.end()) {
    read.lines.push_back({.product_id = std::move(item.product_id),
                          .quantity = item.quantity.value,
                          .note = std::move(note)});
    read.places.push_back(place);
    return {};
  }
  known->quantity += item.quantity.value;  // of at most `lines_max` quantities
  if (known->quantity > quantity_max) {
    return refuse("of one product an order has at most " + std::to_string(quantity_max),
                  std::string{pointer}.append("/quantity"));
  }
  known->note = joined(known->note, note);
  if (!is_short_text(known->note)) {
    return refuse("the notes on one product " + std::string{short_text_rule} + " together",
                  std::string{pointer}.append("/note"));
  }
  return {};
}

Result<ReadLines> read_lines(std::vector<LineBody> items, std::string_view base) {
  if (items.empty()) return refuse("an order needs at least one item", std::string{base});
  if (items.size() > lines_max) {
    return refuse("an order has at most " + std::to_string(lines_max) + " items",
                  std::string{base});
  }
  ReadLines read;
  for (std::size_t i = 0; i < items.size(); ++i) {
    const auto pointer = std::string{base}.append(1, '/').append(std::to_string(i));
    if (!is_name(items[i].product_id)) {
      return refuse(std::string{"a productID "}.append(name_rule), pointer + "/productID");
    }
    OMS_TRY(auto note, read_text(items[i].note, pointer + "/note"));
    OMS_CHECK(add(std::move(items[i]), std::move(note), i, pointer, read));
  }
  return read;
}

// A field that was left empty in a form is not given.
Result<Address> read_address(const AddressBody& body) {
  const std::string base = "/customer/address";
  if (body.lines.size() > address_lines_max) {
    return refuse("an address has at most " + std::to_string(address_lines_max) + " lines",
                  base + "/lines");
  }
  Address address;
  for (std::size_t i = 0; i < body.lines.size(); ++i) {
    OMS_TRY(auto line, read_text(body.lines[i], base + "/lines/" + std::to_string(i)));
    if (!line.empty()) address.lines.push_back(std::move(line));
  }
  OMS_TRY(address.postal_code, read_text(body.postal_code, base + "/postalCode"));
  OMS_TRY(address.city, read_text(body.city, base + "/city"));
  OMS_TRY(address.country, read_text(body.country, base + "/country"));
  const bool says_more = !address.postal_code.empty() || !address.country.empty();
  if (address.is_empty() && says_more) {
    return refuse("an address needs a city or at least one of its lines", base);
  }
  return address;
}

// Which lifecycle the order follows, and how it is paid.
Result<void> choose_life(const OrderBody& body, PlaceOrder& place) {
  if (body.type == OrderType::checkout) {
    if (!body.payment_token) {
      return refuse("a checkout needs a paymentToken (see POST /api/payment-tokens)",
                    "/paymentToken");
    }
    OMS_CHECK(check_token(*body.payment_token));
    if (body.fulfilment) {
      return refuse("a checkout is goods that are not prepared here: leave fulfilment out",
                    "/fulfilment");
    }
    place.saga = "checkout";
    place.method = PaymentMethod::card;
    place.payment_token = *body.payment_token;
    return {};
  }
  if (body.payment_token) {
    return refuse(R"(food is paid by link: leave paymentToken out, or say "type": "checkout")",
                  "/paymentToken");
  }
  const auto unless_said = place.address.is_empty() ? Fulfilment::pickup : Fulfilment::delivery;
  const bool is_pickup = body.fulfilment.value_or(unless_said) == Fulfilment::pickup;
  place.saga = is_pickup ? "pickup" : "food";
  return {};
}

// What is left out stays, and what is empty is taken away.
Result<ContactChange> read_contact_change(const PersonBody& person) {
  OMS_TRY(auto contact, read_contact(person));
  ContactChange change;
  if (person.name) change.name = std::move(contact.name);
  if (person.email) change.email = std::move(contact.email);
  if (person.phone_number) {
    change.phone_number = std::move(contact.phone_number);
    change.phone_typed = std::move(contact.phone_typed);
  }
  return change;
}

}  // namespace

std::string SentLines::pointer_in(std::string_view pointer) const {
  if (!pointer.starts_with(items_pointer)) return std::string{pointer};
  pointer.remove_prefix(items_pointer.size());
  std::string out{is_bare_list ? std::string_view{} : items_pointer};
  std::size_t line = 0;
  const auto read = std::from_chars(pointer.data() + std::min<std::size_t>(pointer.size(), 1),
                                    pointer.data() + pointer.size(), line);
  if (read.ec != std::errc{} || line >= places.size()) return out.append(pointer);
  pointer.remove_prefix(static_cast<std::size_t>(read.ptr - pointer.data()));
  return out.append(1, '/').append(std::to_string(places[line])).append(pointer);
}

Result<PlacedBody> read_order_body(std::string_view body, std::string_view customer_id) {
  PlacedBody placed{.sent = {.is_bare_list = is_bare_list(body)}};
  auto& place = placed.place;
  place.customer_id = customer_id;
  OrderBody order;
  if (placed.sent.is_bare_list) {
    OMS_TRY(order.items, read_body<std::vector<LineBody>>(body));
  } else {
    OMS_TRY(order, read_body<OrderBody>(body));
  }
  OMS_TRY(auto read,
          read_lines(std::move(order.items), placed.sent.is_bare_list ? "" : items_pointer));
  place.lines = std::move(read.lines);
  placed.sent.places = std::move(read.places);
  if (order.customer) {
    OMS_TRY(place.customer, read_contact(*order.customer));
    if (order.customer->address) {
      OMS_TRY(place.address, read_address(*order.customer->address));
    }
  }
  OMS_TRY(place.note, read_text(order.note, "/note"));
  OMS_CHECK(choose_life(order, place));
  return placed;
}

Result<RevisedBody> read_revision_body(std::string_view text, std::string_view customer_id) {
  OMS_TRY(auto body, read_body<RevisionBody>(text));
  OMS_CHECK(refuse_nulls(text));
  if (!body.items && !body.customer && !body.note) {
    return refuse("say what is to change: items, customer, note", "");
  }
  RevisedBody revised;
  auto& revise = revised.revise;
  revise.customer_id = customer_id;
  if (body.items) {
    OMS_TRY(auto read, read_lines(*std::move(body.items), items_pointer));
    for (auto& line : read.lines) {
      revise.lines.push_back({.product_id = std::move(line.product_id),
                              .quantity = line.quantity,
                              .note = std::move(line.note)});
    }
    revised.sent.places = std::move(read.places);
  }
  if (body.customer) {
    OMS_TRY(revise.customer, read_contact_change(*body.customer));
    if (body.customer->address) {
      OMS_TRY(revise.address, read_address(*body.customer->address));
    }
  }
  if (body.note) {
    OMS_TRY(revise.note, read_text(body.note, "/note"));
  }
  return revised;
}

}  // namespace oms::edge
