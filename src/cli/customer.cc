#include <chrono>
#include <thread>

#include <boost/describe.hpp>

#include "cli/client.h"
#include "cli/terminal.h"
#include "codec/json_read.h"

// `oms customer`.
namespace oms::cli {
namespace {

constexpr const char* examples = R"(Examples:
  oms customer erase c1 --reason 'asked for it by letter'
Erases name, addresses, phone number and notes of a customer whose orders are all over. Orders and
books stay. Backups, and what was exported, keep theirs: see docs/operations.md.)";

constexpr std::chrono::milliseconds look_again{500};

struct Erasure {
  std::string status;
  std::string erased_at;
};
BOOST_DESCRIBE_STRUCT(Erasure, (), (status, erased_at))

std::string path_of(const std::string& customer) {
  return "/api/admin/customers/" + encoded(customer) + "/personal-data";
}

Exit tell_end(const ServerFlags& flags, const std::string& body, const std::string& words) {
  say(flags.as_json ? body : words);
  return Exit::ok;
}

// Until all of it is gone, however long that takes: it goes on without us, too.
Exit wait(const ServerFlags& flags, const Server& server, const std::string& customer) {
  while (true) {
    const auto body = server.get(path_of(customer));
    if (!body) return tell(body.error());
    const auto erasure = read_json<Erasure>(*body, Reading::lenient);
    if (!erasure) {
      return tell({Exit::failed, "the server's answer cannot be read: " + erasure.error().detail});
    }
    if (erasure->status == "erased") {
      return tell_end(flags, *body, "erased at " + printable(erasure->erased_at));
    }
    std::this_thread::sleep_for(look_again);
  }
}

Exit erase(const ServerFlags& flags, const std::string& customer, const std::string& reason,
           bool is_to_wait) {
  const auto server = Server::find(flags);
  if (!server) return tell(server.error());
  const auto body = server->send("DELETE", path_of(customer), "", reason_header(reason));
  if (!body) return tell(body.error());
  if (is_to_wait) return wait(flags, *server, customer);
  return tell_end(flags, *body, "the data is being erased");
}

}  // namespace

void add_customer(const Command& oms) {
  const auto customers = oms.add("customer", "Forget who a customer is");
  const auto command = customers.add("erase", "Erase a customer's personal data");
  auto customer = std::make_shared<std::string>();
  command.option("customer", customer.get(), "the customer's id",
                 {.shown = "CUSTOMER", .is_required = true});
  auto returns_at_once = std::make_shared<bool>(false);
  command.flag("--no-wait", returns_at_once.get(), "do not wait until all of it is gone");
  const auto reason = add_reason(command);
  const auto flags = add_server_flags(command);
  command.footer(examples);
  command.runs([flags, customer, reason, returns_at_once] {
    return erase(*flags, *customer, *reason, !*returns_at_once);
  });
}

}  // namespace oms::cli
