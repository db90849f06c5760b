// Small tools for building and reading the page, and for what the browser remembers.

/** The element with this id. */
export const by_id = (id) => document.getElementById(id);

/** An element with attributes, listeners (`on: {click}`) and children, text or nodes. */
export function make(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name === 'on') {
      for (const [event, listener] of Object.entries(value)) node.addEventListener(event, listener);
    } else if (value === true) {
      node.setAttribute(name, '');
    } else if (value !== false && value !== null && value !== undefined) {
      node.setAttribute(name, value);
    }
  }
  node.append(...children.filter((child) => child !== null && child !== undefined));
  return node;
}

/** A picture from the sprite; it only decorates. */
export function picture(name) {
  const space = 'http://www.w3.org/2000/svg';
  const svg = document.createElementNS(space, 'svg');
  const use = document.createElementNS(space, 'use');
  svg.setAttribute('aria-hidden', 'true');
  svg.setAttribute('class', 'picture');
  use.setAttribute('href', `/dishes.svg#${name}`);
  svg.append(use);
  return svg;
}

const letters = { ß: 'ss', æ: 'ae', œ: 'oe', ø: 'o', ł: 'l', đ: 'd', ð: 'd', þ: 'th', ı: 'i' };

/** Text as it is searched for: without case and accents, so that "tiramisu" finds "Tiramisù". */
export const folded = (text) => text.toLowerCase().normalize('NFD').replace(/\p{M}/gu, '')
  .replace(/[ßæœøłđðþı]/g, (letter) => letters[letter]);

/** Sets text only when it differs, so that live regions do not speak twice. */
export function say(node, text) {
  if (node.textContent !== text) node.textContent = text;
}

/** Shows a problem in its alert box; null clears it. */
export function show_problem(box, problem) {
  box.hidden = !problem;
  if (!problem) return box.replaceChildren();
  const lines = problem.errors.map((error) => make('li', {}, String(error.detail ?? '')));
  return box.replaceChildren(
    make('strong', {}, problem.title ?? 'Something went wrong'),
    make('p', {}, problem.message),
    ...(lines.length ? [make('ul', {}, ...lines)] : []),
  );
}

/** Turns anything thrown into what show_problem can show. */
export function as_problem(error) {
  return { title: error.title, message: error.message, errors: error.errors ?? [] };
}

const fallback = new Map();

/** Reads a remembered JSON value; null if there is none or it cannot be read. */
export function recall(key, area = 'localStorage') {
  try {
    return JSON.parse(window[area].getItem(key) ?? fallback.get(key) ?? 'null');
  } catch {
    return JSON.parse(fallback.get(key) ?? 'null');
  }
}

/** Remembers a JSON value, for this page only where the browser forbids storage. */
export function remember(key, value, area = 'localStorage') {
  const text = JSON.stringify(value);
  fallback.set(key, text);
  try {
    if (value === null) window[area].removeItem(key);
    else window[area].setItem(key, text);
  } catch {
    // Storage is full or forbidden; the value lives as long as the page.
  }
}

/** Asks in a dialog; resolves to true if the person agreed. */
export function confirmed(dialog) {
  return new Promise((resolve) => {
    dialog.returnValue = '';
    dialog.addEventListener('close', () => resolve(dialog.returnValue === 'yes'), { once: true });
    dialog.showModal();
  });
}

/** Asks before something that cannot be undone, on a page that has the dialog for it. */
export function sure(title, text, yes) {
  say(by_id('sure_title'), title);
  say(by_id('sure_text'), text);
  say(by_id('sure_yes'), yes);
  return confirmed(by_id('sure'));
}

// A button that submits a form closes the dialog by itself, once the form is valid.
for (const dialog of document.querySelectorAll('dialog')) {
  for (const button of dialog.querySelectorAll('button[type=button]')) {
    button.addEventListener('click', () => dialog.close(button.value));
  }
}
