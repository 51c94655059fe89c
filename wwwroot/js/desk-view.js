import { columnsOf, sureEnough } from '/js/desk-work.js';
import { h, ring, route } from '/js/desk-parts.js';

const number = value => value.toLocaleString();
const score = value => value.toLocaleString(undefined, { minimumFractionDigits: 2, maximumFractionDigits: 2 });

/**
 * Draws the desk.
 * @param {HTMLElement} desk
 * @param {import('/Features/Review/Desk.razor.js').Frame} frame
 * @param {import('/js/desk-work.js').DeskWork} work
 * @param {Record<string, () => void>} actions
 * @returns {{draw: (isChoice?: boolean) => void, tick: () => void}}
 */
export function view(desk, frame, work, actions) {
  const { concepts } = frame;
  const nameOf = id => concepts.find(concept => concept.id === id)?.name ?? id;
  const hrefOf = id => `${frame.inputs}/${encodeURIComponent(id)}`;
  const shownKey = action => frame.keys.find(key => key.action === action)?.shown;
  let shownStage = null;

  const button = (action, text, className = '', isDisabled = false) =>
    h('button', { type: 'button', class: `btn ${className}`, disabled: isDisabled, onclick: actions[action] }, text, shownKey(action) && h('kbd', {}, shownKey(action)));

  const keyOf = concept => concept.hotkey && h('kbd', {}, concept.hotkey.toUpperCase());

  const dot = id => h('i', { class: 'dot', 'aria-hidden': 'true', style: `background:${concepts.find(concept => concept.id === id)?.color ?? 'var(--no)'}` });

  const foot = () => {
    const { left, pace, total } = work;
    const parts = [`${number(left)} left`, pace > 0 && `${number(pace)} a minute`, pace > 0 && left > 0 && `about ${number(Math.ceil(left / pace))} min`].filter(Boolean);
    return h('div', { class: 'foot' },
      h('div', { class: 'acts' }, button('skip', work.isSweep ? 'Change' : 'Skip', 'quiet'), button('undo', 'Undo', 'quiet', work.steps.length === 0),
        button('redo', 'Redo', 'quiet', work.undone.length === 0), button('grid', work.isGrid ? 'One' : 'Grid', 'quiet')),
      work.isGrid && h('label', { class: 'check small' }, 'Pictures at once',
        h('select', { class: 'input', onchange: event => work.showGrid(true, Number(event.target.value)) },
          ...Object.keys(columnsOf).map(count => h('option', { value: count, selected: Number(count) === work.size }, count)))),
      h('div', { class: 'pace' }, ring(total > 0 ? 1 - left / total : 0), h('p', { class: 'muted small', role: 'status' }, parts.join(' · '))));
  };

  const wordsOf = ({ text, conflict, name }) => text
    ?? `${nameOf(conflict.concept_id)} on ${name}: ${conflict.user_id} said ${{ 1: '✓', 0: '✗' }[conflict.value] ?? 'nothing'} meanwhile, and that was kept.`;

  const notes = () => h('div', { role: 'alert', class: 'notes' }, ...work.notes.slice(-3).map(note => h('p', { class: 'note' }, wordsOf(note), ' ',
    note.conflict && h('a', { href: hrefOf(note.conflict.input_id) }, 'Open the input'), h('button', { type: 'button', class: 'btn link', onclick: () => work.dismiss(note) }, 'Dismiss'))));

  const reviewPart = item => {
    const { question } = item;
    return [
      h('p', { class: 'small muted' }, `${question.is_audit ? 'Audit' : 'Pending'} · ${question.origin}`),
      h('h1', { tabindex: '-1', 'aria-live': 'polite' }, question.value ? 'Is there a ' : 'Is it without a ', h('b', {}, nameOf(question.concept_id)), question.value ? ' here?' : '?'),
      question.score !== null && question.score !== undefined && h('div', { class: 'score-line' }, route(question.route, question.score), h('p', { class: 'small muted' }, 'Score ', h('b', {}, score(question.score)))),
      h('div', { class: 'pair' }, button('yes', 'Yes', 'yes'), button('no', 'No', 'no')),
      question.value && concepts.length > 1 && h('section', { 'aria-label': 'It is something else' }, h('h2', { class: 'caption' }, 'It is something else'),
        h('div', { class: 'pair' }, ...concepts.filter(concept => concept.id !== question.concept_id).map(concept => h('button', { type: 'button', class: 'btn concept', onclick: () => work.label(concept.id, 1) },
          dot(concept.id), h('span', { class: 'ellipsis' }, concept.name), keyOf(concept))))),
    ];
  };

  const labelPart = item => [
    h('h1', { tabindex: '-1', class: 'ellipsis', title: item.file_name }, item.file_name || item.input_id),
    h('section', { 'aria-label': 'Labels', class: 'labels' }, ...concepts.map(concept => {
      const guess = item.guesses.find(entry => entry.concept_id === concept.id);
      const mark = (value, text) => h('button', { type: 'button', class: `btn ${value ? 'yes' : 'no'}`, 'aria-pressed': String(item.labels[concept.id] === value),
        'aria-label': `${concept.name} is ${value ? '' : 'not '}on it`, onclick: () => work.label(concept.id, value) }, text, value === 1 && keyOf(concept));
      return h('div', { class: 'concept-line' }, dot(concept.id), h('div', { class: 'name' }, h('span', { class: 'ellipsis', title: concept.name }, concept.name),
        guess && h('span', { class: 'guess small muted' }, `model ${score(guess.score)}`)), mark(1, '✓'), mark(0, '✗'));
    })),
    item.guesses[0]?.score >= sureEnough && button('accept', `Take the guess: ${nameOf(item.guesses[0].concept_id)}`, 'guessed'),
    button('same', 'Same as last', '', !work.hasLast),
    h('label', { class: 'check small' }, h('input', { type: 'checkbox', checked: work.goesOn, onchange: event => { work.goesOn = event.target.checked; } }), 'Go on after a ✓'),
  ];

  const sweepPart = () => {
    const shown = work.page;
    const count = what => shown.filter(item => work.answerOf(item) === what).length;
    const isMixed = shown.some(item => work.isUnlikely(item));
    const one = new Set(shown.map(item => work.conceptOf(item))).size === 1 ? nameOf(work.conceptOf(shown[0])) : null;
    const words = [`✓ ${count('yes')}`, count('no') > 0 && `✗ ${count('no')}`].filter(Boolean).join(' · ');
    return [
      h('h1', { tabindex: '-1' }, ...(!one ? [`Are these ${shown.length} right?`] : isMixed ? ['Is ', h('b', {}, one), ` right on these ${shown.length}?`]
        : [shown.length === 1 ? 'Is this ' : `Are these ${shown.length} `, h('b', {}, one), '?'])),
      h('p', { class: 'muted' }, 'Click what is wrong: once to change the answer, twice to leave it open. Then accept all in one step.'),
      button('accept', `Accept ${words}`, 'primary'),
      count('open') > 0 && h('p', { class: 'small muted' }, `${count('open')} left open`),
    ];
  };

  const tile = (item, i) => {
    const answer = work.isSweep ? work.answerOf(item) : '';
    const said = work.isSweep ? [nameOf(work.conceptOf(item))] : Object.entries(item.labels).map(([id, value]) => `${value ? '✓' : '✗'} ${nameOf(id)}`);
    const value = work.scoreOf(item);
    return h('button', {
      type: 'button', class: `tile ${answer}`, tabindex: i === work.active ? '0' : '-1', 'aria-current': String(i === work.active),
      'aria-label': `${item.file_name || item.input_id}: ${answer ? `${said[0]} ${{ yes: 'yes', no: 'no', open: 'left open' }[answer]}` : said.join(', ') || 'no label'}`,
      onclick: () => { work.choose(i); if (work.isSweep) work.turn(item); },
    }, work.turns.picture(item, work.size <= 6, true), answer && h('span', { class: 'verdict' }, { yes: '✓', no: '✗', open: '–' }[answer]),
    h('span', { class: 'said' }, said.join(' '), value !== undefined && ` ${score(value)}`));
  };

  const emptyText = () => {
    const { turns, skipped } = work;
    if (turns.state === 'offline') return 'The portal cannot be reached. What you decided is kept here; more comes as soon as it is back.';
    if (turns.state !== 'empty' && turns.state !== 'ready') return turns.state;
    if (skipped.size > 0) return `You skipped ${skipped.size}. They still wait.`;
    if (work.left > 0) return 'What is left is open on another page. It comes back here when that page is left.';
    if (work.isReview) return 'Nothing waits for review. Tags a workflow is unsure of come here.';
    return work.asked ? `Every input has an answer for ${nameOf(work.asked)}.` : 'Every input has a label.';
  };

  const emptyPart = () => work.turns.state === 'loading'
    ? h('div', { class: 'nothing', 'aria-busy': 'true' }, h('p', { class: 'muted late' }, 'Fetching pictures …'))
    : h('div', { class: 'nothing' }, h('p', {}, emptyText()), work.skipped.size > 0 && h('button', { type: 'button', class: 'btn primary', onclick: () => work.again() }, 'Show them again'),
      work.steps.length > 0 && button('undo', 'Undo the last'));

  const strip = () => h('div', { class: 'strip', 'aria-hidden': 'true' }, ...work.turns.items.slice(Math.max(0, work.place - 2), work.place + 14).map(item => {
    const picture = h('img', { src: item.thumb, alt: '', class: item === work.current ? 'on' : '' });
    picture.onclick = () => work.move(work.turns.items.indexOf(item));
    return picture;
  }));

  const stageOf = item => {
    if (work.isGrid) return h('div', { class: 'tiles', style: `--columns:${columnsOf[work.size]}`, role: 'group', 'aria-label': 'Pictures' }, ...work.page.map(tile));
    const picture = work.turns.picture(item, true);
    return picture === shownStage?.firstChild ? shownStage : h('div', { class: 'stage' }, picture);
  };

  const draw = (isChoice = false) => {
    const item = work.current;
    const focused = desk.contains(document.activeElement) ? document.activeElement.textContent : null;
    if (!item) {
      shownStage = null;
      desk.replaceChildren(h('div', { class: 'area' }, notes(), emptyPart()));
      return;
    }
    const stage = stageOf(item);
    const aside = h('aside', { 'aria-label': work.isReview ? 'Review' : 'Label' }, notes(), ...(work.isSweep ? sweepPart() : work.isReview ? reviewPart(item) : labelPart(item)),
      !work.isSweep && h('a', { class: 'small', href: hrefOf(item.input_id) }, 'Open the input'), foot());
    if (stage === shownStage) {
      desk.querySelector('.work > aside').replaceWith(aside);
      desk.querySelector('.strip')?.replaceWith(strip());
    } else {
      desk.replaceChildren(h('div', { class: 'work' }, h('div', { class: 'middle' }, stage, !work.isGrid && strip()), aside));
    }
    shownStage = stage;
    const chosen = desk.querySelectorAll('.tile')[work.active];
    // A drawn-anew control keeps the focus of the one it stands for.
    if (isChoice) chosen?.focus();
    else if (focused !== null && !desk.contains(document.activeElement))
      (chosen ?? [...aside.querySelectorAll('button')].find(entry => entry.textContent === focused) ?? aside.querySelector('h1'))?.focus({ preventScroll: true });
  };

  /** The pace changes with time alone. */
  const tick = () => {
    const shown = desk.querySelector('.foot');
    if (shown && !shown.contains(document.activeElement)) shown.replaceWith(foot());
  };

  return { draw, tick };
}
