import { queueOf } from '../Inputs/UnsentNotice.razor.js';
import { Turns } from '/js/turns.js';
import { h, ring, route } from '/js/desk-parts.js';

const typing = 'input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable="true"], dialog, [popover]';
const columnsOf = { 4: 2, 6: 3, 9: 3, 12: 4, 24: 6 };
const minute = 60_000;
const sureEnough = 0.5;

/**
 * @param {HTMLElement} desk
 * @param {{kind: 'review'|'label', api: string, user: string, inputs: string, concepts: {id: string, name: string, color: string, hotkey?: string}[],
 *   keys: {action: string, key: string, shown: string}[]}} frame
 * @param {{concept_id?: string, order: string, near: string[]}} firstWish
 */
export function attach(desk, frame, firstWish) {
  const { api, concepts, kind } = frame;
  const isReview = kind === 'review';
  const queue = queueOf(frame.user);
  const nameOf = id => concepts.find(concept => concept.id === id)?.name ?? id;
  const shownKey = action => frame.keys.find(key => key.action === action)?.shown;
  const hotkeyOf = concept => frame.keys.some(key => key.key === concept.hotkey) ? undefined : concept.hotkey;
  const unsentAbout = id => queue.entries.some(entry => entry.decisions?.some(decision => decision.inputId === id));

  let wish, turns, place, active, answers, skipped, steps, undone, times, counted, goesOn = true, last = null;
  let isGrid = localStorage.getItem(`portal.desk.${kind}`) === 'grid';
  let size = Number(localStorage.getItem('portal.desk.size')) || 24;
  const notes = [];

  const isSweep = () => isGrid && (isReview || Boolean(wish.concept_id));
  const page = () => turns.items.slice(place, place + size);
  const current = () => turns.items[isGrid ? place + active : place];
  const keyOf = item => `${item.input_id}/${item.question?.concept_id ?? ''}`;
  // What the model thinks unlikely starts as ✗: the person corrects the model, not the other way round.
  const guessOf = item => item.guesses.find(guess => guess.concept_id === wish.concept_id)?.score;
  const answerOf = item => answers.get(keyOf(item)) ?? (guessOf(item) < sureEnough ? 'no' : 'yes');
  const conceptOf = item => item.question?.concept_id ?? wish.concept_id;

  // Decisions ------------------------------------------------------------------------------------------------------------------------------------
  const decision = (item, conceptId, value, isAnswer = false) => ({
    inputId: item.input_id,
    conceptId,
    value,
    annotationId: isAnswer ? item.question.annotation_id : undefined,
    draw: isReview ? (item.question.is_audit ? 'audit' : 'pending') : item.draw ?? undefined,
    seen: item.seen,
  });

  const answer = (item, isYes) => decision(item, conceptOf(item), isYes === (item.question?.value ?? true) ? 1 : 0, isReview);

  const itemOf = made => turns.items.find(item => item.input_id === made.inputId);

  const apply = step => {
    step.before = step.decisions.map(made => itemOf(made)?.labels[made.conceptId]);
    for (const made of step.decisions) {
      const item = itemOf(made);
      if (!item) continue;
      if (made.value === null) delete item.labels[made.conceptId];
      else item.labels[made.conceptId] = made.value;
    }
    step.id = queue.decide(api, ...step.decisions);
    steps.push(step);
    counted += step.settles;
    for (let i = 0; i < step.settles; i++) times.push(Date.now());
  };

  const decide = (decisions, settles, to) => {
    if (decisions.length === 0) return;
    undone.length = 0;
    apply({ decisions, settles, from: place, fromActive: active, to: to ?? place });
    if (to !== undefined) move(to);
    else draw();
  };

  const undo = () => {
    const step = steps.pop();
    if (!step) return;
    queue.undo(api, step.id);
    step.decisions.forEach((made, i) => {
      const item = itemOf(made);
      if (!item) return;
      if (step.before[i] === undefined) delete item.labels[made.conceptId];
      else item.labels[made.conceptId] = step.before[i];
    });
    counted -= step.settles;
    times.splice(Math.max(0, times.length - step.settles), step.settles);
    undone.push(step);
    move(step.from, step.fromActive);
  };

  const redo = () => {
    const step = undone.pop();
    if (!step) return;
    apply(step);
    move(step.to);
  };

  const label = (concept, value) => {
    const item = current();
    if (!item || isSweep()) return;
    if (isReview) {
      if (concept.id !== item.question.concept_id && item.question.value) decide([answer(item, false), decision(item, concept.id, 1)], 1, place + 1);
      return;
    }
    const taken = item.labels[concept.id] === value;
    const isFirst = !taken && Object.keys(item.labels).length === 0;
    last = taken ? last : { ...item.labels, [concept.id]: value };
    const isGoingOn = goesOn && value === 1 && !taken;
    if (isGrid) {
      decide([decision(item, concept.id, taken ? null : value)], isFirst ? 1 : 0);
      if (isGoingOn) step(1);
    } else {
      decide([decision(item, concept.id, taken ? null : value)], isFirst ? 1 : 0, isGoingOn ? place + 1 : undefined);
    }
  };

  const sweep = () => {
    const decided = page().filter(item => answerOf(item) !== 'open');
    for (const item of page()) if (answerOf(item) === 'open') skipped.add(keyOf(item));
    if (decided.length === 0) move(place + page().length);
    else decide(decided.map(item => answer(item, answerOf(item) === 'yes')), decided.length, place + page().length);
  };

  const turn = item => {
    const order = guessOf(item) < sureEnough ? ['no', 'yes', 'open'] : ['yes', 'no', 'open'];
    answers.set(keyOf(item), order[(order.indexOf(answerOf(item)) + 1) % order.length]);
    draw();
  };

  // Moving about ---------------------------------------------------------------------------------------------------------------------------------
  const move = (to, at = 0) => {
    place = Math.max(0, Math.min(to, turns.items.length));
    active = Math.min(at, Math.max(0, page().length - 1));
    supply();
    draw();
  };

  const step = by => {
    if (!isGrid) move(place + by);
    else if (page()[active + by]) { active += by; draw(); desk.querySelectorAll('.tile')[active]?.focus(); }
    else if (Math.abs(by) === 1) move(place + by * size, by < 0 ? size - 1 : 0);
  };

  const supply = () => {
    const reserve = isGrid ? size * 2 : 12;
    if (turns.items.length - place < reserve) {
      // What is settled, sent and behind is given back, for what else others may want to do with it.
      const ahead = new Set(turns.items.slice(place).map(item => item.input_id));
      turns.release([...new Set(turns.items.slice(Math.max(0, place - 64), place).filter(item => !skipped.has(keyOf(item)) && !ahead.has(item.input_id) && !item.isReleased && !unsentAbout(item.input_id))
        .map(item => { item.isReleased = true; return item.input_id; }))]);
      turns.more(Math.max(24, size));
    }
    turns.prepare(place, !isGrid || size <= 6, isGrid ? size * 2 : undefined);
  };

  const actions = {
    yes: () => { const item = current(); if (item && !isGrid) decide([answer(item, true)], 1, place + 1); },
    no: () => { const item = current(); if (item && !isGrid) decide([answer(item, false)], 1, place + 1); },
    skip: () => {
      const item = current();
      if (!item) return;
      if (isSweep()) return turn(item);
      if (isReview || Object.keys(item.labels).length === 0) skipped.add(keyOf(item));
      step(1);
    },
    same: () => {
      const item = current();
      if (!item || !last || isSweep()) return;
      const decisions = Object.entries(last).map(([conceptId, value]) => decision(item, conceptId, value));
      decide(decisions, Object.keys(item.labels).length === 0 ? 1 : 0, isGrid ? undefined : place + 1);
      if (isGrid) step(1);
    },
    accept: () => {
      if (isSweep()) return page().length > 0 && sweep();
      const guess = current()?.guesses[0];
      if (guess?.score >= sureEnough && !isReview) label(concepts.find(concept => concept.id === guess.concept_id), 1);
    },
    undo,
    redo,
    previous: () => step(-1),
    next: () => step(1),
    up: () => isGrid && step(-columnsOf[size]),
    down: () => isGrid && step(columnsOf[size]),
    grid: () => { isGrid = !isGrid; localStorage.setItem(`portal.desk.${kind}`, isGrid ? 'grid' : 'one'); move(place); },
  };

  const onKey = event => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest?.(typing) || document.querySelector('dialog[open]')) return;
    // Shift changes what a digit key writes, not where it is.
    const digit = /^(?:Digit|Numpad)(\d)$/.exec(event.code)?.[1];
    const key = digit ?? (event.key.length === 1 ? event.key.toLowerCase() : event.key);
    // A focused control keeps its own keys; a tile's are the desk's.
    if ((key === ' ' || key === 'Enter') && event.target.closest('button:not(.tile), a, summary, label, [role="button"]')) return;
    const wanted = event.shiftKey && key !== ' ' ? `shift+${key}` : key;
    const known = frame.keys.find(entry => entry.key === wanted);
    const concept = known ? undefined : concepts.find(entry => hotkeyOf(entry) === key);
    if (!known && !concept) return;
    event.preventDefault();
    if (event.repeat && !['next', 'previous', 'up', 'down'].includes(known?.action)) return;
    if (known) actions[known.action]();
    else label(concept, event.shiftKey ? 0 : 1);
  };

  // Drawing --------------------------------------------------------------------------------------------------------------------------------------
  const button = (action, text, className = '', isDisabled = false) =>
    h('button', { type: 'button', class: `btn ${className}`, disabled: isDisabled, onclick: actions[action] }, text, shownKey(action) && h('kbd', {}, shownKey(action)));

  const dot = id => h('i', { class: 'dot', 'aria-hidden': 'true', style: `background:${concepts.find(concept => concept.id === id)?.color ?? 'var(--no)'}` });
  const number = value => value.toLocaleString();
  const score = value => value.toLocaleString(undefined, { minimumFractionDigits: 2, maximumFractionDigits: 2 });

  const pace = () => {
    const since = Date.now() - minute;
    const recent = times.filter(time => time > since);
    const span = Math.max(10_000, Math.min(minute, Date.now() - (times[0] ?? Date.now())));
    return Math.round(recent.length * minute / span);
  };

  const foot = () => {
    const left = Math.max(0, turns.left - counted + turns.countedThen);
    const rate = pace();
    const total = isReview ? counted + left : turns.total;
    const parts = [`${number(left)} left`, rate > 0 && `${number(rate)} a minute`, rate > 0 && left > 0 && `about ${number(Math.ceil(left / rate))} min`].filter(Boolean);
    return h('div', { class: 'foot' },
      h('div', { class: 'acts' }, button('skip', isSweep() ? 'Change' : 'Skip', 'quiet'), button('undo', 'Undo', 'quiet', steps.length === 0), button('redo', 'Redo', 'quiet', undone.length === 0),
        button('grid', isGrid ? 'One' : 'Grid', 'quiet')),
      isGrid && h('label', { class: 'check small' }, 'Pictures at once',
        h('select', { class: 'input', onchange: event => { size = Number(event.target.value); localStorage.setItem('portal.desk.size', size); move(place); } },
          ...Object.keys(columnsOf).map(count => h('option', { value: count, selected: Number(count) === size }, count)))),
      h('div', { class: 'pace' }, ring(total > 0 ? 1 - left / total : 0), h('p', { class: 'muted small', role: 'status' }, parts.join(' · '))));
  };

  const notesPart = () => h('div', { role: 'alert', class: 'notes' }, ...notes.slice(-3).map(note => h('p', { class: 'note' }, note.text, ' ',
    note.href && h('a', { href: note.href }, 'Open the input'), h('button', { type: 'button', class: 'btn link', onclick: () => { notes.splice(notes.indexOf(note), 1); draw(); } }, 'Dismiss'))));

  const reviewPart = item => {
    const { question } = item;
    return [
      h('p', { class: 'small muted' }, `${question.is_audit ? 'Audit' : 'Pending'} · ${question.origin}`),
      h('h1', { tabindex: '-1', 'aria-live': 'polite' }, question.value ? 'Is there a ' : 'Is it without a ', h('b', {}, nameOf(question.concept_id)), question.value ? ' here?' : '?'),
      question.score !== null && question.score !== undefined && h('div', { class: 'score-line' }, route(question.route, question.score), h('p', { class: 'small muted' }, 'Score ', h('b', {}, score(question.score)))),
      h('div', { class: 'pair' }, button('yes', 'Yes', 'yes'), button('no', 'No', 'no')),
      question.value && concepts.length > 1 && h('section', { 'aria-label': 'It is something else' }, h('h2', { class: 'caption' }, 'It is something else'),
        h('div', { class: 'pair' }, ...concepts.filter(concept => concept.id !== question.concept_id).map(concept => h('button', { type: 'button', class: 'btn concept', onclick: () => label(concept, 1) },
          dot(concept.id), h('span', { class: 'ellipsis' }, concept.name), hotkeyOf(concept) && h('kbd', {}, hotkeyOf(concept).toUpperCase()))))),
    ];
  };

  const labelPart = item => [
    h('h1', { tabindex: '-1', class: 'ellipsis', title: item.file_name }, item.file_name || item.input_id),
    h('section', { 'aria-label': 'Labels', class: 'labels' }, ...concepts.map(concept => {
      const guess = item.guesses.find(entry => entry.concept_id === concept.id);
      const mark = (value, text) => h('button', { type: 'button', class: `btn ${value ? 'yes' : 'no'}`, 'aria-pressed': String(item.labels[concept.id] === value),
        'aria-label': `${concept.name} is ${value ? '' : 'not '}on it`, onclick: () => label(concept, value) }, text, value === 1 && hotkeyOf(concept) && h('kbd', {}, hotkeyOf(concept).toUpperCase()));
      return h('div', { class: 'concept-line' }, dot(concept.id), h('div', { class: 'name' }, h('span', { class: 'ellipsis', title: concept.name }, concept.name),
        guess && h('span', { class: 'guess small muted' }, `model ${score(guess.score)}`)), mark(1, '✓'), mark(0, '✗'));
    })),
    item.guesses[0]?.score >= sureEnough && button('accept', `Take the guess: ${nameOf(item.guesses[0].concept_id)}`, 'guessed'),
    button('same', 'Same as last', '', !last),
    h('label', { class: 'check small' }, h('input', { type: 'checkbox', checked: goesOn, onchange: event => { goesOn = event.target.checked; } }), 'Go on after a ✓'),
  ];

  const sweepPart = () => {
    const shown = page();
    const count = what => shown.filter(item => answerOf(item) === what).length;
    const isMixed = shown.some(item => guessOf(item) < sureEnough);
    const one = new Set(shown.map(conceptOf)).size === 1 ? nameOf(conceptOf(shown[0])) : null;
    const words = [`✓ ${count('yes')}`, count('no') > 0 && `✗ ${count('no')}`].filter(Boolean).join(' · ');
    return [
      h('h1', { tabindex: '-1' }, ...(isMixed ? ['Is ', h('b', {}, one), ` right on these ${shown.length}?`] : one ? [shown.length === 1 ? 'Is this ' : `Are these ${shown.length} `, h('b', {}, one), '?'] : [`Are these ${shown.length} right?`])),
      h('p', { class: 'muted' }, 'Click what is wrong: once to change the answer, twice to leave it open. Then accept all in one step.'),
      button('accept', `Accept ${words}`, 'primary'),
      count('open') > 0 && h('p', { class: 'small muted' }, `${count('open')} left open`),
    ];
  };

  const tile = (item, i) => {
    const marks = isSweep() ? { yes: '✓', no: '✗', open: '–' }[answerOf(item)] : null;
    const said = isSweep() ? [nameOf(conceptOf(item))] : Object.entries(item.labels).map(([id, value]) => `${value ? '✓' : '✗'} ${nameOf(id)}`);
    const value = item.question?.score ?? guessOf(item);
    return h('button', {
      type: 'button', class: `tile ${isSweep() ? answerOf(item) : ''}`, tabindex: i === active ? '0' : '-1', 'aria-current': String(i === active),
      'aria-label': `${item.file_name || item.input_id}: ${isSweep() ? `${said[0]} ${{ yes: 'yes', no: 'no', open: 'left open' }[answerOf(item)]}` : said.join(', ') || 'no label'}`,
      onclick: () => { active = i; if (isSweep()) turn(item); else draw(); desk.querySelectorAll('.tile')[i]?.focus(); },
    }, turns.picture(item, size <= 6), marks && h('span', { class: 'verdict' }, marks),
    h('span', { class: 'said' }, said.join(' '), value !== undefined && value !== null && ` ${score(value)}`));
  };

  const emptyPart = () => {
    if (turns.state === 'loading') return h('div', { class: 'nothing', 'aria-busy': 'true' }, h('p', { class: 'muted late' }, 'Fetching pictures …'));
    const text = turns.state === 'offline' ? 'The portal cannot be reached. What you decided is kept here; more comes as soon as it is back.'
      : turns.state !== 'empty' && turns.state !== 'ready' ? turns.state
        : skipped.size > 0 ? `You skipped ${skipped.size}. They still wait.`
          : turns.left - counted + turns.countedThen > 0 ? 'What is left is open on another page. It comes back here when that page is left.'
            : isReview ? 'Nothing waits for review. Tags a workflow is unsure of come here.' : wish.concept_id ? `Every input has an answer for ${nameOf(wish.concept_id)}.` : 'Every input has a label.';
    return h('div', { class: 'nothing' }, h('p', {}, text), skipped.size > 0 && h('button', { type: 'button', class: 'btn primary', onclick: again }, 'Show them again'),
      steps.length > 0 && button('undo', 'Undo the last', ''));
  };

  const again = () => {
    const kept = new Set(skipped);
    const passed = turns.items.filter(item => kept.has(keyOf(item)));
    skipped.clear();
    turns.items.push(...passed);
    move(turns.items.length - passed.length);
  };

  const strip = () => h('div', { class: 'strip', 'aria-hidden': 'true' }, ...turns.items.slice(Math.max(0, place - 2), place + 14).map(item => {
    const picture = h('img', { src: item.thumb, alt: '', class: item === current() ? 'on' : '' });
    picture.onclick = () => move(turns.items.indexOf(item));
    return picture;
  }));

  let shownStage = null;
  const draw = () => {
    const item = current();
    const focused = desk.contains(document.activeElement) ? document.activeElement.textContent : null;
    if (!item) {
      shownStage = null;
      desk.replaceChildren(h('div', { class: 'area' }, notesPart(), emptyPart()));
      return;
    }
    const stage = isGrid
      ? h('div', { class: 'tiles', style: `--columns:${columnsOf[size]}`, role: 'group', 'aria-label': 'Pictures' }, ...page().map(tile))
      : turns.picture(item, true) === shownStage?.firstChild ? shownStage : h('div', { class: 'stage' }, turns.picture(item, true));
    const aside = h('aside', { 'aria-label': isReview ? 'Review' : 'Label' }, notesPart(), ...(isSweep() ? sweepPart() : isReview ? reviewPart(item) : labelPart(item)),
      !isSweep() && h('a', { class: 'small', href: `${frame.inputs}/${encodeURIComponent(item.input_id)}` }, 'Open the input'), foot());
    if (stage === shownStage) {
      desk.querySelector('.work > aside').replaceWith(aside);
      desk.querySelector('.strip')?.replaceWith(strip());
    } else {
      desk.replaceChildren(h('div', { class: 'work' }, h('div', { class: 'middle' }, stage, !isGrid && strip()), aside));
    }
    shownStage = stage;
    // A drawn-anew control keeps the focus of the one it stands for.
    if (focused !== null && !desk.contains(document.activeElement))
      (isGrid ? desk.querySelectorAll('.tile')[active] : [...aside.querySelectorAll('button')].find(entry => entry.textContent === focused) ?? aside.querySelector('h1'))?.focus({ preventScroll: true });
  };

  // Answers of the portal -------------------------------------------------------------------------------------------------------------------------
  const onSent = ({ detail }) => {
    for (const conflict of detail.conflicts) {
      const item = turns.items.find(entry => entry.input_id === conflict.input_id);
      const said = { 1: '✓', 0: '✗' }[conflict.value] ?? 'nothing';
      notes.push({ text: `${nameOf(conflict.concept_id)} on ${item?.file_name || conflict.input_id}: ${conflict.user_id} said ${said} meanwhile, and that was kept.`,
        href: `${frame.inputs}/${encodeURIComponent(conflict.input_id)}` });
    }
    if (detail.conflicts.length > 0) draw();
  };

  const onRefused = ({ detail }) => {
    steps = steps.filter(entry => entry.id !== detail.entry.id);
    notes.push({ text: detail.reason });
    draw();
  };

  const open = next => {
    turns?.dispose();
    wish = next;
    [place, active, answers, skipped, steps, undone, times, counted] = [0, 0, new Map(), new Set(), [], [], [], 0];
    turns = new Turns(api, kind, wish, unsentAbout, () => queue.entries.length > 0 ? NaN : counted);
    const opened = turns;
    turns.addEventListener('change', ({ detail }) => {
      if (turns !== opened) return;
      turns.prepare(place, !isGrid || size <= 6, isGrid ? size * 2 : undefined);
      if (detail.hasCome || !current()) draw();
    });
    draw();
    turns.more(Math.max(24, size));
  };

  const tick = setInterval(() => {
    const status = desk.querySelector('.foot');
    if (status && !status.contains(document.activeElement)) status.replaceWith(foot());
  }, 5_000);
  document.addEventListener('keydown', onKey);
  queue.addEventListener('sent', onSent);
  queue.addEventListener('refused', onRefused);
  open(firstWish);

  return {
    open,
    dispose() {
      clearInterval(tick);
      turns.dispose();
      document.removeEventListener('keydown', onKey);
      queue.removeEventListener('sent', onSent);
      queue.removeEventListener('refused', onRefused);
    },
  };
}
