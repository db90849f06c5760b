// The dialog in which the operator says what goes back of an order.

import { minor_units, money } from './api.js';
import { by_id, confirmed, make, say } from './dom.js';

/** Whether money can be given back: the rest is the server's to say. */
export const may_refund = (order) =>
  ['captured', 'partially_refunded'].includes(order.paymentStatus)
  && !['pending', 'waiting_payment'].includes(order.status) && !order.cancelRequested;

const ways = ['items', 'amount', 'everything'];

function paint(way) {
  for (const each of ways) by_id(`refund_by_${each}`).hidden = each !== way;
}

by_id('refund_way').addEventListener('change', (event) => paint(event.target.value));

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
  paint('items');
  return (await confirmed(by_id('refund'))) ? body_of(order) : null;
}
