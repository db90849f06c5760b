#include "services/notifications/wording.h"

#include <algorithm>
#include <array>
#include <stdexcept>
#include <utility>

#include "base/currency.h"
#include "codec/json_names.h"
#include "services/notifications/template_files.h"

namespace oms::notifications {
namespace {

constexpr std::string_view yes = "yes";

struct Value {
  std::string_view name;
  std::string (*of)(const OrderAnnounced& announced, const Id& order_id);
};

std::string flag(bool is_set) {
  return std::string{is_set ? yes : ""};
}

// An order that has no number goes by its id.
std::string number_text(const OrderAnnounced& announced, const Id& order_id) {
  return announced.order_number > 0 ? std::to_string(announced.order_number) : order_id.text();
}

// Beside these, each reason for a cancellation is a flag by its name.
constexpr std::array<Value, 10> values{
    {{"number", number_text},
     {"name", [](const auto& announced, const auto&) { return announced.customer.name; }},
     {"summary", [](const auto& announced, const auto&) { return announced.summary; }},
     {"total", [](const auto& announced,
                  const auto&) { return money_text(announced.total, announced.currency); }},
     {"address",
      [](const auto& announced, const auto&) { return address_text(announced.address); }},
     {"note", [](const auto& announced, const auto&) { return announced.note; }},
     {"cooked", [](const auto& announced, const auto&) { return flag(announced.is_cooked); }},
     {"goods", [](const auto& announced, const auto&) { return flag(!announced.is_cooked); }},
     {"pickup", [](const auto& announced,
                   const auto&) { return flag(announced.fulfilment == Fulfilment::pickup); }},
     {"delivery", [](const auto& announced, const auto&) {
        return flag(announced.fulfilment == Fulfilment::delivery);
      }}}};

constexpr std::size_t total_value = 3;

std::vector<std::string> values_of(const OrderAnnounced& announced, const Id& order_id) {
  std::vector<std::string> all;
  all.reserve(value_names().size());
  for (const auto& value : values) all.push_back(value.of(announced, order_id));
  for (const auto& [reason, name] : json::enumerators<Reason>) {
    const bool is_it = announced.kind == NoticeKind::cancelled && announced.reason == reason;
    all.push_back(flag(is_it));
  }
  return all;
}

bool writes_decimal_comma(std::string_view language) {
  constexpr std::array<std::string_view, 12> with_comma{"cs", "da", "de", "es", "fi", "fr",
                                                        "it", "nl", "no", "pl", "pt", "sv"};
  return std::ranges::find(with_comma, language.substr(0, 2)) != with_comma.end();
}

Result<Template> read_template(const std::string& path, Escaping escaping,
                               const Wordings::Find& find) {
  const auto parsed_from = [&](std::string_view text) {
    auto parsed = Template::parse(text, value_names(), escaping);
    if (!parsed) parsed.error().detail.insert(0, "the template " + path + ", ");
    return parsed;
  };
  if (const auto other = find ? find(path) : std::nullopt) return parsed_from(*other);
  const auto files = template_files();
  const auto built_in = std::ranges::find(files, path, &TemplateFile::path);
  if (built_in != files.end()) return parsed_from(built_in->text);
  std::string known;
  for (const auto language : languages()) known.append(known.empty() ? "" : ", ").append(language);
  return fail(ErrorKind::invalid, "there is no template " + path +
                                      ": write one into the folder of "
                                      "templates, or take a language that has them: " +
                                      known);
}

// Without line ends, which an editor leaves behind the last line.
void cut_end(std::string& text) {
  while (text.ends_with('\n') || text.ends_with('\r')) text.pop_back();
}

// Takes the first line off.
std::string take_subject(std::string& text) {
  constexpr std::string_view mark = "Subject:";
  const auto end = std::min(text.find('\n'), text.size());
  auto subject = text.substr(std::min(mark.size(), end), end - std::min(mark.size(), end));
  text.erase(0, std::min(end + 1, text.size()));
  while (text.starts_with('\n') || text.starts_with("\r\n")) {
    text.erase(0, text.starts_with('\n') ? 1 : 2);
  }
  cut_end(subject);
  subject.erase(0, std::min(subject.find_first_not_of(' '), subject.size()));
  return subject;
}

// Whatever is true of the order, it must begin with the subject.
Result<void> check_subject(const Template& text, NoticeKind kind, const std::string& path) {
  for (const auto fulfilment : {Fulfilment::delivery, Fulfilment::pickup}) {
    for (const bool is_cooked : {true, false}) {
      const OrderAnnounced sample{.kind = kind, .fulfilment = fulfilment, .is_cooked = is_cooked};
      if (text.render(values_of(sample, Id{})).starts_with("Subject: ")) continue;
      return fail(ErrorKind::invalid, "the template " + path +
                                          " must begin with a line such as \"Subject: Order "
                                          "{{number}}\", for meals and goods, delivery and pickup");
    }
  }
  return {};
}

}  // namespace

std::vector<std::string_view> languages() {
  std::vector<std::string_view> found;
  for (const auto& file : template_files()) {
    const auto language = file.path.substr(0, file.path.find('/'));
    if (std::ranges::find(found, language) == found.end()) found.push_back(language);
  }
  std::ranges::sort(found);
  return found;
}

std::span<const std::string_view> value_names() {
  static const auto names = [] {
    std::vector<std::string_view> all;
    for (const auto& value : values) all.push_back(value.name);
    for (const auto& [reason, name] : json::enumerators<Reason>) all.push_back(name);
    return all;
  }();
  return names;
}

Result<Wordings> Wordings::read(std::string_view language, const Find& find) {
  Wordings wordings;
  wordings.has_decimal_comma_ = writes_decimal_comma(language);
  for (const auto& [kind, name] : json::enumerators<NoticeKind>) {
    std::string path{language};
    path.append("/").append(name);
    OMS_TRY(auto text, read_template(path + ".txt", Escaping::none, find));
    OMS_CHECK(check_subject(text, kind, path + ".txt"));
    OMS_TRY(auto html, read_template(path + ".html", Escaping::html, find));
    wordings.kinds_.push_back({.text = std::move(text), .html = std::move(html)});
  }
  return wordings;
}

const std::shared_ptr<const Wordings>& Wordings::english() {
  static const auto built_in = [] {
    auto wordings = read("en");
    if (!wordings) throw std::logic_error(wordings.error().detail);
    return std::make_shared<const Wordings>(*std::move(wordings));
  }();
  return built_in;
}

Wording Wordings::of(const OrderAnnounced& announced, const Id& order_id, bool with_html) const {
  auto filled = values_of(announced, order_id);
  if (has_decimal_comma_) std::ranges::replace(filled[total_value], '.', ',');
  const auto& kind = kinds_.at(static_cast<std::size_t>(announced.kind));
  Wording wording{.text = kind.text.render(filled)};
  wording.subject = take_subject(wording.text);
  cut_end(wording.text);
  if (with_html) wording.html = kind.html.render(filled);
  return wording;
}

std::string money_text(MinorUnits amount, std::string_view currency) {
  std::string code{currency};
  std::ranges::transform(code, code.begin(), [](char c) {
    return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  });
  return amount_text(amount, currency) + " " + code;
}

std::string address_text(const Address& address) {
  std::string text;
  const auto add = [&](std::string_view part, std::string_view separator) {
    if (part.empty()) return;
    if (!text.empty()) text.append(separator);
    text.append(part);
  };
  for (const auto& line : address.lines) add(line, ", ");
  add(address.postal_code, ", ");
  add(address.city, address.postal_code.empty() ? ", " : " ");
  add(address.country, ", ");
  return text;
}

}  // namespace oms::notifications
