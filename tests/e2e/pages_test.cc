#include <gtest/gtest.h>

#include <optional>

#include "tests/support/browser.h"
#include "tests/support/server_process.h"

namespace oms::testing {
namespace {

class Pages : public ::testing::Test {
 protected:
  void SetUp() override {
    if (!Browser::is_there()) GTEST_SKIP() << "Chromium is not installed";
  }
};

TEST_F(Pages, AMealIsOrderedPaidAndFollowedToTheDoor) {
  ServerProcess server{{"--kitchen-time", "200ms", "--delivery-time", "200ms"}};
  Browser browser;
  browser.open(server.url() + "/");
  ASSERT_TRUE(browser.await("!!document.querySelector('[data-product=\"1\"] .add')"));
  browser.evaluate("document.querySelector('[data-product=\"1\"] .add').click()");
  ASSERT_TRUE(browser.await("!!document.querySelector('#basket_lines [data-line=\"1\"]')"));
  browser.evaluate("document.querySelector('#street').value = '12 High Street'");
  browser.evaluate("document.querySelector('#city').value = 'London'");
  browser.evaluate("document.querySelector('#wish').value = 'Ring twice'");
  browser.evaluate(
      "(wish => { wish.value = 'No onions'; wish.dispatchEvent(new Event('input')); })"
      "(document.querySelector('#basket_lines .wish'))");
  browser.evaluate("document.querySelector('#place').click()");
  ASSERT_TRUE(browser.await("location.pathname === '/success.html'"));
  ASSERT_TRUE(browser.await("!document.querySelector('#pay_link').hidden"));
  const auto receipt = browser.evaluate("document.querySelector('#receipt').innerText");
  for (const auto* written : {"Delivery", "12 High Street", "London", "Ring twice", "No onions"}) {
    EXPECT_TRUE(receipt.contains(written)) << written << " in " << receipt;
  }
  browser.evaluate("document.querySelector('#pay_link').click()");
  ASSERT_TRUE(browser.await("location.pathname.startsWith('/checkout/')"));
  ASSERT_TRUE(browser.await("!document.querySelector('#pay').disabled"));
  browser.evaluate("document.querySelector('#pay').click()");
  ASSERT_TRUE(browser.await("location.pathname === '/success.html'"));
  EXPECT_TRUE(browser.await("document.querySelector('#status').dataset.status === 'completed'"));
}

// Orders something and opens the page that takes its payment; the order's id.
std::string open_checkout(const ServerProcess& server, Browser& browser) {
  auto order = place(server, "c1", "1");
  browser.open(server.url() + link_path(await_status(server, "c1", order, "waiting_payment")));
  EXPECT_TRUE(
      browser.await("!!document.querySelector('#pay') && "
                    "!document.querySelector('#pay').disabled"));
  return order;
}

TEST_F(Pages, ADeclinedCardIsToldKindly) {
  ServerProcess server;
  Browser browser;
  const auto order = open_checkout(server, browser);
  browser.evaluate("document.querySelector('[name=card][value*=\"9995\"]').click()");
  browser.evaluate("document.querySelector('#pay').click()");
  EXPECT_TRUE(browser.await(
      "document.querySelector('#problem').textContent.includes('insufficient funds')"));
  browser.evaluate("document.querySelector('[name=card][value*=\"4242\"]').click()");
  EXPECT_TRUE(browser.await("!document.querySelector('#pay').disabled"));
  browser.evaluate("document.querySelector('#pay').click()");
  await_status(server, "c1", order, "completed");
}

TEST_F(Pages, OrderAgainRefillsTheBasket) {
  ServerProcess server;
  Browser browser;
  const auto order = place(server, "c1", "1");
  await_status(server, "c1", order, "waiting_payment");
  server.send("POST", "/api/customers/c1/orders/" + order + "/cancel");
  browser.open(server.url() + "/success.html?customerID=c1&orderID=" + order);
  ASSERT_TRUE(browser.await("!document.querySelector('#again').hidden"));
  browser.evaluate("document.querySelector('#again').click()");
  EXPECT_TRUE(browser.await("!!document.querySelector('#basket_lines [data-line=\"1\"]')"));
}

// The link takes another card for as long as the shop has not closed it.
TEST_F(Pages, TheCheckoutNoticesThatTheLinkIsClosedAfterFiveDeclines) {
  ServerProcess server{{"--simulated-delay", "300ms"}};
  Browser browser;
  const auto order = open_checkout(server, browser);
  const auto link = link_path(await_status(server, "c1", order, "waiting_payment"));
  for (int i = 0; i < 4; ++i) server.send("POST", link + "/decline");
  browser.evaluate("document.querySelector('[name=card][value*=\"0002\"]').click()");
  browser.evaluate("document.querySelector('#pay').click()");
  EXPECT_TRUE(browser.await("!document.querySelector('#after').hidden"));
  EXPECT_EQ(field(await_status(server, "c1", order, "cancelled"), "reason"), "payment_failed");
}

bool tab_to(Browser& browser, const std::string& selector) {
  for (int i = 0; i < 200; ++i) {
    if (browser.evaluate("document.activeElement.matches('" + selector + "')") == "true") {
      return true;
    }
    browser.press("Tab");
  }
  return false;
}

TEST_F(Pages, TheShopWorksByKeyboardAlone) {
  ServerProcess server;
  Browser browser;
  browser.open(server.url() + "/");
  ASSERT_TRUE(browser.await("!!document.querySelector('[data-product=\"1\"] .add')"));
  ASSERT_TRUE(tab_to(browser, ".add"));
  browser.press("Enter");
  ASSERT_TRUE(browser.await("!!document.querySelector('#basket_lines [data-line]')"));
  ASSERT_TRUE(tab_to(browser, "#delivery"));
  browser.press("ArrowRight");
  ASSERT_TRUE(browser.await("document.querySelector('#address').hidden"));
  ASSERT_TRUE(tab_to(browser, "#place"));
  browser.press("Enter");
  EXPECT_TRUE(browser.await("location.pathname === '/success.html'"));
}

TEST_F(Pages, ADeliveryNeedsToKnowWhere) {
  ServerProcess server;
  Browser browser;
  browser.open(server.url() + "/");
  ASSERT_TRUE(browser.await("!!document.querySelector('[data-product=\"1\"] .add')"));
  browser.evaluate("document.querySelector('[data-product=\"1\"] .add').click()");
  ASSERT_TRUE(browser.await("!document.querySelector('#place').disabled"));
  browser.evaluate("document.querySelector('#place').click()");
  EXPECT_EQ(browser.evaluate("document.activeElement.id"), "street");
  EXPECT_EQ(field(server.send("GET", "/api/admin/orders", {}, true).body, "orderID"), "");
}

TEST_F(Pages, FetchNothingFromAnotherHost) {
  ServerProcess server;
  Browser browser;
  for (const auto* page : {"/", "/success.html", "/cancel.html", "/operator.html"}) {
    browser.open(server.url() + page);
    EXPECT_EQ(browser.evaluate("performance.getEntriesByType('resource')"
                               ".filter(r => !r.name.startsWith(location.origin)).length"),
              "0")
        << page;
  }
}

std::string text_of(Browser& browser, const std::string& selector) {
  return browser.evaluate("document.querySelector('" + selector + "').textContent");
}

// Signs the operator in, and waits until the orders are there.
void open_console(const ServerProcess& server, Browser& browser) {
  browser.open(server.url() + "/operator.html");
  browser.evaluate("sessionStorage.setItem('oms.operator', '\"" + server.token() + "\"')");
  browser.open(server.url() + "/operator.html");
  ASSERT_TRUE(browser.await("document.querySelector('#live').dataset.state === 'live'"));
  ASSERT_TRUE(browser.await("!!document.querySelector('#stock tr')"));
}

TEST_F(Pages, AnOrderIsCalledByTheSameShortNumberEverywhere) {
  ServerProcess server{{"--kitchen", "manual"}};
  Browser browser;
  place(server, "c1", "1");
  const auto order = open_checkout(server, browser);
  browser.evaluate("document.querySelector('#pay').click()");
  ASSERT_TRUE(browser.await("location.pathname === '/success.html'"));
  ASSERT_TRUE(browser.await("document.querySelector('#status').dataset.status === 'paid'"));
  EXPECT_EQ(text_of(browser, "#number"), "2");
  EXPECT_TRUE(text_of(browser, "#placed_at").ends_with("Order 2"));
  open_console(server, browser);
  const auto row = "#orders [data-order=\"" + order + "\"]";
  ASSERT_TRUE(browser.await("!!document.querySelector('#tickets h3')"));
  EXPECT_EQ(text_of(browser, "#tickets h3"), "2");
  EXPECT_EQ(text_of(browser, row + " th"), "2");
  browser.evaluate(
      "(i => { i.value = '1'; i.dispatchEvent(new Event('input')); })"
      "(document.querySelector('#find_order'))");
  EXPECT_TRUE(browser.await("document.querySelectorAll('#orders tr').length === 1"));
  EXPECT_EQ(text_of(browser, "#orders th"), "1");
}

// Writes into a field of the page.
void fill(Browser& browser, const std::string& selector, const std::string& text,
          const std::string& event = "input") {
  browser.evaluate("(f => { f.value = '" + text + "'; f.dispatchEvent(new Event('" + event +
                   "', { bubbles: true })); })(document.querySelector('" + selector + "'))");
}

class Refunds : public Pages {
 protected:
  void SetUp() override {
    Pages::SetUp();
    if (IsSkipped()) return;
    server_.emplace();
    browser_.emplace();
    order_ = open_checkout(*server_, *browser_);
    browser_->evaluate("document.querySelector('#pay').click()");
    await_status(*server_, "c1", order_, "completed");
    open_console(*server_, *browser_);
    ASSERT_TRUE(browser_->await("!!document.querySelector('[data-act=refund]')"));
  }
  bool is_open() { return browser_->evaluate("document.querySelector('#refund').open") == "true"; }
  std::string shown(const std::string& name) {
    return field(server_->send("GET", "/api/customers/c1/orders/" + order_).body, name);
  }

