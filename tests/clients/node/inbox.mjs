// The events that have arrived, each once.
import { existsSync, fsyncSync, openSync, readFileSync, writeSync } from 'node:fs';

// A file in place of the database in which a program keeps what it makes of the events.
export class Inbox {
  #seen = new Set();
  #completed = 0;
  #newest = 0;
  #diesAfter;
  #file;

  constructor(path, diesAfter) {
    const lines = existsSync(path) ? readFileSync(path, 'utf8').split('\n') : [];
    for (const line of lines.filter(Boolean)) this.#note(JSON.parse(line).event);
    this.#diesAfter = diesAfter;
    this.#file = openSync(path, 'a');
    writeSync(this.#file, `${JSON.stringify({ start: process.pid })}\n`);
  }

  // When it returns they are on the disk, and may be acknowledged.
  keep(events) {
    const entries = events.map((event) => (this.#note(event) ? { event } : { again: event.id }));
    writeSync(this.#file, entries.map((entry) => `${JSON.stringify(entry)}\n`).join(''));
    fsyncSync(this.#file);
    // The worst moment: all are kept, and none is acknowledged.
    if (this.#seen.size >= this.#diesAfter) process.kill(process.pid, 'SIGKILL');
  }

  // So many orders are completed, and nothing has come for two seconds.
  hasAll(orders) {
    return this.#completed >= orders && Date.now() - this.#newest > 2000;
  }

  // Whether it is a new one. Its id is unique within its source.
  #note(event) {
    const key = event && `${event.source} ${event.id}`;
    if (!event || this.#seen.has(key)) return false;
    this.#seen.add(key);
    this.#completed += event.type === 'order.completed';
    this.#newest = Date.now();
    return true;
  }
}
