// The operator's list of orders and the board of kitchen tickets and deliveries.

import { clock, follow_url, money, random_hex } from './api.js';
import { by_id, make, say, sure } from './dom.js';
import { board_states, hands, is_on_board, slip } from './operator_board.js';
import { ask_refund, may_refund } from './operator_refund.js';
import { items_text, number_of, state_name, steps, why } from './statuses.js';

const most_shown = 100;

/** The number that is looked for; none: all orders are shown. */
function wanted_number() {
  return by_id('find_order').value.trim().replace(/^#/, '').toUpperCase();
}

/** The payment's state, and what moved besides: refunds, disputes. */
function payment_text(order) {
  const facts = [String(order.paymentStatus ?? '–').replaceAll('_', ' ')];
  if (order.refunded) facts.push(`${money(order.refunded, order.currency)} refunded`);
  if (order.disputed) facts.push(`${money(order.disputed, order.currency)} disputed`);
  if (order.lastPaymentError) facts.push(String(order.lastPaymentError.code).replaceAll('_', ' '));
  return facts.join(', ');
}

/** What is through was brought, fetched, or sold from the shelf. */
function name_of_state({ status, fulfilment, paymentMethod }) {
  if (status !== 'completed') return state_name(status);
  if (fulfilment === 'pickup') return 'Collected';
  return (paymentMethod ?? 'link') === 'link' ? state_name(status) : 'Completed';
}

/** Keeps the newest orders by id and paints at most four times a second. */
export class Orders {
  constructor(ask, attempt) {
    this.ask = ask;
    this.attempt = attempt;
    this.known = new Map();
    this.rows = new Map();
    this.tickets = new Map();
    this.work = new Map();  // the tickets and deliveries that wait for a hand
    this.due = 0;
    for (const [status, name] of [...steps, ['cancelled', 'Cancelled']]) {
      by_id('filter').append(make('option', { value: status }, name));
    }
    by_id('filter').addEventListener('change', () => {
      this.attempt(null, () => this.load());
      this.paint();
    });
    by_id('find_order').addEventListener('input', () => {
      this.attempt(null, () => this.load_number());
      this.paint();
    });
  }

  clear() {
    this.known.clear();
    this.work.clear();
    this.paint();
  }

  async load() {
    const filter = by_id('filter').value;
    const pages = [filter, ...board_states.filter((status) => status !== filter)];
    const answers = await Promise.all(pages.map((status) =>
      this.ask(`orders?limit=50${status ? `&status=${status}` : ''}`)));
    for (const { orders } of answers) for (const order of orders) this.take(order);
    await this.load_work();
    this.paint();
  }

  /** What waits for a hand, the oldest first: it may lie far behind the newest orders. */
  async load_work() {
    const lists = await Promise.all(hands.map(async ([path, status]) =>
      (await this.ask(`${path}?status=${status}&limit=${most_shown}`))[path]));
    const found = lists.flat().map((work) => [work.id, { ...work, stamp: JSON.stringify(work) }]);
    this.work = new Map(found);
    const waiting = new Set(this.work.keys());
    const unknown = [...waiting].filter((id) => !this.known.has(id));
    // What the lists would name if it still waited has changed while nobody listened.
    const is_whole = lists.every((list) => list.length < most_shown);
    const stale = [...this.known.values()]
      .filter((order) => is_whole && is_on_board(order) && !waiting.has(order.orderID))
      .map((order) => order.orderID);
    await Promise.all([...unknown, ...stale].slice(0, most_shown).map((id) => this.load_one(id)));
    this.paint_soon();
  }

  /** Today's order of that number: it may lie far behind the newest orders. */
  async load_number() {
    const number = wanted_number();
    if (!/^[1-9]\d{0,17}$/.test(number)) return;
    const { orders } = await this.ask(`orders?orderNumber=${number}`);
    for (const order of orders) this.take(order);
  }

  async load_one(id) {
    try {
      this.take((await this.ask(`orders/${id}`)).order);
    } catch (problem) {
      if (![404, 410].includes(problem.status)) throw problem;
      this.known.delete(id);
    }
  }

  /** Takes one order's newer version; an older one is stale and dropped. */
  take(order) {
    if ((this.known.get(order.orderID)?.version ?? -1) >= order.version) return;
    this.known.set(order.orderID, order);
    this.paint_soon();
  }

  paint_soon() {
    if (!this.due) this.due = setTimeout(() => this.paint(), 250);
  }

  paint() {
    clearTimeout(this.due);
    this.due = 0;
    const filter = by_id('filter').value;
    const newest = [...this.known.values()].sort((a, b) => (a.orderID < b.orderID ? 1 : -1));
    const number = wanted_number();
    const shown = newest.filter((order) => (!filter || order.status === filter)
      && (!number || number_of(order) === number)).slice(0, most_shown);
    const board = newest.filter(is_on_board).reverse().slice(0, 5 * most_shown);
    this.known = new Map([...newest.slice(0, 5 * most_shown), ...board].map((o) => [o.orderID, o]));
    place(by_id('orders'), this.rows, shown, (order) => this.row(order));
    place(by_id('tickets'), this.tickets, board.slice(0, most_shown),
      (order) => slip(order, this.work.get(order.orderID), (...act) => this.button(...act)),
      (order) => `${order.version} ${this.work.get(order.orderID)?.stamp}`);
    by_id('orders_empty').hidden = shown.length > 0;
    by_id('tickets_empty').hidden = board.length > 0;
    say(by_id('kitchen_count'), board.length ? String(board.length) : '');
  }

  row(order) {
    const reason = order.status === 'cancelled' ? why(order.reason) : '';
    const open = make('a', { href: follow_url(order) }, number_of(order));
    return make('tr', { 'data-order': order.orderID },
      make('th', { scope: 'row' }, open),
      make('td', { class: 'placed' }, clock(order.createdAt)),
      make('td', { class: 'items' }, items_text(order)),
      make('td', { class: 'num' }, money(order.total, order.currency)),
      make('td', { class: 'status' }, make('span', { class: 'state', 'data-status': order.status, title: reason },
        name_of_state(order))),
      make('td', { class: 'payment' }, payment_text(order)),
      make('td', { class: 'refund' }, may_refund(order) ? this.refund_button(order) : null));
  }

  refund_button(order) {
    const label = `Refund: order ${number_of(order)}`;
    const button = make('button', {
      class: 'button small plain', type: 'button', 'data-act': 'refund', 'aria-label': label,
    }, 'Refund');
    button.addEventListener('click', async () => {
      const body = await ask_refund(order, label);
      if (!body) return;
      const headers = { 'Idempotency-Key': `"${random_hex(16)}"` };
      this.attempt(button, async () => {
        const path = `orders/${encodeURIComponent(order.orderID)}/refunds`;
        this.take(await this.ask(path, { method: 'POST', body, headers, tries: 3 }));
      });
    });
    return button;
  }

  button(order, [label, path, verb, question]) {
    const button = make('button', {
      class: `button small ${question ? 'plain' : 'main'} ${verb}`, type: 'button', 'data-act': verb,
      'aria-label': `${label}: order ${number_of(order)}`,
    }, label);
    button.addEventListener('click', async () => {
      const title = `${label}: order ${number_of(order)}?`;
      if (question && !(await sure(title, question, label))) return;
      this.attempt(button, async () => {
        await this.ask(`${path}/${encodeURIComponent(order.orderID)}/${verb}`, { method: 'POST' });
      });
    });
    return button;
  }
}

/** Puts the nodes of these orders into the list in order, building only what changed. */
function place(list, nodes, orders, build, stamp_of = (order) => order.version) {
  const wanted = new Set(orders.map((order) => order.orderID));
  for (const [id, { node }] of nodes) {
    if (wanted.has(id)) continue;
    node.remove();
    nodes.delete(id);
  }
  let spot = list.firstChild;
  for (const order of orders) {
    const had = nodes.get(order.orderID);
    const stamp = stamp_of(order);
    if (had?.stamp === stamp && had.node === spot) {
      spot = spot.nextSibling;
      continue;
    }
    const node = had?.stamp === stamp ? had.node : build(order);
    if (had && had.node !== node) {
      if (had.node === spot) spot = spot.nextSibling;
      const focused = had.node.contains(document.activeElement);
      had.node.replaceWith(node);
      if (focused) node.querySelector('button, a')?.focus();
    }
    if (node.parentNode !== list || node.nextSibling !== spot) list.insertBefore(node, spot);
    nodes.set(order.orderID, { node, stamp });
  }
}
