#include <gtest/gtest.h>

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
  browser.evaluate("document.querySelector('#place').click()");
  ASSERT_TRUE(browser.await("location.pathname === '/success.html'"));
  ASSERT_TRUE(browser.await("!document.querySelector('#pay_link').hidden"));
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
  browser.evaluate("document.querySelector('#decline').click()");
  const auto ended = await_status(server, "c1", order, "cancelled");
  EXPECT_EQ(field(ended, "reason"), "payment_failed");
  browser.open(server.url() + "/success.html?customerID=c1&orderID=" + order);
  EXPECT_TRUE(browser.await("document.querySelector('#status').dataset.status === 'cancelled'"));
}

// The link takes another card for as long as the shop has not closed it.
TEST_F(Pages, TheCheckoutNoticesThatTheLinkIsClosedAfterADecline) {
  ServerProcess server{{"--simulated-delay", "300ms"}};
  Browser browser;
  const auto order = open_checkout(server, browser);
  browser.evaluate("document.querySelector('[name=card][value*=\"0002\"]').click()");
  browser.evaluate("document.querySelector('#pay').click()");
  EXPECT_TRUE(browser.await("!document.querySelector('#after').hidden"));
  EXPECT_EQ(field(await_status(server, "c1", order, "cancelled"), "reason"), "payment_failed");
}

TEST_F(Pages, TheShopWorksByKeyboardAlone) {
  ServerProcess server;
  Browser browser;
  browser.open(server.url() + "/");
  ASSERT_TRUE(browser.await("!!document.querySelector('[data-product=\"1\"] .add')"));
  const auto tab_to = [&](const std::string& selector) {
    for (int i = 0; i < 200; ++i) {
      if (browser.evaluate("document.activeElement.matches('" + selector + "')") == "true") {
        return true;
      }
      browser.press("Tab");
    }
    return false;
  };
  ASSERT_TRUE(tab_to(".add"));
  browser.press("Enter");
  ASSERT_TRUE(browser.await("!!document.querySelector('#basket_lines [data-line]')"));
  ASSERT_TRUE(tab_to("#place"));
  browser.press("Enter");
  EXPECT_TRUE(browser.await("location.pathname === '/success.html'"));
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

}  // namespace
}  // namespace oms::testing
