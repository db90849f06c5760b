// Follows one order live: its steps, its payment link, its promised time and its receipt.

import { clock, money, order_path, request, until, web_address } from './api.js';
import { refill } from './basket.js';
import { as_problem, by_id, confirmed, make, say, show_problem } from './dom.js';
import {
  headline, is_over, may_cancel, name_of_state, number_of, ordinal, sentence, short_name, steps_of,
} from './statuses.js';

const query = new URLSearchParams(location.search);
const customer = query.get('customerID') ?? '';
const order_id = query.get('orderID') ?? '';
const path = order_path(customer, order_id);
let shown = null;
let stream = null;
let retry_timer = 0;
let failures = 0;

/** The steps to draw: what has happened, and, while it is under way, what is still to come. */
function plan(order) {
  const at = new Map((order.history ?? []).map((entry) => [entry.status, entry.at]));
  if (!at.has('pending')) at.set('pending', order.createdAt);
  if (!at.has(order.status)) at.set(order.status, order.updatedAt);
  const way = steps_of(order);
  const here = way.findIndex(([status]) => status === order.status);
  const rows = way
    .filter(([status], index) => at.has(status) || (!is_over(order.status) && index > here))
    .map(([status, name]) => ({ status, name, at: at.get(status) }));
  if (order.status === 'cancelled') {
    rows.push({ status: 'cancelled', name: short_name('cancelled'), at: at.get('cancelled') });
  }
  return rows;
}

function step_node({ status, name, at }, order) {
  const now = status === order.status;
  const state = now && !is_over(status) ? 'now' : at ? 'done' : 'next';
  const words = { now: 'current step', done: 'done', next: 'still to come' }[state];
  return make('li', {
    class: `${state} ${status}`, 'data-step': status, 'aria-current': now ? 'step' : null,
  },
  make('span', { class: 'name' }, name),
  make('span', { class: 'unseen' }, `, ${words}`),
  at ? make('time', { datetime: at }, clock(at)) : null);
}

function paint_steps(order) {
  const rows = plan(order);
  const key = JSON.stringify([order.status, rows]);
  if (by_id('steps').dataset.key === key) return;
  by_id('steps').dataset.key = key;
  by_id('steps').replaceChildren(...rows.map((row) => step_node(row, order)));
}

function paint_facts(order) {
  const done = ['ready', 'delivering', 'completed'].includes(order.status);
  const off = order.status === 'cancelled';
  const promised = off ? null : order.promisedAt;
  const late = promised && (order.promiseMissed || new Date(promised) < Date.now());
  const waits = !off && !done && order.queuePosition > 0;
  if (promised) {
    say(by_id('promised'), clock(promised));
    say(by_id('promised_in'), done ? '\u00a0' : late ? 'a little late, sorry' : until(promised));
  }
  if (waits) say(by_id('queue'), ordinal(order.queuePosition));
  by_id('promise_fact').hidden = !promised;
  by_id('queue_fact').hidden = !waits;
  by_id('facts').hidden = !promised && !waits;
}

function paint_actions(order) {
  const link = order.status === 'waiting_payment' && !order.cancelRequested
    ? web_address(order.PaymentLink) : null;
  by_id('pay_link').hidden = !link;
  if (link) by_id('pay_link').href = link;
  else by_id('pay_link').removeAttribute('href');
  // Holds the link's place while the provider makes it, so that nothing moves when it comes.
  by_id('pay_soon').hidden = order.status !== 'pending' || Boolean(order.cancelRequested);
  for (const id of ['pay_soon', 'pay_link']) {
    say(by_id(id), `Pay ${money(order.total, order.currency)}`);
  }
  by_id('cancel').hidden = !may_cancel(order);
  by_id('again').hidden = !is_over(order.status);
  const started = ['preparing', 'ready', 'delivering'].includes(order.status);
  say(by_id('note'), started ? 'The kitchen has started, so it can no longer be cancelled.' : '');
}

