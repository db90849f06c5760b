// The operator's stock, with restocking, and the messages that could not be handled.

import { clock, money, random_hex } from './api.js';
import { by_id, folded, make, say, sure } from './dom.js';

const labels = { price: 'Price', onHand: 'On hand', reserved: 'Reserved', available: 'Available' };

export class Stock {
  constructor(ask, attempt) {
    this.ask = ask;
    this.attempt = attempt;
    this.rows = new Map();
    by_id('find_stock').addEventListener('input', () => this.find());
  }

  clear() {
    this.rows.clear();
    by_id('stock').replaceChildren();
  }

  async load() {
    let next = '';
    do {
      const { items, nextCursor } = await this.ask(`stock${next}`);
      for (const item of items) this.paint(item);
      next = nextCursor ? `?cursor=${encodeURIComponent(nextCursor)}` : '';
    } while (next);
    this.find();
  }

  paint(item) {
    if (!this.rows.has(item.productID)) {
      const row = this.build(item);
      this.rows.set(item.productID, row);
      by_id('stock').append(row.node);
    }
    const row = this.rows.get(item.productID);
    row.name = folded(item.name);
    say(row.price, money(item.price, item.currency));
    for (const field of ['onHand', 'reserved', 'available']) say(row[field], String(item[field] ?? '–'));
    row.node.classList.toggle('low', item.available <= item.lowAt);
  }

  build(item) {
    const cells = {};
    for (const field of ['price', 'onHand', 'reserved', 'available']) {
      cells[field] = make('td', { class: 'num', 'data-field': field, 'data-label': labels[field] });
    }
    const quantity = make('input', {
      type: 'number', min: '1', max: '1000000', step: '1', value: '10', required: true,
      inputmode: 'numeric', 'aria-label': `How much more ${item.name}`,
    });
    const button = make('button', { class: 'button plain small', type: 'submit' }, 'Add');
    const form = make('form', { class: 'restock' }, quantity, button);
    // Until it is known to be counted, adding the same again is the same delivery, not another.
    let draft = null;
    form.addEventListener('submit', (event) => {
      event.preventDefault();
      this.attempt(button, async () => {
        if (draft?.quantity !== quantity.value) {
          draft = { quantity: quantity.value, key: random_hex(16) };
        }
        await this.ask(`stock/${encodeURIComponent(item.productID)}/restock`, {
          method: 'POST', body: { quantity: Number(draft.quantity) },
          headers: { 'Idempotency-Key': draft.key },
        });
        draft = null;
        await this.load();
      });
    });
    const node = make('tr', { 'data-product': item.productID },
      make('th', { scope: 'row' }, item.name),
      cells.price, cells.onHand, cells.reserved, cells.available, make('td', {}, form));
    return { node, name: '', ...cells };
  }

  find() {
    const wanted = folded(by_id('find_stock').value.trim());
    for (const row of this.rows.values()) row.node.hidden = !row.name.includes(wanted);
  }
}

export class Letters {
  constructor(ask, attempt) {
    this.ask = ask;
    this.attempt = attempt;
    this.painted = '';
  }

  clear() {
    this.painted = '';
    by_id('letters_section').hidden = true;
    by_id('letters').replaceChildren();
  }

  async load() {
    const answer = await this.ask('dead-letters');
    const letters = answer.deadLetters;
    by_id('letters_section').hidden = letters.length === 0;
    say(by_id('letters_count'), String(letters.length));
    const key = JSON.stringify(letters);
    if (key === this.painted) return;
    this.painted = key;
    by_id('letters').replaceChildren(...letters.slice(0, 50).map((letter) => this.row(letter)));
  }

  row(letter) {
    return make('li', { 'data-letter': letter.id },
      make('div', {}, make('strong', {}, String(letter.payload?.type ?? letter.id)),
        make('p', { class: 'quiet small' },
          [letter.at && clock(letter.at), letter.reason].filter(Boolean).join(' · '))),
      make('div', { class: 'actions' },
        this.button(letter, 'Replay', 'replay'),
        this.button(letter, 'Drop', 'drop', 'The message is forgotten; nothing else happens.')));
  }

  button(letter, label, verb, question) {
    const button = make('button', {
      class: 'button plain small', type: 'button', 'data-act': verb,
      'aria-label': `${label} ${letter.id}`,
    }, label);
    button.addEventListener('click', async () => {
      if (question && !(await sure(`${label} it?`, question, label))) return;
      this.attempt(button, async () => {
        const order = letter.orderID ?? '0'.repeat(24);
        await this.ask(`orders/${order}/dead-letters/${letter.id}/${verb}`, { method: 'POST' });
        await this.load();
      });
    });
    return button;
  }
}
