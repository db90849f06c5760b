// The basket and the customer, as this browser remembers them.

import { random_hex } from './api.js';
import { recall, remember } from './dom.js';

const most_of_one = 99;
const a_day = 24 * 60 * 60 * 1000;

/** The customer's id: made once, hard to guess, and kept. */
export function customer_id() {
  let id = recall('oms.customer');
  if (typeof id !== 'string' || !/^c[0-9a-f]{32}$/.test(id)) {
    id = `c${random_hex(16)}`;
    remember('oms.customer', id);
  }
  return id;
}

/** What is wanted of each product. Quantities are whole and within what the menu offers. */
export class Basket {
  constructor() {
    this.reload();
  }

  reload() {
    const wishes = recall('oms.wishes');
    this.wishes = new Map(Array.isArray(wishes) ? wishes : []);
    const kept = recall('oms.basket');
    const lines = Array.isArray(kept) ? kept : [];
    this.lines = new Map(lines.filter(([id, n]) => typeof id === 'string' && Number.isInteger(n)));
  }

  quantity(product_id) {
    return this.lines.get(product_id) ?? 0;
  }

  /** What is wished of a line; an empty text is nothing. */
  wish(product_id, text) {
    if (text) this.wishes.set(product_id, text);
    else this.wishes.delete(product_id);
    remember('oms.wishes', [...this.wishes]);
  }

  /** The lines as an order has them. */
  items() {
    return [...this.lines].map(([productID, quantity]) => {
      const note = this.wishes.get(productID);
      return note ? { productID, quantity, note } : { productID, quantity };
    });
  }

  /** Sets a quantity, held between none and what there is; answers what it became. */
  set(item, wanted) {
    const quantity = Math.max(0, Math.min(wanted, most_of_one, item.available));
    if (quantity > 0) this.lines.set(item.productID, quantity);
    else this.forget(item.productID);
    remember('oms.basket', [...this.lines]);
    return quantity;
  }

  forget(product_id) {
    this.lines.delete(product_id);
    this.wish(product_id, '');
  }

  /** Drops what the menu no longer offers; answers true if anything changed. */
  fit(menu) {
    const before = JSON.stringify([...this.lines]);
    for (const [id, quantity] of [...this.lines]) {
      this.set(menu.get(id) ?? { productID: id, available: 0 }, quantity);
    }
    return JSON.stringify([...this.lines]) !== before;
  }

  clear() {
    this.lines.clear();
    this.wishes.clear();
    remember('oms.basket', null);
    remember('oms.wishes', null);
    remember('oms.draft', null);
  }
}

/** Puts what an order had into the basket, beside what is there; the shop keeps what it can sell. */
export function refill(items) {
  const wanted = new Map(new Basket().lines);
  const again = new Map();
  for (const { productID, quantity } of items) {
    again.set(productID, (again.get(productID) ?? 0) + quantity);
  }
  for (const [id, quantity] of again) {
    wanted.set(id, Math.min(most_of_one, Math.max(quantity, wanted.get(id) ?? 0)));
  }
  remember('oms.basket', [...wanted]);
}

/**
 * The Idempotency-Key for placing this body. The same basket sent again, by a second click, a
 * retry or after a reload, keeps its key and so makes one order; another basket gets another key.
 */
export function placing_key(body) {
  const draft = recall('oms.draft');
  if (draft?.body === body && Date.now() - draft.at < a_day) return draft.key;
  const key = random_hex(16);
  remember('oms.draft', { key, body, at: Date.now() });
  return key;
}

/** Forgets the key once the server has said a definite no: the next try is a new one. */
export function forget_placing_key() {
  remember('oms.draft', null);
}
