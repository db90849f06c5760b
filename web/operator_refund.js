// The dialog in which the operator says what goes back of an order.

import { minor_units, money } from './api.js';
import { by_id, confirmed, make, say } from './dom.js';

/** Whether money can be given back: the rest is the server's to say. */
export const may_refund = (order) =>
  ['captured', 'partially_refunded'].includes(order.paymentStatus)
  && !['pending', 'waiting_payment'].includes(order.status) && !order.cancelRequested;

const ways = ['items', 'amount', 'everything'];

let currency = 'usd';  // of the order that the dialog is about

/** Only the fields of the chosen way are shown and checked. */
function paint(way) {
  for (const each of ways) {
    by_id(`refund_by_${each}`).hidden = each !== way;
    by_id(`refund_by_${each}`).disabled = each !== way;
  }
}

/** Tells the browser what is missing or wrong; it shows that at the field, and keeps the dialog open. */
function check() {
  const amount = by_id('refund_amount');
  const is_good = minor_units(amount.value, currency) > 0;
  amount.setCustomValidity(is_good ? '' : `Write an amount such as ${money(450, currency)}, in digits only.`);
  const counts = [...by_id('refund_items').querySelectorAll('[data-field=quantity]')];
  const has_some = counts.some(({ value }) => Number(value) > 0);
  counts[0]?.setCustomValidity(has_some ? '' : 'Say how many of which item.');
  const reason = by_id('refund_reason');
  reason.setCustomValidity(reason.value.trim() ? '' : 'Give a reason; the customer sees it.');
}

by_id('refund_way').addEventListener('change', (event) => paint(event.target.value));
by_id('refund_form').addEventListener('input', check);

function item_row(item, index) {
  const line = index + 1;
  const label = `How many of ${item.productName}`;
  return make('li', { 'data-line': line },
    make('label', {}, `${item.productName} `,
      make('input', {
        type: 'number', min: 0, max: item.quantity, value: 0, 'aria-label': label, 'data-field': 'quantity',
      }), ` of ${item.quantity}`),
    make('label', {}, make('input', { type: 'checkbox', 'data-field': 'returned' }), ' back on the shelf'));
}

/** The request's body, as far as the dialog has one. */
function body_of(order) {
  const reason = by_id('refund_reason').value.trim();
  const way = by_id('refund_way').value;
  if (way === 'everything') return { everything: true, returned: by_id('refund_returned').checked, reason };
  if (way === 'amount') return { amount: minor_units(by_id('refund_amount').value, order.currency), reason };
  const items = [...by_id('refund_items').children].map((row) => ({
    line: Number(row.dataset.line),
    quantity: Number(row.querySelector('[data-field=quantity]').value),
    returned: row.querySelector('[data-field=returned]').checked,
  }));
  return { items: items.filter(({ quantity }) => quantity > 0), reason };
}

/** Asks what to refund; resolves to the request's body, or to null if nothing is. */
export async function ask_refund(order, title) {
  say(by_id('refund_title'), title);
  const gone = order.refunded ? `, ${money(order.refunded, order.currency)} of it refunded` : '';
  say(by_id('refund_paid'), `${money(order.total, order.currency)} paid${gone}.`);
  by_id('refund_items').replaceChildren(...order.items.map(item_row));
  by_id('refund_amount').value = '';
  by_id('refund_reason').value = '';
  by_id('refund_returned').checked = false;
  by_id('refund_way').value = 'items';
  currency = order.currency;
  paint('items');
  check();
  return (await confirmed(by_id('refund'))) ? body_of(order) : null;
}
