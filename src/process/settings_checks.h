#pragma once

#include <string>

#include "process/settings.h"

// What is wrong with a setting beside the others, once all are read: a sentence for the operator,
// or nothing. They stand in the table of settings.
namespace oms::process {

std::string check_store(const Settings& settings);
std::string check_listen(const Settings& settings);
std::string check_listen_order(const Settings& settings);
std::string check_base_url(const Settings& settings);
std::string check_allow_host(const Settings& settings);
std::string check_coordinator_prefix(const Settings& settings);
std::string check_auth_keys(const Settings& settings);
std::string check_auth_audience(const Settings& settings);
std::string check_stripe_url(const Settings& settings);
std::string check_payment_window(const Settings& settings);
std::string check_phone_country(const Settings& settings);
std::string check_log_level(const Settings& settings);

// Of telling customers.
std::string check_notices(const Settings& settings);
std::string check_sms(const Settings& settings);
std::string check_twilio_url(const Settings& settings);
std::string check_email_kinds(const Settings& settings);
std::string check_sms_kinds(const Settings& settings);

// Of processes apart.
std::string check_broker(const Settings& settings);
std::string check_event_topics(const Settings& settings);
std::string check_registry(const Settings& settings);
std::string check_grpc_listen(const Settings& settings);
std::string check_admin_listen(const Settings& settings);
std::string check_webhook_listen(const Settings& settings);
std::string check_advertise(const Settings& settings);
std::string check_tls_cert(const Settings& settings);
std::string check_tls_ca(const Settings& settings);
std::string check_grpc_peers(const Settings& settings);

// Whether an address of these settings is this machine's own.
bool is_loopback_address(const std::string& address);

}  // namespace oms::process
