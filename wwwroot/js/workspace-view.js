// @ts-check
import { columnsOf, sureEnough } from './workspace-state.js';
import { h, ring, route } from './workspace-parts.js';

/** @typedef {import('./work-batch.js').Item} Item */

/** @param {number} value */
const number = value => value.toLocaleString();

/** @param {number} value */
const score = value => value.toLocaleString(undefined, { minimumFractionDigits: 2, maximumFractionDigits: 2 });

const saidVerdicts = { yes: 'yes', no: 'no', open: 'left open' };
const signs = { yes: '✓', no: '✗', open: '–' };

/**
 * Draws the workspace.
 * @param {HTMLElement} workspace
 * @param {import('/Features/Review/LabelingWorkspace.razor.js').Frame} frame
 * @param {import('./workspace-state.js').WorkspaceState} work
 * @param {import('/Features/Review/LabelingWorkspace.razor.js').Actions} actions
 * @returns {{draw: (isChoice?: boolean) => void, tick: () => void}}
 */
export function view(workspace, frame, work, actions) {
  const { concepts } = frame;
  /** @param {string} id */
  const nameOf = id => concepts.find(concept => concept.id === id)?.name ?? id;
  /** @param {string} id */
  const hrefOf = id => `${frame.inputs}/${encodeURIComponent(id)}`;
  /** @param {string} action */
  const shownKey = action => frame.keys.find(key => key.action === action)?.shown;
  /** @type {HTMLElement | null} */
  let shownStage = null;

  /**
   * @param {string} action
   * @param {string} text
   */
  const button = (action, text, className = '', isDisabled = false) => {
    const key = shownKey(action);
    return h('button', { type: 'button', class: `btn ${className}`, disabled: isDisabled, onclick: actions[action] },
      text, key && h('kbd', {}, key));
  };

  /** @param {import('/Features/Review/LabelingWorkspace.razor.js').Concept} concept */
  const keyOf = concept => concept.hotkey && h('kbd', {}, concept.hotkey.toUpperCase());

  /** @param {string} id */
  const dot = id => {
    const colour = concepts.find(concept => concept.id === id)?.color ?? 'var(--no)';
    return h('i', { class: 'dot', 'aria-hidden': 'true', style: `background:${colour}` });
  };

  const sizeChoice = () => {
    const select = h('select', { class: 'input', onchange: () => work.showGrid(true, Number(select.value)) },
      ...Object.keys(columnsOf).map(count =>
        h('option', { value: count, selected: Number(count) === work.size }, count)));
    return h('label', { class: 'check small' }, 'Pictures at once', select);
  };

  const foot = () => {
    const { left, pace, total } = work;
    const parts = [
      `${number(left)} left`,
      pace > 0 && `${number(pace)} a minute`,
      pace > 0 && left > 0 && `about ${number(Math.ceil(left / pace))} min`,
    ].filter(Boolean);
    return h('div', { class: 'foot' },
      h('div', { class: 'acts' },
        button('skip', work.isGridAnswer ? 'Change' : 'Skip', 'quiet'),
        button('undo', 'Undo', 'quiet', work.steps.length === 0),
        button('redo', 'Redo', 'quiet', work.undone.length === 0),
        button('grid', work.isGrid ? 'One' : 'Grid', 'quiet')),
      work.isGrid && sizeChoice(),
      h('div', { class: 'pace' },
        ring(total > 0 ? 1 - left / total : 0),
        h('p', { class: 'muted small', role: 'status' }, parts.join(' · '))));
  };

  /** @param {import('./workspace-state.js').Note} note */
  const wordsOf = note => {
    if ('text' in note) return note.text;
    const { concept_id, user_id, value } = note.conflict;
    const said = value === 1 ? '✓' : value === 0 ? '✗' : 'nothing';
    return `${nameOf(concept_id)} on ${note.name}: ${user_id} said ${said} meanwhile, and that was kept.`;
  };

  const notes = () => h('div', { role: 'alert', class: 'notes' }, ...work.notes.slice(-3).map(note =>
    h('p', { class: 'note' }, wordsOf(note), ' ',
      'conflict' in note && h('a', { href: hrefOf(note.conflict.input_id) }, 'Open the input'),
      h('button', { type: 'button', class: 'btn link', onclick: () => work.dismiss(note) }, 'Dismiss'))));

  /** @param {import('./work-batch.js').Question} question */
  const scoreLine = question => question.score !== null && question.score !== undefined
    && h('div', { class: 'score-line' }, route(question.route, question.score),
      h('p', { class: 'small muted' }, 'Score ', h('b', {}, score(question.score))));

  /** @param {string} asked */
  const otherConcepts = asked =>
    h('section', { 'aria-label': 'It is something else' }, h('h2', { class: 'caption' }, 'It is something else'),
      h('div', { class: 'pair' }, ...concepts.filter(concept => concept.id !== asked).map(concept =>
        h('button', { type: 'button', class: 'btn concept', onclick: () => work.label(concept.id, 1) },
          dot(concept.id), h('span', { class: 'ellipsis' }, concept.name), keyOf(concept)))));

  /** @param {import('./work-batch.js').Question} question */
  const reviewPart = question => [
    h('p', { class: 'small muted' }, `${question.is_audit ? 'Audit' : 'Pending'} · ${question.origin}`),
    h('h1', { tabindex: '-1', 'aria-live': 'polite' },
      question.value ? 'Is there a ' : 'Is it without a ', h('b', {}, nameOf(question.concept_id)),
      question.value ? ' here?' : '?'),
    scoreLine(question),
    h('div', { class: 'pair' }, button('yes', 'Yes', 'yes'), button('no', 'No', 'no')),
    question.value && concepts.length > 1 && otherConcepts(question.concept_id),
  ];

  /**
   * @param {Item} item
   * @param {import('/Features/Review/LabelingWorkspace.razor.js').Concept} concept
   */
  const conceptLine = (item, concept) => {
    const guess = item.guesses.find(entry => entry.concept_id === concept.id);
    /**
     * @param {0 | 1} value
     * @param {string} text
     */
    const mark = (value, text) => h('button', {
      type: 'button', class: `btn ${value ? 'yes' : 'no'}`, 'aria-pressed': String(item.labels[concept.id] === value),
      'aria-label': `${concept.name} is ${value ? '' : 'not '}on it`, onclick: () => work.label(concept.id, value),
    }, text, value === 1 && keyOf(concept));
    return h('div', { class: 'concept-line' }, dot(concept.id),
      h('div', { class: 'name' }, h('span', { class: 'ellipsis', title: concept.name }, concept.name),
        guess && h('span', { class: 'guess small muted' }, `model ${score(guess.score)}`)),
      mark(1, '✓'), mark(0, '✗'));
  };

  const goOnChoice = () => {
    const box = h('input', { type: 'checkbox', checked: work.goesOn, onchange: () => { work.goesOn = box.checked; } });
    return h('label', { class: 'check small' }, box, 'Go on after a ✓');
  };

  /** @param {Item} item */
  const labelPart = item => {
    const [best] = item.guesses;
    const isSure = best !== undefined && best.score >= sureEnough;
    return [
      h('h1', { tabindex: '-1', class: 'ellipsis', title: item.file_name }, item.file_name || item.input_id),
      h('section', { 'aria-label': 'Labels', class: 'labels' }, ...concepts.map(concept => conceptLine(item, concept))),
      isSure && button('accept', `Take the guess: ${nameOf(best.concept_id)}`, 'guessed'),
      button('same', 'Same as last', '', !work.hasLast),
      goOnChoice(),
    ];
  };

  const gridAnswerPart = () => {
    const shown = work.page;
    /** @param {import('./workspace-state.js').Verdict} what */
    const count = what => shown.filter(item => work.answerOf(item) === what).length;
    const isMixed = shown.some(item => work.isUnlikely(item));
    const isOne = new Set(shown.map(item => work.conceptOf(item))).size === 1;
    const one = isOne ? nameOf(work.conceptOf(shown[0])) : null;
    const words = [`✓ ${count('yes')}`, count('no') > 0 && `✗ ${count('no')}`].filter(Boolean).join(' · ');
    const asked = !one ? [`Are these ${shown.length} right?`]
      : isMixed ? ['Is ', h('b', {}, one), ` right on these ${shown.length}?`]
        : [shown.length === 1 ? 'Is this ' : `Are these ${shown.length} `, h('b', {}, one), '?'];
    return [
      h('h1', { tabindex: '-1' }, ...asked),
      h('p', { class: 'muted' },
        'Click what is wrong: once to change the answer, twice to leave it open. Then accept all in one step.'),
      button('accept', `Accept ${words}`, 'primary'),
      count('open') > 0 && h('p', { class: 'small muted' }, `${count('open')} left open`),
    ];
  };

  /**
   * @param {Item} item
   * @param {number} i
   */
  const tile = (item, i) => {
    const answer = work.isGridAnswer ? work.answerOf(item) : undefined;
    const said = answer ? [nameOf(work.conceptOf(item))]
      : Object.entries(item.labels).map(([id, value]) => `${value ? '✓' : '✗'} ${nameOf(id)}`);
    const value = work.scoreOf(item);
    const spoken = answer ? `${said[0]} ${saidVerdicts[answer]}` : said.join(', ') || 'no label';
    const choose = () => {
      work.choose(i);
      if (work.isGridAnswer) work.toggle(item);
    };
    return h('button', {
      type: 'button', class: `tile ${answer ?? ''}`, tabindex: i === work.active ? '0' : '-1',
      'aria-current': String(i === work.active), 'aria-label': `${item.file_name || item.input_id}: ${spoken}`,
      onclick: choose,
    }, work.batch.picture(item, work.size <= 6, true), answer && h('span', { class: 'verdict' }, signs[answer]),
    h('span', { class: 'said' }, said.join(' '), value !== undefined && ` ${score(value)}`));
  };

  const emptyText = () => {
    const { batch, skipped } = work;
    if (batch.state === 'offline') {
      return 'The portal cannot be reached. What you decided is kept here; more comes as soon as it is back.';
    }
    if (batch.state !== 'empty' && batch.state !== 'ready') return batch.state;
    if (skipped.size > 0) return `You skipped ${skipped.size}. They still wait.`;
    if (work.left > 0) return 'What is left is open on another page. It comes back here when that page is left.';
    if (work.isReview) return 'Nothing waits for review. Tags a workflow is unsure of come here.';
    return work.asked ? `Every input has an answer for ${nameOf(work.asked)}.` : 'Every input has a label.';
  };

  const emptyPart = () => work.batch.state === 'loading'
    ? h('div', { class: 'nothing', 'aria-busy': 'true' }, h('p', { class: 'muted late' }, 'Fetching pictures …'))
    : h('div', { class: 'nothing' }, h('p', {}, emptyText()),
      work.skipped.size > 0
        && h('button', { type: 'button', class: 'btn primary', onclick: () => work.again() }, 'Show them again'),
      work.steps.length > 0 && button('undo', 'Undo the last'));

  const strip = () => {
    const near = work.batch.items.slice(Math.max(0, work.place - 2), work.place + 14);
    return h('div', { class: 'strip', 'aria-hidden': 'true' }, ...near.map(item => h('img', {
      src: item.thumb, alt: '', class: item === work.current ? 'on' : '',
      onclick: () => work.move(work.batch.items.indexOf(item)),
    })));
  };

  /** @param {Item} item */
  const stageOf = item => {
    if (work.isGrid) {
      const style = `--columns:${columnsOf[work.size]}`;
      return h('div', { class: 'tiles', style, role: 'group', 'aria-label': 'Pictures' }, ...work.page.map(tile));
    }
    const picture = work.batch.picture(item, true);
    return picture === shownStage?.firstChild ? shownStage : h('div', { class: 'stage' }, picture);
  };

  /** @param {Item} item */
  const partOf = item => {
    if (work.isGridAnswer) return gridAnswerPart();
    return item.question ? reviewPart(item.question) : labelPart(item);
  };

  const draw = (isChoice = false) => {
    const item = work.current;
    const focused = workspace.contains(document.activeElement) ? document.activeElement?.textContent ?? null : null;
    if (!item) {
      shownStage = null;
      workspace.replaceChildren(h('div', { class: 'area' }, notes(), emptyPart()));
      return;
    }
    const stage = stageOf(item);
    const aside = h('aside', { 'aria-label': work.isReview ? 'Review' : 'Label' }, notes(), ...partOf(item),
      !work.isGridAnswer && h('a', { class: 'small', href: hrefOf(item.input_id) }, 'Open the input'), foot());
    if (stage === shownStage) {
      workspace.querySelector('.work > aside')?.replaceWith(aside);
      workspace.querySelector('.strip')?.replaceWith(strip());
    } else {
      const middle = h('div', { class: 'middle' }, stage, !work.isGrid && strip());
      workspace.replaceChildren(h('div', { class: 'work' }, middle, aside));
    }
    shownStage = stage;
    /** @type {NodeListOf<HTMLElement>} */
    const tiles = workspace.querySelectorAll('.tile');
    const chosen = tiles[work.active];
    // A drawn-anew control keeps the focus of the one it stands for.
    if (isChoice) {
      chosen?.focus();
    } else if (focused !== null && !workspace.contains(document.activeElement)) {
      const same = [...aside.querySelectorAll('button')].find(entry => entry.textContent === focused);
      (chosen ?? same ?? aside.querySelector('h1'))?.focus({ preventScroll: true });
    }
  };

  /** The pace changes with time alone. */
  const tick = () => {
    const shown = workspace.querySelector('.foot');
    if (shown && !shown.contains(document.activeElement)) shown.replaceWith(foot());
  };

  return { draw, tick };
}
