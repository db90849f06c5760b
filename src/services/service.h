#pragma once

#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "base/time.h"
#include "messages/events.h"
#include "messages/message.h"
#include "messages/question.h"
#include "messages/record.h"

namespace oms {

using Effect = std::variant<PaymentOperation, NoticeToSend>;

// What the caller is told, once it is committed: a refusal, or a record as it then stands.
struct Reply {
  std::optional<Error> refusal = {};
  std::optional<Key> show = {};
};

// What a service wants done. Plain data: if it is dropped, nothing has happened.
struct Decision {
  std::vector<Record> save = {};
  std::vector<Key> erase = {};
  std::vector<Payload> send = {};  // about the same order, each to the service it names
  std::vector<Effect> effects = {};
  // Only what no record tells; all else derives from records, in `Service::announce`.
  std::vector<PublicEvent> announce = {};
  std::optional<Reply> reply = {};
  bool takes_number = false;  // the next one of the sequence that the service has named
  // What it causes is in this trace, whichever the message has come with. None: in the message's.
  std::optional<Trace> trace = {};
  // New ones, under keys by a number that the service counts in a record which it saves with them.
  // So they cannot be there yet, and are not looked for.
  std::vector<Record> add = {};

  // Subjects, such as an order's id or a customer's, whose customer is erased: what is kept about
  // them beside the services' records (answers, dead letters, files) is to be, too.
  std::vector<std::string> forget = {};

  template <class T>
  Decision& saves(T&& record) {
    save.push_back(make_record(std::forward<T>(record)));
    return *this;
  }
  template <class T>
  Decision& adds(T&& record) {
    add.push_back(make_record(std::forward<T>(record)));
    return *this;
  }
  template <class M>
  Decision& sends(M message) {
    send.emplace_back(std::move(message));
    return *this;
  }
  template <class E>
  Decision& asks(E effect) {
    effects.emplace_back(std::move(effect));
    return *this;
  }
  Decision& shows(Key key) {
    reply = Reply{.show = key};
    return *this;
  }
  Decision& refuses(ErrorKind kind, std::string detail, std::string pointer = {}) {
    reply = Reply{.refusal = Error{kind, std::move(detail), std::move(pointer)}};
    return *this;
  }
};

// The records that a message needs, as they stand at this point of the batch, the answers to the
// questions that were put for it, and the next number of the sequence that its service has named.
class Records {
 public:
  virtual ~Records() = default;
  // Null where there is none. Valid until the next decision. Throws for a key that `needs` has not
  // named: what was not looked for is not known to be absent.
  virtual const Record* find(const Key& key) const = 0;
  // Whether it was looked for: in `needs` it may not have been yet.
  virtual bool knows(const Key& key) const = 0;
  virtual const std::vector<Answer>& answers() const = 0;
  // 1 or more. It stays the next one until a decision takes it.
  virtual std::int64_t next_number() const { throw std::logic_error("no sequence was named"); }

  // Null when there is no such record.
  template <class T>
  const T* get(std::string_view id) const {
    return find_as<T>(key_of<T>(id));
  }
  template <class T>
  const T* get(const Id& id) const {
    return find_as<T>(key_of<T>(id));
  }

 private:
  template <class T>
  const T* find_as(const Key& key) const {
    const Record* record = find(key);
    return record ? record->as<T>() : nullptr;
  }
};

using Keys = std::vector<Key>;

// The time as rules are handed it: in most of them it is a Time.
struct Now {
  Time at;    // never runs backwards: for due times, and for what is compared with them
  Time wall;  // as the outside and people know it: for what leaves the system or is shown

  // Most have but one clock. NOLINTNEXTLINE(google-explicit-constructor)
  constexpr Now(Time time) : Now(time, time) {}
  constexpr Now(Time even, Time shown) : at(even), wall(shown) {}
  constexpr operator Time() const { return at; }  // NOLINT(google-explicit-constructor): see above
  friend constexpr Time operator+(Now now, Duration span) { return now.at + span; }

  // When the wall clock will show it, as it goes now.
  constexpr Time on_wall(Time due) const { return wall + (due - at); }
};

// How long a record is kept once its order is over, counted from the order's beginning.
enum class KeptFor {
  details,  // what was done about an order: `--retention`
  refunds,  // what a late refund or dispute needs: `--refund-window`
  archive,  // as long as the order itself is kept
};

// When records of a type may be forgotten. Each has the order's id.
struct Retention {
  const RecordType* type = nullptr;
  KeptFor kept_for = KeptFor::details;
  bool (*is_over)(const Record& record) = nullptr;  // nothing is to be done about it any more
};

// Every service is one pure function: (message, records, now) → decision. No I/O, no clock, no
// chance, no state but its settings; the same input gives the same decision.
//
// A rule that cannot go on throws; the runtime then drops the decision and sets the message aside
// as a dead letter.
class Service {
 public:
  virtual ~Service() = default;

  virtual ServiceName name() const = 0;

  // The record types that this service alone reads and writes.
  virtual std::vector<const RecordType*> owns() const = 0;

  // Of those, the ones that belong to an order and are forgotten after it. A service is done with
  // an order when all of these are over.
  virtual std::vector<Retention> retention() const = 0;

  // Its records are shared by all orders: of the processes that share its store one does the work,
  // and the others stand by.
  virtual bool is_undivided() const = 0;

  // What must be known of other services before deciding. One round only, and it never fails.
  virtual std::vector<Question> questions(const Message& message) const = 0;

  // The sequence from which deciding the message may take a number: no two decisions take the same,
  // in whichever process and after whichever restart. They rise, and may leave numbers out.
  virtual std::optional<ShortText> sequence(const Message& message, Now now) const = 0;

  // Adds the keys that deciding the message needs, given what is found so far. Asked again, at
  // most three times, until it adds nothing.
  virtual void needs(const Message& message, const Records& found, Keys& keys) const = 0;

  virtual Decision decide(const Message& message, const Records& records, Now now) const = 0;

  // Adds what others may follow of a record of its own that a commit has changed: type, subject and
  // data, and the time where the record knows it; the runtime adds the rest. `before`: null for a
  // new one. A commit may have taken it through several states.
  virtual void announce(const Record* before, const Record& after,
                        std::vector<PublicEvent>& events) const = 0;

  // The side that is asked. The same rules as for messages.
  virtual void needs(const Question& question, Keys& keys) const = 0;
  virtual Answer answer(const Question& question, const Records& records) const = 0;
};

// What services derive from: nothing of what many do without. What wraps a service derives from
// `Service` itself, so that it cannot forget a member.
class BasicService : public Service {
 public:
  std::vector<Retention> retention() const override { return {}; }
  bool is_undivided() const override { return false; }
  std::vector<Question> questions(const Message&) const override { return {}; }
  std::optional<ShortText> sequence(const Message&, Now) const override { return std::nullopt; }
  void announce(const Record*, const Record&, std::vector<PublicEvent>&) const override {}
  using Service::needs;
  void needs(const Question&, Keys&) const override {}
  Answer answer(const Question&, const Records&) const override { return Quote{}; }
};

}  // namespace oms
