// How the shop is doing: a few charts of what all its processes count, under #health.

import { by_id, make, say } from './dom.js';

const every_ms = 3000;
const points_max = 60;  // three minutes
const width = 300;
const height = 72;

const sum = (samples, fits = () => true) =>
  samples.reduce((all, sample) => (fits(sample) ? all + sample.value : all), 0);

const short = new Intl.NumberFormat('en', { maximumFractionDigits: 1, notation: 'compact' });

/** "850 µs", "1.2 ms", "3.4 s". */
function duration(seconds) {
  if (seconds === null) return '–';
  if (seconds < 0.001) return `${Math.round(seconds * 1e6)} µs`;
  if (seconds < 1) return `${short.format(seconds * 1000)} ms`;
  return `${short.format(seconds)} s`;
}

/** The samples of a metric; those of a histogram have its suffix in their name. */
class Figures {
  constructor(answer, at) {
    this.at = at;
    this.families = new Map(answer.metrics.map((family) => [family.name, family.samples]));
    this.processes = answer.processes.map(({ process }) => process).sort().join(' ');
  }

  /** Whether the same processes were added up: else a sum grows by all that one has ever counted. */
  is_of_same_processes(other) {
    return this.processes === other.processes;
  }

  of(name, suffix = '') {
    return (this.families.get(name) ?? []).filter((sample) => sample.name === name + suffix);
  }
}

/** How much a counter has grown in a second. Where a process has begun again it counts from 0. */
function rate(now, before, name, suffix = '', fits = () => true) {
  const growth = sum(now.of(name, suffix), fits) - sum(before.of(name, suffix), fits);
  return Math.max(0, growth) / ((now.at - before.at) / 1000);
}

/** The value that a share of what was observed since is below; null where nothing was. */
function quantile(share, now, before, name) {
  const grown = new Map();
  const count = (figures, sign) => {
    for (const { labels, value } of figures.of(name, '_bucket')) {
      const end = labels.le === '+Inf' ? Infinity : Number(labels.le);
      grown.set(end, (grown.get(end) ?? 0) + sign * value);
    }
  };
  count(now, 1);
  count(before, -1);
  const ends = [...grown.keys()].sort((a, b) => a - b);
  const all = grown.get(Infinity) ?? 0;
  if (all <= 0) return null;
  const end = ends.find((each) => grown.get(each) >= share * all);
  return end === Infinity ? ends.at(-2) : end;
}

function line(values, most) {
  const step = width / (points_max - 1);
  const from = points_max - values.length;
  const at = (value, i) => `${((from + i) * step).toFixed(1)},${(height - 2 - (value / most) * (height - 6)).toFixed(1)}`;
  return values.map((value, i) => at(value ?? 0, i)).join(' ');
}

/** A figure and its course over the last minutes. */
class Chart {
  constructor(title, write, names = ['']) {
    this.write = write;
    this.names = names;
    this.courses = names.map(() => []);
    this.figure = make('p', { class: 'figure' });
    this.picture = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
    this.picture.setAttribute('viewBox', `0 0 ${width} ${height}`);
    this.picture.setAttribute('preserveAspectRatio', 'none');
    this.picture.setAttribute('role', 'img');
    this.lines = names.map((_, i) => {
      const course = document.createElementNS('http://www.w3.org/2000/svg', 'polyline');
      course.setAttribute('class', `course course_${i}`);
      this.picture.append(course);
      return course;
    });
    this.title = title;
    this.node = make('li', { class: 'chart' }, make('h3', {}, title), this.figure, this.picture);
  }

  add(...values) {
    values.forEach((value, i) => {
      this.courses[i].push(value);
      if (this.courses[i].length > points_max) this.courses[i].shift();
    });
    const most = Math.max(1e-9, ...this.courses.flat().map((value) => value ?? 0));
    this.lines.forEach((course, i) => course.setAttribute('points', line(this.courses[i], most)));
    const words = values.map((value, i) => `${this.names[i]} ${this.write(value)}`.trim()).join(' · ');
    say(this.figure, words);
    this.picture.setAttribute('aria-label', `${this.title}: now ${words}, at most ${this.write(most)}`);
  }
}

