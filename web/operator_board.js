// The slips of the board: what the cooks cook and for whom, and what can be done by hand.

import { clock } from './api.js';
import { make } from './dom.js';
import { number_of, short_name } from './statuses.js';

const accept = ['Accept', 'tickets', 'accept'];
const reject = ['Reject', 'tickets', 'reject', 'The customer gets the money back and the order ends.'];

/** What can be done by hand in each state: [label, path, verb, question to ask first]. */
const by_hand = {
  paid: [accept, reject],
  preparing: [['Ready', 'tickets', 'ready']],
  ready: [['Send out', 'deliveries', 'dispatch']],
  delivering: [
    ['Delivered', 'deliveries', 'deliver'],
    ['Failed', 'deliveries', 'fail', 'The delivery counts as failed; it is tried again or refunded.'],
  ],
};

export const board_states = Object.keys(by_hand);

/** What waits for a hand: [path, status]. */
export const hands = [
  ['tickets', 'waiting'], ['tickets', 'held'], ['tickets', 'preparing'],
  ['deliveries', 'assigned'], ['deliveries', 'on_the_way'], ['deliveries', 'waiting'],
];

/** Whether it is cooked, and somebody is at it. What is not paid by link is goods from the shelf. */
export const is_on_board = (order) =>
  (order.paymentMethod ?? 'link') === 'link' && board_states.includes(order.status);

const is_collected = (order) => order.fulfilment === 'pickup';
const is_held = (work) => work?.status === 'held';

function acts_of(order, work) {
  if (is_held(work)) return [reject];
  if (order.status === 'ready' && is_collected(order)) return [['Collected', 'tickets', 'collect']];
  if (work?.status === 'assigned') return by_hand.ready;  // perhaps once more, after it has failed
  return by_hand[order.status];
}

function state_of(order, work) {
  if (is_held(work)) return 'Being changed';
  if (order.status === 'ready' && is_collected(order)) return 'To be collected';
  return short_name(order.status);
}

/** What the customer wrote, or nothing. */
const note = (text) => (text ? make('p', { class: 'note' }, text) : null);

function line(item) {
  return make('li', {}, make('b', {}, `${item.quantity} ×`), ` ${item.productName}`, note(item.note));
}

function phone(number) {
  return make('a', { class: 'phone', href: `tel:${number.replace(/[^+\d]/g, '')}` }, number);
}

/** Whom it goes to: the cooks need not know. */
function recipient(order, work) {
  if (!['ready', 'delivering'].includes(order.status)) return null;
  const whom = work?.recipient ?? {};
  const { lines = [], postalCode = '', city = '', country = '' } =
    (is_collected(order) ? null : order.address ?? whom.address) ?? {};
  const rows = [whom.name, ...lines, `${postalCode} ${city}`.trim(), country].filter(Boolean)
    .map((text) => make('span', {}, text));
  if (whom.phoneNumber) rows.push(phone(whom.phoneNumber));
  return rows.length ? make('address', {}, ...rows) : null;
}

/** The slip of an order; `work`: its ticket or delivery, as far as it is known. */
export function slip(order, work, button) {
  const promised = order.promisedAt && make('p', { class: 'quiet small' },
    `Promised ${clock(order.promisedAt)}${order.promiseMissed ? ', and late' : ''}`);
  return make('li', {
    class: 'slip', 'data-order': order.orderID, 'data-status': order.status, 'data-held': is_held(work),
  },
  make('div', { class: 'row' },
    make('h3', {}, number_of(order)),
    make('span', { class: 'state', 'data-status': order.status }, state_of(order, work))),
  is_collected(order) ? make('p', { class: 'small' }, 'The customer comes for it') : null,
  make('ul', {}, ...order.items.map(line)),
  note(order.note),
  recipient(order, work),
  promised,
  make('div', { class: 'actions' }, ...acts_of(order, work).map((act) => button(order, act))));
}
