// The simulated payment provider's page. It takes test cards only, so none can be typed in.

import { clock, money, request, web_address } from './api.js';
import { as_problem, by_id, say, show_problem } from './dom.js';

const base = location.pathname.replace(/\/+$/, '');
let session = null;
let busy = false;

const closed_words = {
  complete: ['It is paid', 'This payment went through. There is nothing more to do here.'],
  expired: ['It is too late', 'This payment link is no longer valid. Nothing was charged.'],
  declined: ['It was declined', 'This payment was declined, and the link is closed. Nothing was charged.'],
};

function paint() {
  const open = session.status === 'open';
  const amount = money(session.amount, session.currency);
  say(by_id('description'), session.description || `Order ${session.orderID ?? ''}`);
  say(by_id('amount'), amount);
  say(by_id('valid'), open && session.expiresAt
    ? `This link is valid until ${clock(session.expiresAt)}.` : '\u00a0');
  document.title = `${amount} · Test payment`;
  by_id('state').dataset.status = session.status;
  say(by_id('pay'), busy ? 'One moment…' : `Pay ${amount}`);
  for (const id of ['pay', 'decline', 'leave', 'cards']) by_id(id).disabled = !open || busy;
  by_id('pay_form').hidden = !open;
  by_id('after').hidden = open;
  if (open) return;
  const [title, message] = closed_words[session.status] ?? ['It is closed', 'Nothing to pay here.'];
  show_problem(by_id('problem'), { title, message, errors: [] });
  by_id('problem').classList.toggle('good', session.status === 'complete');
  go_on(session.status === 'complete' ? session.successUrl : session.cancelUrl);
}

function go_on(target) {
  by_id('back').href = web_address(target ?? '') ?? '/';
}

async function load() {
  try {
    session = await request(`${base}/session`);
    paint();
  } catch (error) {
    show_problem(by_id('problem'), error.status === 404
      ? { title: 'No such payment', message: 'This link leads to no payment.', errors: [] }
      : as_problem(error));
    by_id('pay_form').hidden = true;
    by_id('after').hidden = false;
    go_on('/');
  }
}

/** The card was declined; the link takes another one, until the shop has closed it. */
async function tell_declined(message) {
  busy = false;
  await load();
  if (session.status !== 'open') return;
  show_problem(by_id('problem'), {
    title: 'The card was declined',
    message: `${message ?? ''} Nothing was charged. You can try another card.`.trim(),
    errors: [],
  });
  look_again(10);
}

/** Sends one of the three answers and goes where the provider says. */
async function act(action, body) {
  if (busy || session?.status !== 'open') return;
  busy = true;
  show_problem(by_id('problem'), null);
  paint();
  try {
    const answer = await request(`${base}/${action}`, { method: 'POST', body });
    if (answer.status === 'declined') return await tell_declined(answer.message);
    const target = web_address(answer.redirect ?? '')
      ?? web_address(action === 'pay' ? session.successUrl : session.cancelUrl);
    location.assign(target ?? '/');
  } catch (error) {
    if (error.status === 402) return tell_declined(error.message);
    busy = false;
    await load();
    if (session.status === 'open') show_problem(by_id('problem'), as_problem(error));
  }
  return undefined;
}

/** The fifth decline closes the link, a moment later. */
function look_again(tries) {
  setTimeout(async () => {
    const now = await request(`${base}/session`).catch(() => session);
    if (!busy && now.status !== session.status) {
      session = now;
      paint();
    }
    if (tries > 1 && session.status === 'open') look_again(tries - 1);
  }, 1000);
}

by_id('pay_form').addEventListener('submit', (event) => {
  event.preventDefault();
  const card = new FormData(by_id('pay_form')).get('card');
  if (card) act('pay', { card });
});
by_id('decline').addEventListener('click', () => act('decline', {}));
by_id('leave').addEventListener('click', () => act('leave', {}));
window.addEventListener('pageshow', (event) => {
  if (!event.persisted) return;
  busy = false;
  load();
});
load();
