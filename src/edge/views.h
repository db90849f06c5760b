#pragma once

#include <string>

#include "messages/orders.h"
#include "messages/stock.h"

// Records as callers see them, appended as JSON.
namespace oms::edge {

// The order as its customer sees it; api/openapi.yaml says what each field means.
void write_order(const OrderView& order, std::string& out);

// The same alone, on one line: the body of an answer, or the data of an `order` event.
std::string order_json(const OrderView& order);

// The page that follows an order: base_url + "/success.html?customerID=…&orderID=…".
std::string follow_url(const OrderView& order, std::string_view base_url);

// What customers see of an item, and what the operator sees.
void write_menu_item(const ItemView& item, std::string& out);
void write_stock_item(const ItemView& item, std::string& out);

}  // namespace oms::edge
