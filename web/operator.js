// The operator's page: signs in with a token and wires the orders, the stock and the stream.

import { request } from './api.js';
import { as_problem, by_id, recall, remember, say, show_problem } from './dom.js';
import { Health } from './operator_health.js';
import { Orders } from './operator_orders.js';
import { Letters, Stock } from './operator_stock.js';
import { listen } from './sse.js';

let token = recall('oms.operator', 'sessionStorage');
let stop_stream = null;
let timer = 0;

/** Why a request came to nothing: the operator has signed out. */
const signed_out = new Error('signed out');

/** An operator's request; a refused token leads back to the sign-in. */
async function ask(path, options = {}) {
  const own = token;
  if (!own) throw signed_out;
  try {
    const answer = await request(`/api/admin/${path}`, { ...options, token: own });
    if (token !== own) throw signed_out;
    return answer;
  } catch (error) {
    if (token !== own) throw signed_out;
    if (error.status === 401 || error.status === 403) sign_out(error);
    throw error;
  }
}

let is_passing = false;  // the problem that is shown

/** Does what a button stands for, and says so if it failed. What passes goes with the next success. */
async function attempt(button, action) {
  if (button?.getAttribute('aria-disabled') === 'true') return;
  button?.setAttribute('aria-disabled', 'true');
  try {
    await action();
    if (button || is_passing) show_problem(by_id('problem'), null);
  } catch (error) {
    if (error === signed_out) return;
    is_passing = Boolean(error.passing);
    show_problem(by_id('problem'), as_problem(error));
    by_id('problem').scrollIntoView({ block: 'nearest' });
  } finally {
    button?.setAttribute('aria-disabled', 'false');
  }
}

const orders = new Orders(ask, attempt);
const stock = new Stock(ask, attempt);
const letters = new Letters(ask, attempt);
const health = new Health(ask, attempt);

function show(signed_in) {
  by_id('token_form').hidden = signed_in;
  by_id('console').hidden = !signed_in;
  by_id('sign_out').hidden = !signed_in;
  if (signed_in) health.show();
}

function sign_out(problem = null) {
  token = null;
  remember('oms.operator', null, 'sessionStorage');
  stop_stream?.();
  clearInterval(timer);
  orders.clear();
  stock.clear();
  letters.clear();
  say(by_id('live'), '');
  by_id('live').dataset.state = '';
  show(false);
  show_problem(by_id('token_problem'), problem && as_problem(problem));
  by_id('token').focus();
}

function on_state(state) {
  if (state === 'refused') return sign_out({ title: 'Signed out', message: 'The token is no longer accepted.' });
  by_id('live').dataset.state = state;
  say(by_id('live'), state === 'live' ? 'Live' : 'Reconnecting…');
  if (state === 'live') attempt(null, () => orders.load());
  return undefined;
}

async function open() {
  await stock.load();
  show(true);
  stop_stream = listen('/api/admin/orders/stream', token, {
    on_state,
    on_event: (kind, data) => {
      if (kind !== 'order') return;
      orders.take(JSON.parse(data));
    },
  });
  attempt(null, () => letters.load());
  let is_loading = false;
  timer = setInterval(async () => {
    if (document.hidden || !token || is_loading) return;
    is_loading = true;
    await attempt(null, () => Promise.all([stock.load(), letters.load(), orders.load_work()]));
    is_loading = false;
  }, 5000);
}

async function sign_in(event) {
  event.preventDefault();
  show_problem(by_id('token_problem'), null);
  token = by_id('token').value.trim();
  try {
    await open();
    remember('oms.operator', token, 'sessionStorage');
    by_id('token').value = '';
    by_id('kitchen_title').focus();
  } catch (error) {
    show_problem(by_id('token_problem'), as_problem(error));
  }
}

by_id('token_form').addEventListener('submit', sign_in);
by_id('sign_out').addEventListener('click', () => sign_out());
if (token) {
  open().catch((error) => {
    show(false);
    show_problem(by_id('token_problem'), as_problem(error));
  });
} else {
  show(false);
}