  std::optional<ServerProcess> server_;
  std::optional<Browser> browser_;
  std::string order_;
};

TEST_F(Refunds, AreMadeByKeyboardOnAPhone) {
  ASSERT_TRUE(tab_to(*browser_, "[data-act=refund]"));
  browser_->press("Enter");
  ASSERT_TRUE(is_open());
  EXPECT_EQ(browser_->evaluate("(box => box.left >= 0 && box.right <= innerWidth && "
                               "box.top >= 0 && box.bottom <= innerHeight)"
                               "(document.querySelector('#refund').getBoundingClientRect())"),
            "true");
  fill(*browser_, "[data-field=quantity]", "1");
  fill(*browser_, "#refund_reason", "It was cold");
  ASSERT_TRUE(tab_to(*browser_, "#refund_yes"));
  browser_->press("Enter");
  EXPECT_TRUE(browser_->await(
      "document.querySelector('#orders .payment').textContent.startsWith('refunded')"));
  EXPECT_FALSE(is_open());
  EXPECT_EQ(shown("paymentStatus"), "refunded");
}

TEST_F(Refunds, OfAnAmountAreShownToTheCustomerWithTheReason) {
  browser_->evaluate("document.querySelector('[data-act=refund]').click()");
  fill(*browser_, "#refund_way", "amount", "change");
  fill(*browser_, "#refund_amount", "1,5");
  fill(*browser_, "#refund_reason", "It was cold");
  browser_->evaluate("document.querySelector('#refund_yes').click()");
  ASSERT_TRUE(browser_->await(
      "document.querySelector('#orders .payment').textContent.startsWith('partially refunded')"));
  EXPECT_EQ(shown("refunded"), "150");
  browser_->open(server_->url() + "/success.html?customerID=c1&orderID=" + order_);
  EXPECT_TRUE(browser_->await(
      "document.querySelector('#receipt_refunds').textContent === 'Refunded It was cold-$1.50'"))
      << text_of(*browser_, "#receipt_refunds");
}

TEST_F(Refunds, WaitForWhatIsMissing) {
  browser_->evaluate("document.querySelector('[data-act=refund]').click()");
  const auto try_it = [&] { browser_->evaluate("document.querySelector('#refund_yes').click()"); };
  try_it();
  EXPECT_TRUE(is_open()) << "no item is chosen";
  fill(*browser_, "[data-field=quantity]", "1");
  try_it();
  EXPECT_TRUE(is_open()) << "there is no reason";
  fill(*browser_, "#refund_reason", "It was cold");
  fill(*browser_, "#refund_way", "amount", "change");
  for (const auto* amount : {"", "0", "4.505", "1e2", "1.234,5", "four"}) {
    fill(*browser_, "#refund_amount", amount);
    try_it();
    EXPECT_TRUE(is_open()) << amount;
  }
  browser_->evaluate("document.querySelector('#refund [value=no]').click()");
  EXPECT_FALSE(is_open());
  EXPECT_EQ(shown("paymentStatus"), "captured");
}

TEST_F(Pages, TheBasketStaysInSightOnADesktop) {
  ServerProcess server;
  Browser browser{1366, 600};
  browser.open(server.url() + "/");
  ASSERT_TRUE(browser.await("!!document.querySelector('[data-product=\"1\"] .add')"));
  browser.evaluate("document.querySelector('[data-product=\"1\"] .add').click()");
  browser.evaluate("document.querySelector('.first').style.minHeight = '3000px'");
  browser.evaluate("window.scrollTo({ top: 1500, behavior: 'instant' })");
  ASSERT_TRUE(browser.await("window.scrollY > 1000"));
  EXPECT_TRUE(
      browser.await("(box => box.top >= 0 && box.bottom <= innerHeight)"
                    "(document.querySelector('#place').getBoundingClientRect())"));
}

TEST_F(Pages, OnAPhoneTheSearchComesFirstAndTheBasketIsOneTapAway) {
  ServerProcess server;
  Browser browser;
  browser.open(server.url() + "/");
  ASSERT_TRUE(browser.await("!!document.querySelector('[data-product=\"1\"] .add')"));
  browser.evaluate("document.querySelector('[data-product=\"1\"] .add').click()");
  EXPECT_EQ(browser.evaluate("document.querySelector('#find').getBoundingClientRect().bottom < "
                             "document.querySelector('.card').getBoundingClientRect().top"),
            "true");
  EXPECT_TRUE(
      browser.await("(box => box.top > 0 && box.bottom <= innerHeight)"
                    "(document.querySelector('#dock').getBoundingClientRect())"));
  browser.evaluate("window.scrollTo({ top: 900, behavior: 'instant' })");
  EXPECT_TRUE(browser.await("document.querySelector('#find').getBoundingClientRect().top >= 0"))
      << "and stays there";
}

TEST_F(Pages, ADishIsFoundWithoutItsAccents) {
  ServerProcess server;
  const auto* dish = R"({"name":"Tiramisù Smør","price":500,"onHand":5})";
  ASSERT_EQ(server.send("PUT", "/api/admin/stock/t", dish, true).status, 200);
  Browser browser;
  browser.open(server.url() + "/");
  ASSERT_TRUE(browser.await("!!document.querySelector('[data-product=\"t\"]')"));
  for (const auto* words : {"tiramisu", "Tiramisù", "SMOR"}) {
    browser.evaluate(std::string{"(i => { i.value = '"} + words +
                     "'; i.dispatchEvent(new Event('input')); })(document.querySelector('#find'))");
    EXPECT_EQ(browser.evaluate("document.querySelector('[data-product=\"t\"]').hidden"), "false")
        << words;
  }
  EXPECT_EQ(browser.evaluate("document.querySelector('[data-product=\"1\"]').hidden"), "true");
}

TEST_F(Pages, TheOperatorsTablesFitAPhoneAndATablet) {
  ServerProcess server;
  const auto* dish = R"({"name":"Pizza with everything that was left over from yesterday",)"
                     R"("price":123456789,"onHand":1000000})";
  ASSERT_EQ(server.send("PUT", "/api/admin/stock/1", dish, true).status, 200);
  for (int i = 0; i < 2; ++i) place(server, "c1", "1", 7);
  for (const int width : {390, 768, 1024}) {
    Browser browser{width, 900};
    open_console(server, browser);
    ASSERT_TRUE(browser.await("document.querySelectorAll('#orders tr').length === 2"));
    EXPECT_EQ(browser.evaluate("[document.documentElement, ...document.querySelectorAll('.scroll')]"
                               ".every((box) => box.scrollWidth <= box.clientWidth)"),
              "true")
        << width;
  }
}

TEST_F(Pages, TheOperatorIsNotToldOfALostConnectionOnceItIsBack) {
  ServerProcess server;
  Browser browser;
  open_console(server, browser);
  browser.evaluate("window.kept = fetch, window.fetch = () => Promise.reject(new TypeError())");
  const auto look = [&] {
    browser.evaluate("document.querySelector('#filter').dispatchEvent(new Event('change'))");
  };
  look();
  ASSERT_TRUE(browser.await("!document.querySelector('#problem').hidden"));
  EXPECT_TRUE(text_of(browser, "#problem").starts_with("No connection"));
  browser.evaluate("window.fetch = window.kept");
  look();
  EXPECT_TRUE(browser.await("document.querySelector('#problem').hidden"));
}

TEST_F(Pages, AnOrderSaysNothingOfAPromiseThatNobodyHasMade) {
  ServerProcess server;
  Browser browser;
  const auto order = place(server, "c1", "1");
  browser.open(server.url() + "/success.html?customerID=c1&orderID=" + order);
  ASSERT_TRUE(browser.await("document.querySelector('#status').dataset.status !== ''"));
  EXPECT_EQ(browser.evaluate("document.querySelector('#facts').hidden"), "true");
}

// A user of a screen reader goes from landmark to landmark by their names.
TEST_F(Pages, EveryLandmarkHasANameOfItsOwn) {
  ServerProcess server;
  Browser browser;
  open_console(server, browser);
  const auto* names =
      "(names => names.length === new Set(names).size)"
      "([...document.querySelectorAll('section[aria-labelledby], [role=region], nav, aside')]"
      ".map((box) => box.getAttribute('aria-label') ?? box.getAttribute('aria-labelledby')))";
  EXPECT_EQ(browser.evaluate(names), "true");
  browser.open(server.url() + "/");
  EXPECT_EQ(browser.evaluate(names), "true");
  EXPECT_EQ(browser.evaluate("!!document.querySelector('#dock').closest('nav')"), "true");
}

}  // namespace
}  // namespace oms::testing
