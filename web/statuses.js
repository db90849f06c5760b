// The words for an order's states, in one place for all pages.

/** The way of a meal that is brought, in order: [status, short name, headline, sentence]. */
export const steps = [
  ['pending', 'Received', 'We have your order', 'Setting your items aside.'],
  ['waiting_payment', 'Payment', 'Waiting for your payment',
    'Your items are set aside until you have paid.'],
  ['paid', 'Paid', 'Thank you, it is paid', 'The kitchen has your ticket and will start soon.'],
  ['preparing', 'In the kitchen', 'It is being prepared', 'The kitchen is working on it now.'],
  ['ready', 'Ready', 'It is ready', 'Packed and waiting to be picked up for delivery.'],
  ['delivering', 'On its way', 'It is on its way', 'It has left the kitchen.'],
  ['completed', 'Delivered', 'Delivered. Enjoy!', 'Thank you for ordering with us.'],
];

const pickup_steps = steps.filter(([status]) => status !== 'delivering').map((step) => ({
  ready: ['ready', 'Ready', 'It is ready for you', 'Come and pick it up. Say your number.'],
  completed: ['completed', 'Picked up', 'Picked up. Enjoy!', 'Thank you for ordering with us.'],
}[step[0]] ?? step));

const goods_steps = [
  steps[0],
  ['paid', 'Paid', 'Thank you, it is paid', 'Your items are yours.'],
  ['completed', 'Completed', 'It is all done', 'Thank you for ordering with us.'],
];

/** The way of this order: it is brought, or picked up, or it is goods from the shelf. */
export function steps_of(order) {
  if (order.fulfilment === 'pickup') return pickup_steps;
  return order.fulfilment || (order.paymentMethod ?? 'link') === 'link' ? steps : goods_steps;
}

const reasons = {
  out_of_stock: 'Something in it sold out before we could set it aside.',
  over_reservation_cap: 'That is more than one customer may hold without having paid.',
  payment_failed: 'The payment did not go through.',
  payment_expired: 'It was not paid in time.',
  customer_request: 'You cancelled it.',
  operator_request: 'We had to cancel it, sorry.',
  kitchen_rejected: 'The kitchen could not take it.',
  delivery_failed: 'We could not deliver it.',
  refunded_by_provider: 'The payment was refunded.',
};

const words = new Map(steps.map(([status, ...rest]) => [status, rest]));
words.set('cancelled', ['Cancelled', 'This order is cancelled', '']);

/** True once nothing more will happen to the order. */
export const is_over = (status) => status === 'completed' || status === 'cancelled';

/** True while the customer may still cancel: the kitchen has not started. */
export const may_cancel = (order) =>
  ['pending', 'waiting_payment', 'paid'].includes(order.status) && !order.cancelRequested;

/** The words of a status on this order's way. */
function words_of(order) {
  const step = steps_of(order).find(([status]) => status === order.status);
  return step?.slice(1) ?? words.get(order.status) ?? [String(order.status), String(order.status), ''];
}

export const short_name = (status) => words.get(status)?.[0] ?? String(status);
/** The state for lists, where the name of a step alone would not say it. */
export const state_name = (status) =>
  (status === 'waiting_payment' ? 'To be paid' : short_name(status));
export const name_of_state = (order) =>
  (order.status === 'waiting_payment' ? 'To be paid' : words_of(order)[0]);
export const headline = (order) => words_of(order)[1];

/** Why an order was cancelled, in a sentence; an unknown reason is shown as it is. */
export function why(reason) {
  if (!reason) return '';
  return reasons[reason] ?? `Reason: ${String(reason).replaceAll('_', ' ')}.`;
}

function about_the_money(payment_status) {
  if (payment_status === 'refunded') return 'Your money has been returned.';
  if (['captured', 'authorized', 'refund_pending', 'partially_refunded'].includes(payment_status)) {
    return 'Your money is on its way back to you.';
  }
  return 'You have not been charged.';
}

/** Why the last card was not taken, while another one may be. */
export function decline_words(order) {
  const error = order.lastPaymentError;
  if (!error) return '';
  return error.message || `The card was declined (${String(error.code).replaceAll('_', ' ')}).`;
}

/** The sentence below the headline. */
export function sentence(order) {
  if (order.status === 'cancelled') {
    return `${why(order.reason)} ${about_the_money(order.paymentStatus)}`.trim();
  }
  if (order.cancelRequested && !is_over(order.status)) return 'Cancelling it, one moment.';
  if (order.status === 'waiting_payment' && order.lastPaymentError) {
    return `${decline_words(order)} You can try another card: your items are still set aside.`;
  }
  return words_of(order)[2];
}

/** The number people say aloud. Orders from before there were numbers have the end of their id. */
export const number_of = (order) =>
  String(order.orderNumber ?? String(order.orderID).slice(-6).toUpperCase());

/** 1st, 2nd, 3rd, 4th, 11th … */
export function ordinal(n) {
  const ends = { one: 'st', two: 'nd', few: 'rd', other: 'th' };
  return n + ends[new Intl.PluralRules('en', { type: 'ordinal' }).select(n)];
}

/** What is in an order, in one line. */
export const items_text = (order) => order.items
  .map((item) => (item.quantity > 1 ? `${item.quantity} × ` : '') + item.productName).join(', ');