/** Asks for the figures while the page is looked at. */
export class Health {
  constructor(ask, attempt) {
    this.ask = ask;
    this.attempt = attempt;
    this.before = null;
    this.charts = {
      requests: new Chart('Requests a second', (value) => short.format(value)),
      answers: new Chart('Answers', duration, ['p50', 'p99']),
      messages: new Chart('Messages decided a second', (value) => short.format(value)),
      commits: new Chart('Commits', duration, ['p50', 'p99']),
      waiting: new Chart('Messages that wait', (value) => short.format(value), ['queue', 'broker']),
      effects: new Chart('Payment calls and notices a second', (value) => short.format(value), ['well', 'failed']),
    };
    by_id('charts').append(...Object.values(this.charts).map((chart) => chart.node));
    window.addEventListener('hashchange', () => this.show());
    setInterval(() => this.load(), every_ms);
    this.show();
  }

  is_shown() {
    return location.hash === '#health' && !by_id('console').hidden;
  }

  /** What of the page is seen is what the address says. */
  show() {
    document.body.dataset.view = location.hash === '#health' ? 'health' : 'work';
    this.before = null;
    this.load();
  }

  async load() {
    if (!this.is_shown() || document.hidden || this.is_loading) return;
    this.is_loading = true;
    await this.attempt(null, async () => this.take(await this.ask('metrics')));
    this.is_loading = false;
  }

  take(answer) {
    const now = new Figures(answer, performance.now());
    this.show_processes(answer);
    this.show_sagas(now);
    const before = this.before;
    this.before = now;
    if (!before?.is_of_same_processes(now)) return;
    const grown = (name, suffix = '', fits = undefined) => rate(now, before, name, suffix, fits);
    const within = (share, name) => quantile(share, now, before, name);
    const { requests, answers, messages, commits, waiting, effects } = this.charts;
    const is_bad = ({ labels }) => ['unknown', 'failed'].includes(labels.result);
    requests.add(grown('oms_http_requests_total'));
    answers.add(within(0.5, 'oms_http_request_duration_seconds'), within(0.99, 'oms_http_request_duration_seconds'));
    messages.add(grown('oms_messages_total'));
    commits.add(within(0.5, 'oms_commit_duration_seconds'), within(0.99, 'oms_commit_duration_seconds'));
    waiting.add(sum(now.of('oms_queue_messages')), sum(now.of('oms_broker_unconfirmed_messages')));
    effects.add(grown('oms_effects_total', '', (sample) => !is_bad(sample)), grown('oms_effects_total', '', is_bad));
  }

  show_processes(answer) {
    by_id('processes').replaceChildren(...answer.processes.map((process) =>
      make('li', {}, make('code', {}, process.process), ` ${process.services.join(', ')}`)));
    const lost = answer.unreached;
    by_id('unreached').hidden = lost.length === 0;
    say(by_id('unreached'), lost.length === 0 ? '' : `No answer from ${lost.join(', ')}`);
  }

  /** Bars, the longest as wide as the table. */
  show_sagas(now) {
    const steps = now.of('oms_sagas').sort((a, b) => b.value - a.value);
    const most = Math.max(1, ...steps.map(({ value }) => value));
    const letters = sum(now.of('oms_dead_letters'));
    say(by_id('health_letters'), letters > 0 ? `${letters} dead letters` : 'No dead letters');
    by_id('steps_empty').hidden = steps.length > 0;
    by_id('steps').replaceChildren(...steps.map(({ labels, value }) => {
      const bar = make('span', { class: 'bar_of' });
      bar.style.width = `${(100 * value) / most}%`;
      return make('tr', {}, make('th', { scope: 'row' }, `${labels.saga} · ${labels.step.replaceAll('_', ' ')}`),
        make('td', { class: 'num' }, String(value)), make('td', { class: 'wide_cell' }, bar));
    }));
  }
}
