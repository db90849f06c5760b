// follow.mjs URL INBOX --name NAME --orders N [--prefix oms] [--die-after N]: follows the events,
// from RabbitMQ (amqp://…) or from Kafka (kafka://…), until so many orders are completed. NAME is
// that of the queue, or of the consumer group.
//
// What has arrived is on the disk before it is acknowledged, so whenever this is killed, nothing is
// lost. What was kept and not yet acknowledged comes again, and is known by its id.
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import amqp from 'amqplib';
import { Kafka, logLevel } from 'kafkajs';
import { AsyncApi } from './asyncapi.mjs';
import { Inbox } from './inbox.mjs';

function read(bytes, api) {
  const event = JSON.parse(bytes.toString());
  api.check(event);
  return event;
}

async function followRabbitmq(url, api, name, inbox, orders) {
  const connection = await amqp.connect(url);
  const channel = await connection.createChannel();
  const { name: exchange, type, durable, autoDelete } = api.exchange;
  await channel.assertExchange(exchange, type, { durable, autoDelete });
  await channel.assertQueue(name, { durable: true }); // it goes on collecting while nobody reads it
  await channel.bindQueue(name, exchange, '#');
  await channel.prefetch(50);
  await channel.consume(name, (message) => {
    inbox.keep([read(message.content, api)]);
    channel.ack(message);
  });
  console.log(`follows ${exchange}`);
  while (!inbox.hasAll(orders)) await sleep(200);
  await connection.close();
}

async function followKafka(url, api, name, inbox, orders) {
  const brokers = [url.replace('kafka://', '')];
  const kafka = new Kafka({ clientId: name, brokers, logLevel: logLevel.ERROR });
  const consumer = kafka.consumer({
    groupId: name,
    sessionTimeout: 6000, // so long it waits, when it comes back, for itself to be given up
  });
  await consumer.connect();
  await consumer.subscribe({ topics: api.topics, fromBeginning: true });
  await consumer.run({
    autoCommit: false,
    eachBatch: async ({ batch }) => {
      const { topic, partition, messages } = batch;
      inbox.keep(messages.map(({ value }) => read(value, api)));
      const offset = String(BigInt(batch.lastOffset()) + 1n);
      await consumer.commitOffsets([{ topic, partition, offset }]);
    },
  });
  console.log(`follows ${api.topics.join(' ')}`);
  while (!inbox.hasAll(orders)) await sleep(200);
  await consumer.disconnect();
}

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: {
    name: { type: 'string' },
    orders: { type: 'string' },
    prefix: { type: 'string', default: 'oms' },
    'die-after': { type: 'string' },
  },
});
const [url, file] = positionals;
const follow = url.startsWith('kafka:') ? followKafka : followRabbitmq;
const inbox = new Inbox(file, Number(values['die-after']));
await follow(url, new AsyncApi(values.prefix), values.name, inbox, Number(values.orders));
