// The shop: the menu, the basket, placing the order.

import { clock, follow_url, money, request } from './api.js';
import { Basket, customer_id, forget_placing_key, placing_key } from './basket.js';
import { as_problem, by_id, folded, make, picture, recall, remember, say, show_problem } from './dom.js';
import { items_text, name_of_state, number_of } from './statuses.js';

const customer = customer_id();
const orders_url = `/api/customers/${encodeURIComponent(customer)}/orders`;
const basket = new Basket();
const menu = new Map();
const cards = new Map();
let currency = 'usd';
let placing = false;

const looks = [
  ['pizza', /pizza|calzone/], ['burger', /burger/], ['fries', /fries|chips|snack|potato/],
  ['salad', /salad|vegetable|veggie|greens|herbs|onion/],
  ['soup', /soup|broth|stew|curry|chili/], ['noodles', /noodle|pasta|ramen|spaghetti|rice\b/],
  ['fish', /fish|sushi|salmon|tuna|shrimp/],
  ['meat', /chicken|wings|steak|meat|pork|beef|\bham\b|sausage|turkey|kebab/],
  ['coffee', /coffee|\btea\b|espresso|latte|cappuccino|cocoa/],
  ['sweet', /\bice\b|cake|dessert|chocolate|candy|cookie|waffle|donut|pastry|tiramisu/],
  ['cheese', /cheese|cheddar|brie|butter\b|curd/], ['carton', /milk|yogurt|cream\b/],
  ['drink', /juice|cola\b|soda|water|lemonade|smoothie|drink|beer|wine|beverage/],
  ['bread', /bread|sandwich|toast|bagel|roll|\bbun|wrap|taco|burrito/],
  ['fruit', /fruit|apple|berr|grape|orange|citrus/],
];

function look(item) {
  const name = folded(item.name);
  return looks.find(([, words]) => words.test(name))?.[0] ?? (item.kind === 'goods' ? 'goods' : 'dish');
}

function stepper(item, extra) {
  const less = make('button', {
    class: 'step less', type: 'button', 'aria-label': `One ${item.name} less`,
    on: { click: () => change(item, -1) },
  }, '−');
  const count = make('span', { class: 'count' }, '');
  const add = make('button', {
    class: `step ${extra}`, type: 'button', 'aria-label': `Add ${item.name}`,
    on: { click: () => change(item, 1) },
  }, '+');
  return { node: make('div', { class: 'stepper' }, less, count, add), less, count, add };
}

function card_of(item) {
  const steps = stepper(item, 'add');
  const hint = make('p', { class: 'hint' });
  const price = make('span', { class: 'price' });
  const node = make('li', { class: 'card', 'data-product': item.productID },
    make('div', { class: 'plate' }, picture(look(item))),
    make('div', { class: 'about' }, make('h3', {}, item.name), hint),
    make('div', { class: 'buy' }, price, steps.node));
  return { ...steps, node, hint, price };
}

function paint_card(item) {
  const card = cards.get(item.productID);
  const wanted = basket.quantity(item.productID);
  const left = item.available - wanted;
  const gone = item.available < 1;
  card.node.classList.toggle('gone', gone);
  card.node.classList.toggle('chosen', wanted > 0);
  say(card.price, money(item.price, item.currency));
  const few = item.available <= 5 ? `Only ${item.available} left` : '';
  say(card.hint, gone ? 'Sold out' : few);
  say(card.count, wanted ? String(wanted) : '');
  card.less.disabled = wanted === 0;
  card.add.setAttribute('aria-disabled', String(left < 1));
}

function change(item, by) {
  const current = menu.get(item.productID);
  const before = basket.quantity(item.productID);
  const now = basket.set(current, before + by);
  const full = now === before && by > 0;
  say(by_id('announce'), full
    ? `That is all the ${item.name} there is.`
    : `${item.name}: ${now} in the basket, total ${total_text()}.`);
  paint();
  if (now === 0) (cards.get(item.productID)?.add ?? by_id('basket')).focus({ preventScroll: true });
}

function total() {
  let sum = 0;
  for (const [id, quantity] of basket.lines) sum += (menu.get(id)?.price ?? 0) * quantity;
  return sum;
}

const total_text = () => money(total(), currency);

const line_nodes = new Map();

