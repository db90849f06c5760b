// What stripe_signatures.sh runs, with Stripe's library beside it.
import assert from 'node:assert/strict';
import http from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';
import Stripe from 'stripe';

const { SHOP, PROVIDER, WEBHOOK_PORT, OLD_SECRET, NEW_SECRET } = process.env;
const provider = new URL(PROVIDER);
const stripe = new Stripe('sk_test_1', {
  protocol: 'http', host: provider.hostname, port: provider.port, maxNetworkRetries: 0,
});

const api = async (path, body) => {
  const answer = await fetch(SHOP + path, {
    method: body ? 'POST' : 'GET',
    headers: { 'Content-Type': 'application/json' },
    body: body && JSON.stringify(body),
  });
  const shown = await answer.json();
  return shown.order ?? shown;
};
const order_in = async (id, status) => {
  for (let n = 0; n < 300; ++n) {
    const order = await api(`/api/customers/c1/orders/${id}`);
    if (order.status === status) return order;
    await wait(100);
  }
  assert.fail(`order ${id} is not ${status}`);
};
const place = async () => {
  const placed = await api('/api/customers/c1/orders', {
    items: [{ productID: '1', quantity: 2 }], fulfilment: 'delivery',
  });
  assert.ok(placed.orderID, JSON.stringify(placed));
  const order = await order_in(placed.orderID, 'waiting_payment');
  return { id: placed.orderID, session: /cs_test_[0-9a-f]+/.exec(JSON.stringify(order))[0] };
};
const deliver = async (payload, header) => {
  const answer = await fetch(`${SHOP}/webhook`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', 'Stripe-Signature': header },
    body: payload,
  });
  return answer.status;
};
const signed = (payload, secret, timestamp) =>
  stripe.webhooks.generateTestHeaderString({ payload, secret, timestamp });

// The provider's webhooks, as they come.
const heard = [];
const merchant = http.createServer((request, response) => {
  const parts = [];
  request.on('data', (part) => parts.push(part));
  request.on('end', () => {
    heard.push({ body: Buffer.concat(parts), header: request.headers['stripe-signature'] });
    response.end('{}');
  });
});
await new Promise((ready) => merchant.listen(Number(WEBHOOK_PORT), '127.0.0.1', ready));

// Ours, verified by Stripe's library; it reads our objects with its own client, too.
const { id, session } = await place();
const shown = await stripe.checkout.sessions.retrieve(session);
assert.equal(shown.client_reference_id, id);
assert.equal(shown.metadata.order_id, id);
const paid = await fetch(`${PROVIDER}/checkout/${session}/pay`, {
  method: 'POST', headers: { 'Content-Type': 'application/json' }, body: '{"token":"tok_visa"}',
});
assert.equal(paid.status, 200);
for (let n = 0; n < 300 && heard.length === 0; ++n) await wait(100);
assert.ok(heard.length > 0, 'the provider has told nothing');
const { body, header } = heard[0];
const event = stripe.webhooks.constructEvent(body, header, OLD_SECRET);
assert.equal(event.type, 'checkout.session.completed');
assert.equal(event.data.object.id, session);
assert.throws(() => stripe.webhooks.constructEvent(body, header, NEW_SECRET), /signature/i);
assert.throws(() => stripe.webhooks.constructEvent(`${body} `, header, OLD_SECRET), /signature/i);

// Theirs, by the shop: it has heard nothing so far.
assert.equal((await api(`/api/customers/c1/orders/${id}`)).status, 'waiting_payment');
const text = body.toString();
const now = Math.floor(Date.now() / 1000);
assert.equal(await deliver(text, signed(text, 'whsec_of_somebody_else')), 400);
assert.equal(await deliver(text, signed(text, OLD_SECRET, now - 400)), 400, 'it is too old');
assert.equal(await deliver(`${text} `, signed(text, OLD_SECRET)), 400, 'the body was changed');
assert.equal(await deliver(text, 'v1=00'), 400);
assert.equal((await api(`/api/customers/c1/orders/${id}`)).status, 'waiting_payment');
// As in a rotation: one signature by a secret that the shop does not know, one by each of its own.
const mixed = [signed(text, 'whsec_of_somebody_else', now), signed(text, NEW_SECRET, now)]
  .join(',').replace(/,t=\d+/, '');
assert.equal(await deliver(text, mixed), 200);
await order_in(id, 'completed');
assert.equal(await deliver(text, signed(text, OLD_SECRET, now - 290)), 200, 'told again');
console.log('Signatures agree with Stripe\'s library both ways.');
process.exit(0);
