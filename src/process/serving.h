#pragma once

#include <string>
#include <string_view>

#include "runtime/id_source.h"

// What all processes that serve do alike.
namespace oms::process {

// Before any thread: all of them inherit which signals are blocked, and `wait_for_stop` alone waits
// for these. What is in memory goes into no core dump.
void prepare_to_serve();

// Until SIGINT or SIGTERM, or SIGHUP where it is not ignored.
void wait_for_stop();

// As if somebody had sent SIGTERM. Any thread.
void ask_to_stop();

runtime::IdSource::Process random_process();

// What the service manager is to know: "READY=1".
void tell_manager(std::string_view state);
// A migration is under way and has come so far.
void tell_upgrade(std::string_view at);

}  // namespace oms::process
