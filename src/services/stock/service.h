#pragma once

#include "base/time_zone.h"
#include "services/service.h"
#include "services/stock/records.h"

namespace oms::stock {

struct StockSettings {
  std::string currency = "usd";
  // What one customer may hold reserved at a time, so that nobody empties the shelf by not paying:
  // a large basket, and a fraction of a small shop's shelf. 0: no cap.
  std::int64_t held_units_max = 50;
  TimeZone zone = {};  // by which a day begins: what orders move is summed for each
};

// Owns the shelf: what there is, what it costs, who holds what. It alone decides what is
// available; an order's lines are reserved, released, sold and returned together.
class StockService final : public BasicService {
 public:
  explicit StockService(StockSettings settings) : settings_(std::move(settings)) {}

  ServiceName name() const override { return ServiceName::stock; }
  bool is_undivided() const override { return true; }
  std::vector<const RecordType*> owns() const override {
    return {&type_of<Item>(), &type_of<Reservation>(), &type_of<HeldUnits>(), &type_of<Movement>(),
            &type_of<ProductNumbers>()};
  }
  std::vector<Retention> retention() const override;
  void needs(const Message& message, const Records& found, Keys& keys) const override;
  Decision decide(const Message& message, const Records& records, Now now) const override;
  void announce(const Record* before, const Record& after,
                std::vector<PublicEvent>& events) const override;
  void needs(const Question& question, Keys& keys) const override;
  Answer answer(const Question& question, const Records& records) const override;

 private:
  Decision apply(const Message& message, const Records& records) const;

  StockSettings settings_;
};

// What a new shop starts with: a dozen dishes and goods, among them the ids that the examples use.
std::vector<Item> default_catalogue(std::string_view currency);

}  // namespace oms::stock
