// place.mjs ORDERS_ADDRESS COUNT: places orders by gRPC, pays them, prints their ids.
//
// Our description of the interface is api/proto alone: proto-loader reads it as it stands.
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import grpc from '@grpc/grpc-js';
import { loadSync } from '@grpc/proto-loader';
import { api } from './asyncapi.mjs';

const definition = loadSync('oms/v1/orders.proto', {
  includeDirs: [`${api}/proto`],
  keepCase: true, // fields are called as in the files; others are left out silently
  longs: Number,
  enums: String,
  defaults: true,
});
const { Orders } = grpc.loadPackageDefinition(definition).oms.v1;

const [address, count] = process.argv.slice(2);
const client = new Orders(address, grpc.credentials.createInsecure());
const call = (method, request, metadata = new grpc.Metadata()) =>
  promisify(client[method].bind(client))(request, metadata, { deadline: Date.now() + 10_000 });

async function place() {
  const request = {
    customer_id: 'node',
    saga: 'food',
    face: 'FACE_CUSTOMERS',
    method: 'PAYMENT_METHOD_LINK',
    lines: [{ product_id: '2', quantity: 1 }],
    address: { lines: ['12 High Street'], city: 'London' },
  };
  const metadata = new grpc.Metadata();
  metadata.set('idempotency-key', randomUUID());
  const order = await call('PlaceOrder', request, metadata);
  // A caller who has lost the answer asks again with the same key: it is the same order.
  const again = await call('PlaceOrder', request, metadata);
  if (again.id !== order.id) throw new Error(`${order.id} was placed again, as ${again.id}`);
  return order;
}

async function awaitLink(order) {
  for (const end = Date.now() + 30_000; Date.now() < end; await sleep(50)) {
    const { record } = await call('GetOrder', { id: order.id });
    if (record.payment_link) return record.payment_link;
  }
  throw new Error(`${order.id} has no link to pay by after 30 s`);
}

// As the page behind the link does.
async function pay(link) {
  const answer = await fetch(`${link}/pay`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ card: '4242424242424242' }),
  });
  if (!answer.ok) throw new Error(`${link} was not paid: ${await answer.text()}`);
}

for (let i = 0; i < count; ++i) {
  const order = await place();
  await pay(await awaitLink(order));
  console.log(order.id);
}
client.close();
