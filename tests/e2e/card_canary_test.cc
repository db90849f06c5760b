// A card that comes to /order goes to the payment provider's tokenizer and nowhere else: not into a
// record, a message, a file, a log or an answer, and nothing of it is left in memory.
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <sstream>
#include <thread>

#include "adapters/crypto/crypto.h"
#include "tests/support/server_process.h"

namespace oms::testing {
namespace {

using namespace std::chrono_literals;

// As they are sent, so that they are found whatever else has such digits.
const std::string number = "4000-0566-5566-5556";
const std::string declined_number = "4000 0000 0000 0002";
const std::string cvv = "CVV-739-CANARY";
const std::string holder = "Canary Cardholder-Zq";
const std::vector<std::string> canaries{number, "4000056655665556", declined_number, cvv, holder};

std::string order_with(const std::string& card_number, const std::string& more = {}) {
  return R"({"customer":{"name":"Ann","email":"ann@example.com","phoneNumber":"+4915123456"},)"
         R"("items":[{"id":1,"quantity":2}],"paymentDetails":{"name":")" +
         holder + R"(","cardNumber":")" + card_number + R"(","expiryDate":"12/30","cvv":")" + cvv +
         "\"}" + more + "}";
}

std::string all_of(const std::filesystem::path& file) {
  std::ifstream in{file, std::ios::binary};
  return {std::istreambuf_iterator<char>{in}, {}};
}

// Where the canaries are, in words.
std::vector<std::string> sightings(const std::string& text, const std::string& where,
                                   const std::vector<std::string>& wanted = canaries) {
  std::vector<std::string> seen;
  for (const auto& canary : wanted) {
    if (text.contains(canary)) seen.push_back(where + " has " + canary);
  }
  return seen;
}

std::vector<std::string> sightings_in_files(const ServerProcess& server,
                                            const std::vector<std::string>& wanted) {
  std::vector<std::string> seen;
  int files = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator{server.data()}) {
    if (!entry.is_regular_file()) continue;
    ++files;
    std::ranges::move(sightings(all_of(entry.path()), entry.path().filename().string(), wanted),
                      std::back_inserter(seen));
  }
  EXPECT_GE(files, 3) << "the database, its log and the server's";
  return seen;
}

// What the process can write to. Empty where this user may not look.
std::string memory_of(pid_t pid) {
  const auto folder = "/proc/" + std::to_string(pid);
  std::ifstream maps{folder + "/maps"};
  std::ifstream memory{folder + "/mem", std::ios::binary};
  std::string all;
  for (std::string line; std::getline(maps, line);) {
    std::istringstream words{line};
    std::uint64_t begin = 0;
    std::uint64_t end = 0;
    char dash = 0;
    std::string rights;
    words >> std::hex >> begin >> dash >> end >> rights;
    if (!rights.starts_with("rw")) continue;
    std::string part(end - begin, '\0');
    memory.seekg(static_cast<std::streamoff>(begin));
    memory.read(part.data(), static_cast<std::streamsize>(part.size()));
    memory.clear();
    all += part;
  }
  return all;
}

HttpResponse send(const std::string& url, std::string_view method, std::string_view path,
                  const std::string& body, HttpClient::Headers headers = {}) {
  headers.emplace_back("Content-Type", "application/json");
  auto answer = HttpClient::to(url)->send(method, path, headers, body);
  if (!answer) throw std::runtime_error(answer.error().detail);
  return *std::move(answer);
}

TEST(CardCanary, IsSeenNowhere) {
  ServerProcess server{{"--listen-order", "127.0.0.1:0"}};
  const auto alone = server.order_url();
  std::string answers;
  const auto ask = [&](const std::string& url, std::string_view method, std::string_view path,
                       const std::string& body, int status, HttpClient::Headers headers = {}) {
    const auto answer = send(url, method, path, body, std::move(headers));
    EXPECT_EQ(answer.status, status) << method << ' ' << path << ": " << answer.body;
    answers += answer.body;
  };
  const HttpClient::Headers once{{"Idempotency-Key", "k1"}};
  ask(server.url(), "POST", "/order", order_with(number), 201, once);
  ask(server.url(), "POST", "/order", order_with(number), 201, once);
  ask(alone, "POST", "/order", order_with(number), 201);
  ask(alone, "POST", "/order", order_with(declined_number), 201);
  ask(alone, "GET", "/api/menu", {}, 404);
  // What is wrong is refused, and told without the card.
  ask(alone, "POST", "/order", order_with(number, R"(,"status":"paid")"), 400);
  ask(alone, "POST", "/order", order_with(number).substr(0, order_with(number).size() - 1), 400);
  ask(alone, "POST", "/order", order_with("4000-0566-5566-5557"), 422);
  ask(server.url(), "POST", "/orders",
      R"({"customerId":1,"items":[{"productId":1,"quantity":1}],"paymentToken":")" + number + "\"}",
      400);
  ask(server.url(), "POST", "/orders", order_with(number), 400);
  ask(server.url(), "POST", "/oms/orders", order_with(number), 400);
  std::this_thread::sleep_for(1s);  // whatever is told of it later
  ask(alone, "GET", "/order", {}, 200);
  for (const char* path :
       {"/metrics", "/api/admin/orders", "/api/admin/sagas", "/api/admin/dead-letters"}) {
    answers += server.send("GET", path, {}, true).body;
  }
  EXPECT_EQ(sightings(answers, "an answer"), std::vector<std::string>{});

  // A digest would tell such few digits to anyone who tries them all.
  auto wanted = canaries;
  wanted.push_back(to_hex(sha256(order_with(number))).substr(0, 32));
  EXPECT_EQ(sightings_in_files(server, wanted), std::vector<std::string>{});
  const auto memory = memory_of(server.pid());
  EXPECT_EQ(sightings(memory, "the memory", {number, declined_number, cvv, holder}),
            std::vector<std::string>{});
  RecordProperty("memory_bytes", static_cast<int>(memory.size()));
  EXPECT_EQ(server.stop(), 0);
  EXPECT_EQ(sightings_in_files(server, wanted), std::vector<std::string>{});
}

}  // namespace
}  // namespace oms::testing