function paint_lines() {
  const list = by_id('basket_lines');
  for (const [id, line] of line_nodes) {
    if (!basket.lines.has(id)) {
      line.node.remove();
      line_nodes.delete(id);
    }
  }
  for (const [id, quantity] of basket.lines) {
    const item = menu.get(id);
    if (!line_nodes.has(id)) {
      const steps = stepper(item, 'more');
      const sum = make('span', { class: 'sum' });
      const wish = make('input', {
        class: 'wish', placeholder: 'Any wish?', 'aria-label': `Wish for ${item.name}`,
        maxlength: 100, autocomplete: 'off', enterkeyhint: 'done', value: basket.wishes.get(id),
        on: { input: () => basket.wish(id, wish.value.trim()) },
      });
      const node = make('li', { 'data-line': id }, make('span', { class: 'what' }, item.name),
        steps.node, sum, wish);
      line_nodes.set(id, { ...steps, node, sum });
      list.append(node);
    }
    const line = line_nodes.get(id);
    say(line.count, String(quantity));
    say(line.sum, money(item.price * quantity, item.currency));
    line.add.setAttribute('aria-disabled', String(quantity >= item.available));
  }
}

function paint() {
  for (const item of menu.values()) paint_card(item);
  paint_lines();
  const count = [...basket.lines.values()].reduce((sum, n) => sum + n, 0);
  by_id('basket_empty').hidden = count > 0;
  say(by_id('basket_total'), count ? total_text() : '–');
  by_id('place').disabled = count === 0 || placing;
  say(by_id('place'), placing ? 'Placing your order…'
    : count ? `Place order · ${total_text()}` : 'Place order');
  say(by_id('dock_count'), String(count));
  say(by_id('dock_total'), total_text());
  by_id('dock').classList.toggle('up', count > 0);
}

function build_menu() {
  cards.clear();
  const groups = [['dish', 'From the kitchen'], ['goods', 'From the shelf']];
  const sections = groups.flatMap(([kind, title]) => {
    const items = [...menu.values()].filter((item) => (item.kind === 'goods') === (kind === 'goods'));
    for (const item of items) cards.set(item.productID, card_of(item));
    return items.length ? [make('section', {}, make('h2', {}, title),
      make('ul', { class: 'menu' }, ...items.map((item) => cards.get(item.productID).node)))] : [];
  });
  if (!sections.length) sections.push(make('p', { class: 'quiet' }, 'The menu is empty today.'));
  by_id('menu').replaceChildren(...sections);
  by_id('find_field').hidden = menu.size <= 12;
}

async function load_menu() {
  try {
    const { items } = await request('/api/menu');
    const same = items.length === menu.size && items.every((item) => menu.has(item.productID)
      && menu.get(item.productID).name === item.name);
    menu.clear();
    for (const item of items) menu.set(item.productID, item);
    currency = items[0]?.currency ?? currency;
    if (!same || !cards.size) build_menu();
    if (basket.fit(menu) && by_id('place_problem').hidden) {
      const message = 'Some of it has sold out meanwhile.';
      show_problem(by_id('place_problem'), { title: 'Your basket changed', message, errors: [] });
    }
    show_problem(by_id('menu_problem'), null);
    paint();
  } catch (error) {
    show_problem(by_id('menu_problem'), as_problem(error));
  } finally {
    by_id('menu').setAttribute('aria-busy', 'false');
  }
}

function find() {
  const wanted = folded(by_id('find').value.trim());
  for (const [id, card] of cards) {
    card.node.hidden = !folded(menu.get(id)?.name ?? '').includes(wanted);
  }
  const shown = [...cards.values()].some((card) => !card.node.hidden);
  for (const section of by_id('menu').querySelectorAll('section')) {
    section.hidden = !section.querySelector('li:not([hidden])');
  }
  by_id('found_nothing').hidden = shown;
}

function address() {
  const value = (id) => by_id(id).value.trim();
  const lines = [value('street'), value('door')].filter(Boolean);
  return { lines, postalCode: value('postalCode'), city: value('city') };
}

const is_pickup = () => by_id('pickup').checked;

function paint_way() {
  by_id('address').hidden = is_pickup();
  by_id('address').disabled = is_pickup();
}

