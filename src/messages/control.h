#pragma once

#include <string>
#include <variant>

#include "messages/common.h"
#include "messages/record.h"

// What only the runtime says and hears, within one process. None of it travels between services.
namespace oms {

// A record's due time has come. Goes to the service that owns the record.
struct WakeUp {
  std::string table;
  std::string id;
  // It is not due, but what it waits for has ended, or was lost in a crash.
  bool is_restart = false;
};
BOOST_DESCRIBE_STRUCT(WakeUp, (), (table, id, is_restart))

// The operator has fixed the cause: decide the message again, or forget it.
struct SettleDeadLetter {
  static constexpr auto to = ServiceName::dead_letters;
  enum class Action { replay, drop };
  BOOST_DESCRIBE_NESTED_ENUM(Action, replay, drop)
  Id id;
  Action action = Action::replay;
};
BOOST_DESCRIBE_STRUCT(SettleDeadLetter, (), (id, action))

// A process that shares its store with others says that it will be there until then.
struct KeepSeat {
  static constexpr auto to = ServiceName::replicas;
  Id process;
  Time until;
};
BOOST_DESCRIBE_STRUCT(KeepSeat, (), (process, until))

// What an older version has kept of a message that nobody sends any more.
struct Retired {
  std::string name;
};
BOOST_DESCRIBE_STRUCT(Retired, (), (name))

// Something was done that no service decides, such as a backup: it goes on record, and that is all.
struct NoteAction {
  std::string action;
  std::string subject;
};
BOOST_DESCRIBE_STRUCT(NoteAction, (), (action, subject))

using Control = std::variant<SettleDeadLetter, KeepSeat, WakeUp, Retired, NoteAction>;

// On whose behalf a message is sent, where that goes on record.
struct By {
  std::string who;  // "operator"
  std::string reason;
};
BOOST_DESCRIBE_STRUCT(By, (), (who, reason))

// What is on record of it.
struct AuditView {
  Id id;
  Time at;
  std::string who;
  std::string action;
  std::string subject;
  std::string reason;
  std::string outcome;
};
BOOST_DESCRIBE_STRUCT(AuditView, (), (id, at, who, action, subject, reason, outcome))

const RecordType& record_type(const AuditView*);

// A dead letter, as it is kept: the edge shows it and does not look into it.
struct DeadLetterView;
const RecordType& record_type(const DeadLetterView*);

}  // namespace oms
