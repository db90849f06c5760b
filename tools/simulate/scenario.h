#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "messages/coordinator.h"
#include "messages/orders.h"
#include "process/settings.h"
#include "tools/simulate/fault.h"

namespace oms::simulate {

enum class Paying { pays, is_declined, leaves };  // is_declined: by one card or several
enum class Cancelling { never, at_leisure, while_paying, after_paying };

// What one customer wants and does, and which faults their messages meet.
struct OrderPlan {
  std::uint64_t number = 0;  // names the order in every smaller version of the scenario
  Duration at{0};            // after the beginning
  int customer = 0;
  std::string saga = "food";  // the life that it follows
  PaymentMethod method = PaymentMethod::link;
  std::vector<RequestedLine> lines;
  bool has_email = false;
  bool has_phone = false;
  bool has_key = false;
  Paying paying = Paying::pays;
  Duration think{0};  // before they act at the payment page
  Cancelling cancelling = Cancelling::never;
  Duration cancel_after{0};                    // from placing, or from paying
  std::optional<Duration> repeats_after = {};  // once more, after the first answer
  FaultSet faults;

  bool is_supply() const { return saga == "supply"; }
  Face face() const;

  // Each customer has addresses that are nobody else's; empty: none was left.
  std::string email() const;
  std::string phone_number() const;
};

// Something that goes wrong for all, at a time.
struct Incident {
  Fault fault = Fault::crash;
  Duration at{0};
  Duration lasts{0};
  // Of a crash: so many more calls to the outside succeed. Of what strikes one of several: which.
  int choice = 0;
  // A step of a change, or "undo " and a step of a life: it begins when, after `at`, one comes to
  // it.
  std::string waits_for = {};
};

struct Restock {
  Duration at{0};
  std::string product_id;
  std::int64_t quantity = 0;
  bool has_key = false;
};

// What the operator gives back of an order, by its plan's number.
enum class Refunding { everything, everything_with_goods, lines, amount };
struct RefundWish {
  Duration at{0};
  std::uint64_t order = 0;
  Refunding refunding = Refunding::everything;
  std::uint64_t choice = 0;  // of lines, quantities and amount, once it is known what was ordered
  bool has_key = false;
};

// What is changed of an order's lines, by its plan's number.
struct RevisionWish {
  Duration at{0};
  std::uint64_t order = 0;
  std::uint64_t choice = 0;  // of what, once it is known how the order stands
  bool has_key = false;
};

// The operator steps in where an order does not go on, or should not, by its plan's number.
struct Intervention {
  Duration at{0};
  std::uint64_t order = 0;
  HandleSaga::Action action = HandleSaga::Action::retry;
};

// A customer's money on account. The n-th is opened under the number n, if nothing goes wrong.
struct Opening {
  Duration at{0};
  MinorUnits balance = 0;
};

struct PriceChange {
  Duration at{0};
  std::string product_id;
  MinorUnits price = 0;
};

struct Shelf {
  std::string product_id;
  MinorUnits price = 0;
  std::int64_t on_hand = 0;
  std::int64_t preparation_ms = 0;
};

// How the services live.
enum class Wiring {
  together,  // all in one process, on one store
  apart,     // each in processes of its own, on a store of its own; a broker stands between them
};
BOOST_DESCRIBE_ENUM(Wiring, together, apart)

// Everything that one run is made of. The same scenario runs the same way, every time.
struct Scenario {
  std::uint64_t seed = 0;
  Wiring wiring = Wiring::together;
  int replicas = 1;                       // processes of each service, where they live apart
  bool is_saga_alone = false;             // the coordinator, where they live apart
  std::size_t unconfirmed_max = 100'000;  // messages of one process that wait for the broker
  process::Settings settings;
  std::vector<Shelf> shelves;
  std::vector<OrderPlan> orders;
  std::vector<Incident> incidents;
  std::vector<Restock> restocks;
  std::vector<PriceChange> price_changes;
  std::vector<RefundWish> refunds;
  std::vector<RevisionWish> revisions;
  std::vector<Intervention> interventions;
  std::vector<Opening> openings;
  bool keeps_house = false;  // old records are forgotten, as `settings` say
  Duration heals_after{0};   // from then on nothing goes wrong any more
  // For the exhaustive runs, counted from 1: the calls to the outside at which the process dies,
  // one after the other, and the message that is handed in twice (0: none).
  std::vector<int> crash_calls;
  int doubled_message = 0;
};

// What this seed stands for. It says how the services live, too, if the caller does not.
Scenario draw_scenario(std::uint64_t seed, int orders, std::optional<Wiring> wiring = {});

}  // namespace oms::simulate