function order_body() {
  const customer_fields = {};
  for (const name of ['name', 'email', 'phoneNumber']) {
    const value = by_id(name).value.trim();
    if (value) customer_fields[name] = value;
  }
  if (!is_pickup()) customer_fields.address = address();
  const known = Object.keys(customer_fields).length > 0;
  const note = by_id('wish').value.trim();
  return JSON.stringify({
    items: basket.items(),
    fulfilment: is_pickup() ? 'pickup' : 'delivery',
    ...(known ? { customer: customer_fields } : {}),
    ...(note ? { note } : {}),
  });
}

/** The fields of the form, and where each stands in the body. */
const places = {
  name: '/customer/name', email: '/customer/email', phoneNumber: '/customer/phoneNumber',
  street: '/customer/address/lines/0', door: '/customer/address/lines/1',
  postalCode: '/customer/address/postalCode', city: '/customer/address/city', wish: '#/note',
};

function mark_fields(errors) {
  for (const [name, place] of Object.entries(places)) {
    const wrong = errors.some((error) => String(error.pointer ?? '').endsWith(place));
    by_id(name).setAttribute('aria-invalid', String(wrong));
    if (wrong && by_id('contact').contains(by_id(name))) by_id('contact').open = true;
  }
}

async function place(event) {
  event.preventDefault();
  if (placing || !basket.lines.size) return;
  placing = true;
  show_problem(by_id('place_problem'), null);
  mark_fields([]);
  paint();
  const body = order_body();
  try {
    const headers = { 'Idempotency-Key': `"${placing_key(body)}"` };
    const options = { method: 'POST', body, headers, tries: 4 };
    const { order } = await request(orders_url, options);
    basket.clear();
    remember('oms.ordered', true);
    location.assign(follow_url(order));
  } catch (error) {
    placing = false;
    if (!error.passing) forget_placing_key();
    paint();
    show_problem(by_id('place_problem'), as_problem(error));
    mark_fields(error.errors ?? []);
    load_menu();
  }
}

let next_orders = null;

async function load_orders(cursor) {
  const query = cursor ? `?limit=10&cursor=${encodeURIComponent(cursor)}` : '?limit=5';
  try {
    const { orders, nextCursor } = await request(orders_url + query);
    const rows = orders.map((order) => make('li', {},
      make('a', { href: follow_url(order), 'data-status': order.status },
        make('strong', {}, items_text(order)),
        make('span', {}, `Order ${number_of(order)} · ${clock(order.createdAt)}`),
        make('span', { class: 'state' }, name_of_state(order)),
        make('span', { class: 'sum' }, money(order.total, order.currency)))));
    if (cursor) by_id('past_orders').append(...rows);
    else by_id('past_orders').replaceChildren(...rows);
    if (cursor) rows[0]?.querySelector('a').focus();
    next_orders = nextCursor ?? null;
    by_id('past_note').hidden = by_id('past_orders').children.length > 0;
    by_id('more_orders').hidden = !next_orders;
  } catch (error) {
    say(by_id('past_note'), error.message);
    by_id('past_note').hidden = false;
  }
}

by_id('order_form').addEventListener('submit', place);
by_id('order_form').addEventListener('invalid', ({ target }) => {
  if (by_id('contact').contains(target)) by_id('contact').open = true;
}, true);
for (const way of ['delivery', 'pickup']) by_id(way).addEventListener('change', paint_way);
by_id('find').addEventListener('input', find);
by_id('more_orders').addEventListener('click', () => load_orders(next_orders));
by_id('dock').addEventListener('click', () => by_id('basket').focus({ preventScroll: true }));
new IntersectionObserver(([basket_seen]) => {
  by_id('dock').classList.toggle('away', basket_seen.isIntersecting);
}).observe(by_id('basket'));

function refresh() {
  load_menu();
  if (recall('oms.ordered')) load_orders();
}
document.addEventListener('visibilitychange', () => { if (!document.hidden) refresh(); });
window.addEventListener('pageshow', (event) => {
  if (!event.persisted) return;
  placing = false;
  basket.reload();
  paint_way();
  refresh();
});
window.addEventListener('storage', (event) => {
  if (event.key !== 'oms.basket' || !menu.size) return;
  basket.reload();
  paint();
});
paint_way();
refresh();
