// The charts under /operator.html#health, in a real browser.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/browser.h"
#include "tests/support/server_process.h"

namespace oms::testing {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

class HealthPage : public ::testing::Test {
 protected:
  void SetUp() override {
    if (!Browser::is_there()) GTEST_SKIP() << "it needs Chromium";
  }
  static void sign_in(const ServerProcess& server, Browser& browser) {
    browser.open(server.url() + "/operator.html");
    browser.evaluate("sessionStorage.setItem('oms.operator', '\"" + server.token() + "\"')");
    browser.open(server.url() + "/operator.html#health");
    browser.evaluate("location.reload()");
  }
  static std::string text_of(Browser& browser, const std::string& selector) {
    return browser.evaluate("document.querySelector('" + selector + "').textContent");
  }
};

TEST_F(HealthPage, DrawsWhatTheShopDoes) {
  ServerProcess server;
  place(server, "c1", "1");
  Browser browser;
  sign_in(server, browser);
  ASSERT_TRUE(browser.await("!!document.querySelector('#steps tr')"));
  EXPECT_THAT(text_of(browser, "#steps tr"), AllOf(HasSubstr("food"), HasSubstr("1")));
  ASSERT_TRUE(browser.await("!!document.querySelector('.course')?.getAttribute('points')"));
  place(server, "c1", "1");
  ASSERT_TRUE(browser.await(
      "!!document.querySelector('.chart svg').getAttribute('aria-label')?.includes('now')"));
  EXPECT_THAT(text_of(browser, "#processes"), AllOf(HasSubstr("gateway"), HasSubstr("orders")));
  EXPECT_EQ(text_of(browser, "#health_letters"), "No dead letters");
  EXPECT_EQ(browser.evaluate("getComputedStyle(document.querySelector('#orders_table')"
                             ".closest('section')).display"),
            "none");
  EXPECT_EQ(browser.evaluate("[...document.querySelectorAll('*')].filter(e => "
                             "e.getBoundingClientRect().right > innerWidth + 1).length"),
            "0")
      << "it fits on a phone";
}

TEST_F(HealthPage, GoesBackToTheWork) {
  ServerProcess server;
  Browser browser;
  sign_in(server, browser);
  ASSERT_TRUE(browser.await("document.body.dataset.view === 'health'"));
  browser.evaluate("document.querySelector('.to_work').click()");
  ASSERT_TRUE(browser.await("document.body.dataset.view === 'work'"));
  EXPECT_EQ(browser.evaluate("getComputedStyle(document.querySelector('#health')).display"),
            "none");
}

}  // namespace
}  // namespace oms::testing
