#pragma once

#include "messages/events.h"
#include "messages/notifications.h"
#include "tools/simulate/oracle/commit.h"
#include "tools/simulate/oracle/model.h"
#include "tools/simulate/scenario.h"

namespace oms::simulate {

// What may become of a record from one commit to the next. `before` is null for a new one.
void check_step(const Life& life, const orders::Order* before, const orders::Order& after);
void check_step(const Life& life, const coordinator::Saga* before, const coordinator::Saga& after);
void check_step(const Life& life, const stock::Reservation* before,
                const stock::Reservation& after);
void check_step(const Life& life, const payments::Payment* before, const payments::Payment& after);
void check_step(const Life& life, const payments::ClosedLinks* before,
                const payments::ClosedLinks& after);
void check_step(const Life& life, const kitchen::Ticket* before, const kitchen::Ticket& after);
void check_step(const Life& life, const delivery::Delivery* before,
                const delivery::Delivery& after);
void check_step(const Life& life, const notifications::Notices* before,
                const notifications::Notices& after);

// Everything that is kept of an order is what its customer has sent, at the prices of the shelf.
void check_plan(const Life& life, const Commit& commit, const Model& model,
                const Scenario& scenario, Time now);
void check_link_asked(const Life& life, const PaymentOperation& operation);

// Whether an order is refused at once where not all of it is on the shelf.
bool goes_as_a_whole(const PlaceOrder& wish);

// A request was refused: for what it was, at the prices that it may have met.
void check_place_refused(const Life& life, const Error& error, const Model& model, Time now);

// A cancellation was refused, for an order that the kitchen had begun.
void check_cancel_refused(const Life& life, const Error& error);

// What the operator asked to be refunded is what is refunded, and shown as it went.
void check_changes(const Life& life, const orders::Order* before, const orders::Order& after);
void check_changes(const Life& life, const payments::Payment& after);
void check_changes(const Life& life);  // when nothing is under way

// Why a refund cannot be granted as the order stands; null when it must be.
const char* defect_of(const RefundOrder& asked, const Life& life);
void check_refund_refused(const RefundTold& told, const Life& life, const Error& error);

// Whether each line is fulfilled, and may be changed, by itself; elsewhere all are changed as one.
bool goes_by_line(const orders::Order& order);
MinorUnits total_of(const orders::Revision& revision);

// Lines that were changed are as somebody has asked for, or as before where the shelf was short.
// The change by which they have become what they are, of those that a commit has ended; 0: none.
std::int32_t revised_by(const orders::Order& before, const orders::Order& after);
void check_revision(const Life& life, const orders::Order* before, const orders::Order& after);
void check_shortness(const Life& life, const orders::Order& before, const Commit& commit,
                     const Model& model);
void check_new_prices(const Life& life, const orders::Order& before, const Model& model);
const char* defect_of(const ReviseOrder& asked, const Life& life, const Model& model, Time now);
void check_revision_refused(const RevisionTold& told, const Life& life, const Error& error);

// Whether what the order's saga has asked for last, of its change or else of its life, has
// happened.
bool has_step_happened(const Life& life);

// An order was cancelled for a reason that is true.
void check_reason(const Life& life, const Scenario& scenario);

// Stock was refused because too little was left, or because the customer holds too much.
void check_stock_refused(const StockRefusal& refusal, const Commit& commit,
                         const Scenario& scenario);

// The price that an item has is one that the operator has set, and so they are told.
void check_price(const ShelfModel& shelf);
void check_price_told(const ShelfModel& shelf, const PriceChange& change,
                      const Result<Record>& answer);

// What this commit has done to the kitchen: its cooks, its queue and what was promised.
void check_kitchen(Commit& commit, Model& model, const Scenario& scenario, Time now);
void check_promise(const Life& life, const Scenario& scenario, int restarts);

// What must be true of one order in every committed state: no effect before its cause.
void check_always(const Life& life, const Scenario& scenario);

// What its services' records must say together: after every commit where they share it, and when
// nothing is under way where they live apart.
enum class Moment { under_way, at_rest };
void check_records(const Life& life, Moment moment);

// The same about an item.
void check_shelf(const ShelfModel& shelf);

// An account has what its payments have left it, and each movement tells of it.
void check_account(const AccountModel& model);
void check_unfunded(const Life& life, const Commit& commit, const Model& model);

// Retries back off: of a saga's step, and of operations at the provider.
void check_tries(const Life& life, const coordinator::Run& run);
void check_asked(const Life& life, Time now, const Scenario& scenario, int restarts);

// A notice is about to be sent, or has reached its customer.
void check_attempt(Life& life, const NoticeToSend& notice);
void check_content(const Life& life, const NoticeToSend& notice);

// What the records say of money that was moved elsewhere is what the provider's book says, as far
// as it was heard.
void check_book(const Life& life, const Scenario& scenario, int restarts);

// Whether the customer has all the money back, or a bank has it.
bool has_nothing_left(const Life& life);

// Whether every commit was told by the process that made it.
bool hears_everything(const Scenario& scenario, int restarts);

// Each step of an order was told, once.
void check_events(const Life& life, const Scenario& scenario, int restarts);
void check_published(const Life& life);

// Nobody is alarmed for what has not happened.
void check_alarm(const Life& life, const PaymentAlarm& alarm);

// Each customer has heard what there was to be told, by each way that they left, and by no other.
void check_told(const Life& life, const Scenario& scenario);

// Where `Life::forgotten` notes what has become of records of that type.
std::size_t place_of(const RecordType& type);

// What is forgotten of an order is old, and nothing of it is under way; what is old and over is not
// kept for ever.
void check_forgotten(const Life& life, const RecordType& type, Time now, const Scenario& scenario);
void check_kept(const Life& life, const Scenario& scenario, Time now);

// An order must have come to its end.
void check_over(const Life& life);

// What must have come of an order when nothing is under way.
void check_ended(const Life& life, const Scenario& scenario, int restarts);

}  // namespace oms::simulate
