// Where the payment page sends those who did not pay: the order still waits, for a while.

import { follow_url, money, order_path, request, web_address } from './api.js';
import { by_id, say } from './dom.js';
import { decline_words, headline, is_over, sentence, number_of } from './statuses.js';

const query = new URLSearchParams(location.search);
const path = order_path(query.get('customerID') ?? '', query.get('orderID') ?? '');

function paint(order) {
  by_id('status').dataset.status = order.status;
  say(by_id('number'), number_of(order));
  by_id('follow_link').href = follow_url(order);
  say(by_id('follow_link'), 'See the order');
  const link = order.status === 'waiting_payment' ? web_address(order.PaymentLink) : null;
  by_id('pay_link').hidden = !link;
  if (link) {
    by_id('pay_link').href = link;
    say(by_id('pay_link'), `Try again: pay ${money(order.total, order.currency)}`);
    say(by_id('lead'), `${decline_words(order)} Nothing was charged. `.trimStart() + 'Your items stay set aside for a short while, '
      + 'so you can still pay, or see the order and cancel it.');
    return;
  }
  say(by_id('status'), headline(order));
  say(by_id('lead'), sentence(order));
}

/** A decline is told a moment later, so the page looks again until it knows. */
async function look(times) {
  try {
    const order = await request(path);
    paint(order);
    if (times > 1 && !is_over(order.status)) setTimeout(() => look(times - 1), 2000);
  } catch (error) {
    say(by_id('lead'), error.status === 404
      ? 'Nothing was charged. We cannot find this order; perhaps the address is incomplete.'
      : error.message);
  }
}

look(30);
