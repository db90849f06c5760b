#pragma once

#include <ctime>
#include <string>
#include <string_view>

#include "messages/http.h"

// How an answer is written on the wire. The head is written here by hand, straight into the
// connection's buffer: one pass, no field container.
namespace oms::http1 {

struct AnswerShape {
  bool keep_alive = true;
  bool http_1_0 = false;   // the peer must be told that the connection is kept
  bool head_only = false;  // the head of the answer, its length included, and no body
};

// The fields that every answer carries; they change once a second.
std::string common_fields(std::time_t now);

// Appends the answer. Framing fields are the server's own: those in `answer.headers` are left out.
// Every answer gets `X-Content-Type-Options` and `Referrer-Policy`, pages a
// Content-Security-Policy, and whatever names no Cache-Control may not be stored.
void write_answer(std::string& out, const HttpResponse& answer, const AnswerShape& shape,
                  std::string_view common);

// Appends the head of an event stream, whose end is the end of the connection.
void write_stream_head(std::string& out, const HttpResponse& head, std::string_view common);

// What OPTIONS is told of a path whose handler refuses the method: the methods that it allows.
HttpResponse allowed_methods(const HttpResponse& refusal);

// An RFC 9457 problem.
HttpResponse problem(int status, std::string_view detail);

// The same for a failure of ours, whose cause is for the log.
HttpResponse problem(int status, std::string_view detail, Error cause);

std::string_view reason_phrase(int status);

}  // namespace oms::http1
