// The shop is restored from a backup: its disk is what it was minutes ago, and the world is not.
#include "runtime/records.h"
#include "tools/simulate/world.h"

namespace oms::simulate {

void World::plan_restores() {
  for (const auto& incident : scenario_.incidents) {
    if (incident.fault != Fault::restored) continue;
    stage_.agenda.at(stage_.beginning + incident.at, [this] {
      backup_.become(disks_.begin()->second);
      model_of_backup_ = stage_.oracle.model();
    });
    stage_.agenda.at(stage_.beginning + incident.at + incident.lasts, [this] { restore(); });
  }
}

void World::restore() {
  auto& node = nodes_.front();
  stage_.mark_all(Fault::restored);
  stage_.note({}, "the shop is restored from a backup");
  node.process.reset();
  node.home.disk.become(backup_);
  stage_.oracle.restored(model_of_backup_);
  start_again(node);
  provider_.tell_disputes_again();
  show_all();
}

// Customers and operator look at everything again.
void World::show_all() {
  for (const auto* type : {&type_of<orders::Order>(), &type_of<kitchen::Ticket>(),
                           &type_of<delivery::Delivery>(), &type_of<runtime::DeadLetter>()}) {
    const auto page = backup_.find({.type = type, .newest_first = false, .limit = 1'000});
    if (!page) continue;
    for (const auto& found : page->records) {
      shopkeeper_.see({.key = found.record.key(), .record = found.record});
      const auto* order = found.record.as<orders::Order>();
      auto* customer = order != nullptr ? customer_of(order->id) : nullptr;
      if (customer != nullptr) customer->see(*order);
    }
  }
}

}  // namespace oms::simulate