function paid_words(order) {
  const words = {
    captured: 'Paid', refunded: 'Refunded', refund_pending: 'Being refunded',
    partially_refunded: 'Partly refunded', authorized: 'Authorized',
  };
  const refunded = ['partially_refunded', 'refund_pending'].includes(order.paymentStatus) && order.refunded
    ? `, ${money(order.refunded, order.currency)}` : '';
  const disputed = order.disputed ? `, ${money(order.disputed, order.currency)} disputed` : '';
  return (words[order.paymentStatus] ?? 'Total') + refunded + disputed;
}

const refund_words = {
  pending: 'Refund under way', succeeded: 'Refunded', failed: 'Refund that did not go through',
};

/** What has gone back, or is about to, with what the shop says of it. */
function refund_lines(order) {
  const told = (order.refunds ?? []).filter(({ status }) => status in refund_words);
  return told.map((refund) => make('li', {},
    make('span', { class: 'what' }, refund_words[refund.status],
      refund.reason ? make('small', {}, ` ${refund.reason}`) : null),
    make('span', { class: 'sum' }, money(-refund.amount, order.currency))));
}

const change_words = {
  under_way: 'Your change is under way.', done: 'Your change is made.',
  failed: 'Your change could not be made.',
};

/** Where it goes, and what the customer wrote. */
function paint_whom(order) {
  const { address, note, fulfilment, revision } = order;
  const place = address
    ? [...address.lines, `${address.postalCode} ${address.city}`.trim(), address.country] : [];
  const way = { delivery: 'Delivery', pickup: 'Pickup' }[fulfilment];
  const facts = [
    [way, fulfilment === 'pickup' ? ['You come for it.'] : place],
    ['Your note', [note]],
    ['Your items', [change_words[revision?.status]]],
  ].map(([name, lines]) => [name, lines.filter(Boolean)]).filter(([name, lines]) => name && lines.length);
  by_id('whom').replaceChildren(...facts.flatMap(([name, lines]) => [
    make('dt', {}, name), ...lines.map((line) => make('dd', {}, line))]));
  by_id('whom').hidden = !facts.length;
}

function paint_receipt(order) {
  by_id('receipt').dataset.known = '';
  say(by_id('placed_at'), `${clock(order.createdAt)} · Order ${number_of(order)}`);
  by_id('receipt_lines').replaceChildren(...order.items.map((item) => make('li', {},
    make('span', { class: 'what' }, item.productName,
      make('small', {}, ` ${item.quantity} × ${money(item.unitPrice, order.currency)}`),
      item.note ? make('small', { class: 'wish' }, item.note) : null),
    make('span', { class: 'sum' }, money(item.unitPrice * item.quantity, order.currency)))));
  say(by_id('receipt_total'), money(order.total, order.currency));
  say(by_id('paid_note'), paid_words(order));
  by_id('receipt_refunds').replaceChildren(...refund_lines(order));
  paint_whom(order);
  say(by_id('whole_id'), order.orderID);
  const sent = (order.notices ?? []).filter((notice) => !notice.status.startsWith('skipped'));
  by_id('notices').replaceChildren(...sent.map((notice) => make('li', {},
    `${notice.channel} “${notice.kind.replaceAll('_', ' ')}”: ${notice.status.replaceAll('_', ' ')}`)));
}

function paint(order) {
  if (!order || (shown && order.version < shown.version)) return;
  if (!shown) by_id('steps').classList.toggle('short', is_over(order.status));
  shown = order;
  by_id('status').dataset.status = order.status;
  say(by_id('status'), headline(order));
  say(by_id('lead'), sentence(order));
  say(by_id('number'), number_of(order));
  document.title = `${name_of_state(order)} · Order ${number_of(order)}`;
  paint_facts(order);
  paint_steps(order);
  paint_actions(order);
  paint_receipt(order);
  show_problem(by_id('problem'), null);
  if (is_over(order.status)) stop();
  // The last notice is sent after the order's end, of which the stream tells no more.
  const is_told = !(order.notices ?? []).some((notice) => notice.status === 'pending');
  if (is_over(order.status) && !is_told) retry_timer = setTimeout(follow, 5000);
}

