#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "messages/notifications.h"
#include "services/notifications/template.h"

namespace oms::notifications {

struct Wording {
  std::string subject;
  std::string text;  // of an email, and of an SMS
  std::string html;  // the same as a page; empty where none was asked for
};

// What the customer reads, in one language: of each kind of notice a template of its text, whose
// first line is "Subject: …" with an empty line after it, and one of its HTML. Any thread.
class Wordings {
 public:
  // The text of a template that stands for the built-in one; none: it stays.
  using Find = std::function<std::optional<std::string>(std::string_view path)>;

  // `language` as the folders of templates/ are called: "en". Errors: invalid, for a language that
  // there is not, or a template that cannot be read.
  static Result<Wordings> read(std::string_view language, const Find& find = {});

  // The built-in ones in English.
  static const std::shared_ptr<const Wordings>& english();

  Wording of(const OrderAnnounced& announced, const Id& order_id, bool with_html = false) const;

 private:
  struct Pair {
    Template text;
    Template html;
  };

  std::vector<Pair> kinds_;  // by NoticeKind
  bool has_decimal_comma_ = false;
};

// That have templates built in: "de", "en".
std::vector<std::string_view> languages();

// What templates can say, in the order of `Template::parse`.
std::span<const std::string_view> value_names();

// "Ring 1, 89073 Ulm, Germany"; empty: there is none
std::string address_text(const Address& address);

// "9.00 USD", "900 JPY"
std::string money_text(MinorUnits amount, std::string_view currency);

}  // namespace oms::notifications
