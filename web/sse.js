// Server-sent events read through fetch, for streams that need an Authorization header.

const pause = (ms, signal) => new Promise((wake) => {
  const timer = setTimeout(wake, ms);
  signal.addEventListener('abort', () => { clearTimeout(timer); wake(); }, { once: true });
});

function field_of(line) {
  const colon = line.indexOf(':');
  if (colon < 0) return [line, ''];
  const value = line.slice(colon + 1);
  return [line.slice(0, colon), value.startsWith(' ') ? value.slice(1) : value];
}

async function read(body, state, on_event) {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = '';
  let event = { event: 'message', data: [] };
  for (;;) {
    const { value, done } = await reader.read();
    if (done) return;
    const lines = (rest + value).split('\n');
    rest = lines.pop();
    for (const raw of lines) {
      const line = raw.replace(/\r$/, '');
      if (line === '') {
        if (event.data.length) on_event(event.event, event.data.join('\n'));
        event = { event: 'message', data: [] };
        continue;
      }
      const [name, text] = field_of(line);
      if (name === 'data') event.data.push(text);
      else if (name === 'event') event.event = text;
      else if (name === 'id') state.last_id = text;
    }
  }
}

/**
 * Listens until the returned function is called, reconnecting with the last id it saw.
 * `on_state` hears 'live', 'lost' or 'refused'; after 'refused' it has stopped.
 */
export function listen(path, token, { on_event, on_state }) {
  const stopper = new AbortController();
  const { signal } = stopper;
  const state = { last_id: '' };
  (async () => {
    for (let failures = 0; !signal.aborted; failures += 1) {
      try {
        const headers = { Authorization: `Bearer ${token}`, Accept: 'text/event-stream' };
        if (state.last_id) headers['Last-Event-ID'] = state.last_id;
        const answer = await fetch(path, { headers, signal, cache: 'no-store' });
        if (answer.status === 401 || answer.status === 403) return on_state('refused');
        if (answer.ok) {
          failures = 0;
          on_state('live');
          await read(answer.body, state, on_event);
        }
      } catch {
        // The line was cut; it is dialled again below.
      }
      if (signal.aborted) return undefined;
      on_state('lost');
      await pause(Math.min(15000, 500 * 2 ** failures), signal);
    }
    return undefined;
  })();
  return () => stopper.abort();
}
