// Talks to the server and turns its answers and refusals into what a person can read.

const kind_words = {
  0: ['No connection', 'We could not reach the shop. Check your connection and try again.'],
  401: ['Not signed in', 'That token was not accepted.'],
  403: ['Not allowed', 'That token does not open this page.'],
  404: ['Not found', 'There is nothing here under that number.'],
  429: ['A little too fast', 'Please wait a moment, then try again.'],
  503: ['Very busy right now', 'We cannot take this at the moment. Please try again shortly.'],
};
const went_wrong = ['Something went wrong', 'It is our fault, not yours. Please try again.'];

/** A refusal or failure: an RFC 9457 problem, or status 0 when nobody answered. */
export class Problem extends Error {
  constructor(status, body = {}, retry_after = 0) {
    const own = status >= 500 || [0, 401, 403, 429].includes(status);
    const words = kind_words[status] ?? (status >= 500 ? went_wrong : null);
    super(own ? words[1] : body.detail || body.message || words?.[1] || 'The shop did not accept this.');
    this.status = status;
    this.title = own ? words[0] : body.title || words?.[0] || 'That did not work';
    this.errors = Array.isArray(body.errors) ? body.errors : [];
    this.retry_after = retry_after;
  }

  /** True when the same request may succeed if it is simply sent again. */
  get passing() {
    return this.status === 0 || [429, 502, 503, 504].includes(this.status);
  }
}

const pause = (ms) => new Promise((wake) => setTimeout(wake, ms));

async function once(path, { method, headers, text }) {
  let answer;
  let body;
  try {
    answer = await fetch(path, {
      method, headers, body: text, cache: 'no-store', signal: AbortSignal.timeout(15000),
    });
    body = await answer.text();
  } catch {
    throw new Problem(0);
  }
  let json = {};
  try {
    json = body ? JSON.parse(body) : {};
  } catch {
    if (answer.ok) throw new Problem(500);
  }
  if (!answer.ok) {
    throw new Problem(answer.status, json, Number(answer.headers.get('Retry-After')) || 0);
  }
  return json;
}

/**
 * One request with a JSON answer. Passing failures are tried again `tries` times in all, so a
 * command may only ask for more than one try when it carries an Idempotency-Key.
 */
export async function request(path, options = {}) {
  const { method = 'GET', body, token, headers = {} } = options;
  const tries = options.tries ?? (method === 'GET' ? 3 : 1);
  const all = { Accept: 'application/json', ...headers };
  if (body !== undefined) all['Content-Type'] = 'application/json';
  if (token) all.Authorization = `Bearer ${token}`;
  const text = body === undefined || typeof body === 'string' ? body : JSON.stringify(body);
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await once(path, { method, headers: all, text });
    } catch (problem) {
      const wait = problem.retry_after || 0.4 * 2 ** attempt;
      if (!problem.passing || attempt >= tries || wait > 8) throw problem;
      await pause(wait * 1000);
    }
  }
}

/** The address of a customer's order, below /api. */
export function order_path(customer_id, order_id) {
  const customer = encodeURIComponent(customer_id);
  return `/api/customers/${customer}/orders/${encodeURIComponent(order_id)}`;
}

/** The page that follows an order. It stays on this host, whatever name the server goes by. */
export function follow_url(order) {
  return `/success.html?${new URLSearchParams({
    customerID: order.customerID, orderID: order.orderID,
  })}`;
}

/** A link of the server's, or null if it is not a web address. */
export function web_address(link) {
  try {
    const url = new URL(link, location.href);
    return /^https?:$/.test(url.protocol) && /^(https?:|\/)/.test(link) ? url.href : null;
  } catch {
    return null;
  }
}

/** Random lower-case hex. Works without a secure context, where randomUUID is missing. */
export function random_hex(bytes) {
  const values = crypto.getRandomValues(new Uint8Array(bytes));
  return Array.from(values, (value) => value.toString(16).padStart(2, '0')).join('');
}

// As the server counts them: browsers differ.
const without_decimals = 'bif clp djf gnf jpy kmf krw mga pyg rwf ugx vnd vuv xaf xof xpf';
const with_three_decimals = 'bhd iqd jod kwd lyd omr tnd';

function decimals_of(currency) {
  if (without_decimals.includes(currency)) return 0;
  return with_three_decimals.includes(currency) ? 3 : 2;
}

const formats = new Map();

/** Minor units as money: 450 usd is $4.50, 450 jpy is ¥450, 450 kwd is KWD 0.450. */
export function money(minor, currency = 'usd') {
  const decimals = decimals_of(currency);
  if (!formats.has(currency)) {
    formats.set(currency, new Intl.NumberFormat(undefined, {
      style: 'currency', currency, minimumFractionDigits: decimals, maximumFractionDigits: decimals,
    }));
  }
  return formats.get(currency).format(minor / 10 ** decimals);
}

/** A typed amount of money in minor units: "4.50" usd is 450. NaN where it is none, or is not exact. */
export function minor_units(text, currency = 'usd') {
  const digits = decimals_of(currency);
  const [, whole, part = ''] = /^(\d+)(?:[.,](\d+))?$/.exec(text.trim()) ?? [];
  return part.length > digits ? NaN : Number(whole + part.padEnd(digits, '0'));
}

/** A time of today as 12:34, of another day with its date. */
export function clock(iso) {
  const at = new Date(iso);
  if (Number.isNaN(at.getTime())) return '–';
  const today = at.toDateString() === new Date().toDateString();
  const day = today ? {} : { day: 'numeric', month: 'short' };
  return at.toLocaleString(undefined, { ...day, hour: '2-digit', minute: '2-digit' });
}

/** How far away a time is, in words. */
export function until(iso, now = Date.now()) {
  const seconds = Math.round((new Date(iso) - now) / 1000);
  if (Number.isNaN(seconds)) return '';
  if (seconds <= 0) return 'any moment now';
  if (seconds < 60) return `in ${seconds} s`;
  const minutes = Math.round(seconds / 60);
  return minutes < 90 ? `in ${minutes} min` : `in ${Math.round(minutes / 60)} h`;
}
