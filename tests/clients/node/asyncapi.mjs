// What asyncapi.yaml says of the events: where they are, and how each of them looks.
import { readFileSync } from 'node:fs';
import Ajv from 'ajv/dist/2020.js';
import { parse } from 'yaml';

// The folder with asyncapi.yaml and proto.
export const api = new URL('../../../api', import.meta.url).pathname;

export class AsyncApi {
  // Names begin with the prefix of the broker's URL, which is `oms` in the description.
  constructor(prefix) {
    const { channels, components } = parse(readFileSync(`${api}/asyncapi.yaml`, 'utf8'));
    const named = (name) => name.replace(/^oms/, prefix);
    this.topics = Object.values(channels).map(({ address }) => named(address));
    const { exchange } = Object.values(channels)[0].bindings.amqp;
    this.exchange = { ...exchange, name: named(exchange.name) };
    const isTime = (text) => !Number.isNaN(Date.parse(text));
    const ajv = new Ajv({ strict: false, formats: { 'date-time': isTime } });
    this.schemas = new Map();
    for (const [key, { name }] of Object.entries(components.messages)) {
      const schema = { $ref: `#/components/messages/${key}/payload`, components };
      this.schemas.set(name, ajv.compile(schema));
    }
  }

  // Throws what is wrong with the event.
  check(event) {
    const isValid = this.schemas.get(event.type);
    if (!isValid) throw new Error(`${event.type} is not described`);
    if (!isValid(event)) throw new Error(JSON.stringify(isValid.errors));
  }
}
