#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "adapters/simulated/settings.h"
#include "base/result.h"
#include "messages/http.h"
#include "ports/clock.h"

namespace oms::process {

struct ProviderOptions {
  std::string listen = "127.0.0.1:12111";
  std::filesystem::path data = "provider";
  std::string base_url;               // of the payment pages; empty: where it listens
  std::vector<std::string> webhooks;  // each event goes to all of them
  Duration latency{0};                // of every answer to a call of the API
  simulated::Settings provider;       // faults on demand
};

// The simulated payment provider as a server of its own: Stripe's paths below /v1, the payment
// pages, and signed webhooks to the URLs in `webhooks`. Several processes may use it.
class ProviderServer {
 public:
  // Its ledger and its webhook secret are in the data folder, which is made where it is missing.
  static Result<std::unique_ptr<ProviderServer>> open(const ProviderOptions& options, Clock& clock);

  ProviderServer(const ProviderServer&) = delete;
  ProviderServer& operator=(const ProviderServer&) = delete;
  virtual ~ProviderServer() = default;

  virtual const std::string& url() const = 0;
  virtual const std::string& webhook_secret() const = 0;
  // Webhooks go here from now on.
  virtual void tell(std::vector<std::string> webhooks) = 0;
  // Serves until `stop`, which may be called from any other thread.
  virtual void run() = 0;
  virtual void stop() = 0;

 protected:
  ProviderServer() = default;
};

struct ProviderStarted {
  std::string url;
  std::string secret_path;
};

// Serves until SIGINT or SIGTERM.
Result<void> run_provider(const ProviderOptions& options,
                          const std::function<void(const ProviderStarted&)>& on_started);

}  // namespace oms::process
