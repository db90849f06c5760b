#pragma once

#include <filesystem>
#include <string>

#include "tests/support/world.h"

namespace oms::testing {

// Plays a story and says what it saw: one line for each line, `see` lines filled in with what is
// there. A story that holds reads the same afterwards.
//
//   set        kitchen 2s / delivery 3s / pickup 10s / kitchen by hand / cap 5    (before anything)
//   shelf 1    20                        the operator sets what is on hand
//   place A    c1  2 x 1, 1 x soup       customer c1 orders, the order is called A
//              [as pickup] [for Ada] [to Ulm] [saying hot] [a@b.example] [+491]
//              [as prepaid by card tok_visa] [as checkout by account]     tok_declined is declined
//   hurry A    c1  2 x 1                 the same, and it meets what comes next: no answer is shown
//   account ada 1000                     a new customer, with money on account
//   revise A   c1  2 x 1, 1 x 2          these lines instead
//              [cancel 2] [again 3] [cancel all] [saying hot]     or line by line
//   pay A / decline A / expire A         the customer at the payment page; the provider's word
//   pay A unheard                        the same, and the provider's word is lost
//   pay A old [unheard]                  by the first link, which may be closed by now
//   answers lost / heard                 what the provider is asked is done, and nobody hears of it
//   answers lost capture                 the same, of that operation alone; so with `silence`
//   refund A 100                         somebody refunds a part at the provider's own desk
//   operator refunds A 100 / all / all back / line 1 x 2 / line 1 x 2 back  [key k]
//   provider refuses / allows            refunds, for good
//   dispute A 100 open / won / lost      the customer's bank, through the provider
//   cancel A   c1                        the customer cancels; the answer is shown
//   wait       30m                       time passes
//   silence / speech                     the provider stops, or begins, to answer
//   kitchen A  accept / reject / ready
//   delivery A dispatch / deliver / fail / collect
//   see A      waiting_payment ...       the order, as its customer sees it
//   see 1      on_hand 20  reserved 2    an item on the shelf
//   see money A  captured 900  refunded 0
//   see refunds A  900 by oms pending    each refund, and each dispute
//   see changes A  100 done, 1 x 2 back  each refund that the operator has asked for, and the goods
//   see alarms                           what the operator was told of the money
//   see lines A  2 x 1, 1 x 2 cancelled = 900    what was ordered, and its price
//   see revision A  done                 the last change of the lines
//   see ticket A    held: 2 x Cheese, hot        what the cooks read
//   see account ada  balance 1000  held 0
//   see delivery A  waiting Ada +491 Ulm hot     what the rider reads
//   see asked A  create_link             what was asked of the provider
//   see told A   paid email              what the customer was told
std::string play(const std::string& story, Wiring wiring = Wiring::together);

// The same where every service stands on real servers.
std::string play(const std::string& story, Ground& ground);

}  // namespace oms::testing