function stop() {
  clearTimeout(retry_timer);
  stream?.close();
  stream = null;
  say(by_id('link_lost'), '');
}

function retry() {
  failures += 1;
  clearTimeout(retry_timer);
  retry_timer = setTimeout(follow, Math.min(30000, 1000 * 2 ** failures));
}

/** EventSource reconnects by itself after a cut, but not after a refusal: that is done here. */
function lost() {
  say(by_id('link_lost'), 'Connection lost. Trying again…');
  if (stream?.readyState !== EventSource.CLOSED) return;
  stream = null;
  retry();
}

/** Events do not repeat what people have written: that stays as it was read. */
function with_writing(order) {
  const notes = new Map((shown?.items ?? []).map((item) => [item.productID, item.note]));
  const items = order.items.map((item) => ({ note: notes.get(item.productID), ...item }));
  return { address: shown?.address, note: shown?.note, ...order, items };
}

function listen() {
  stream?.close();
  stream = new EventSource(`${path}/stream`);
  stream.addEventListener('open', () => {
    failures = 0;
    say(by_id('link_lost'), '');
  });
  stream.addEventListener('order', (event) => paint(with_writing(JSON.parse(event.data))));
  stream.addEventListener('end', stop);
  stream.addEventListener('error', lost);
}

/** There is no order to follow: says why and leads back to the shop. */
function nothing(title, message) {
  say(by_id('status'), title);
  say(by_id('lead'), message);
  for (const id of ['facts', 'pay_soon', 'pay_link', 'cancel']) by_id(id).hidden = true;
  by_id('again').hidden = false;
  say(by_id('again'), 'Go to the shop');
}

async function follow() {
  if (!customer || !order_id) {
    nothing('Which order?', 'This address names no order. Your orders are listed in the shop.');
    return;
  }
  try {
    paint(await request(path));
    if (!is_over(shown.status)) listen();
  } catch (error) {
    if (!error.passing) {
      stop();
      const missing = error.status === 404;
      nothing(missing ? 'We cannot find this order' : error.title, missing
        ? 'Please check the address, or look at your orders in the shop.' : error.message);
      return;
    }
    if (!shown) show_problem(by_id('problem'), as_problem(error));
    say(by_id('link_lost'), 'Connection lost. Trying again…');
    retry();
  }
}

async function cancel() {
  const paid = ['captured', 'partially_refunded'].includes(shown.paymentStatus);
  say(by_id('cancel_text'), paid ? 'You get your money back.' : 'Nothing will be charged.');
  if (!(await confirmed(by_id('cancel_dialog')))) return;
  by_id('cancel').disabled = true;
  try {
    paint(await request(`${path}/cancel`, { method: 'POST' }));
    if (!is_over(shown.status)) say(by_id('lead'), 'Cancelling it, one moment.');
  } catch (error) {
    const known = error.status === 409
      ? { title: 'Too late to cancel', message: 'The kitchen has already started.', errors: [] }
      : as_problem(error);
    paint(await request(path).catch(() => null));
    show_problem(by_id('problem'), known);
  } finally {
    by_id('cancel').disabled = false;
  }
}

by_id('cancel').addEventListener('click', cancel);
by_id('again').addEventListener('click', () => { if (shown) refill(shown.items); });
setInterval(() => { if (shown) paint_facts(shown); }, 5000);
window.addEventListener('pagehide', stop);
document.addEventListener('visibilitychange', () => {
  if (!document.hidden && shown && !is_over(shown.status)) follow();
});
window.addEventListener('pageshow', (event) => { if (event.persisted) follow(); });
follow();
