#pragma once

#include <chrono>
#include <map>
#include <string>
#include <vector>

// A blocking HTTP client that shares nothing with what it tests. Each thread keeps its connections.
namespace oms::cluster::http {

struct Request {
  std::string method = "GET";
  std::string url;
  std::vector<std::string> headers;  // "Name: value"
  std::string body;
  std::chrono::milliseconds timeout = std::chrono::seconds{10};
};

struct Answer {
  int status = 0;                              // 0: there was no answer
  std::map<std::string, std::string> headers;  // names in lower case
  std::string body;
};

Answer send(const Request& request);

}  // namespace oms::cluster::http
