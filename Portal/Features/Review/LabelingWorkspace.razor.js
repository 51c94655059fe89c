// @ts-check
import { queueOf } from '../Inputs/UnsentNotice.razor.js';
import { columnsOf, WorkspaceState } from '/js/workspace-state.js';
import { listen } from '/js/workspace-keys.js';
import { view } from '/js/workspace-view.js';

/**
 * @typedef {{id: string, name: string, color: string, hotkey?: string}} Concept
 *
 * What does not change while the workspace is open.
 * @typedef {object} Frame
 * @property {import('/js/work-batch.js').Kind} kind
 * @property {string} api address of the app in the REST API
 * @property {string} user
 * @property {string} inputs address of the inputs' pages
 * @property {Concept[]} concepts
 * @property {{action: string, key: string, shown: string}[]} keys
 *
 * @typedef {Record<string, () => void>} Actions
 */

/**
 * @param {HTMLElement} workspace
 * @param {Frame} frame
 * @param {import('/js/work-batch.js').Query} query
 */
export function attach(workspace, frame, query) {
  const work = new WorkspaceState(frame, queueOf(frame.user));
  /** @type {Actions} */
  const actions = {
    yes: () => work.answer(true),
    no: () => work.answer(false),
    skip: () => work.skip(),
    same: () => work.repeat(),
    accept: () => work.accept(),
    undo: () => work.undo(),
    redo: () => work.redo(),
    previous: () => work.step(-1),
    next: () => work.step(1),
    up: () => work.isGrid && work.step(-columnsOf[work.size]),
    down: () => work.isGrid && work.step(columnsOf[work.size]),
    grid: () => work.showGrid(!work.isGrid),
  };
  const { draw, tick } = view(workspace, frame, work, actions);
  work.addEventListener('change', ({ detail }) => draw(detail.isChoice));
  const stopListening = listen(frame, actions, (conceptId, value) => work.label(conceptId, value));
  const ticking = setInterval(tick, 5_000);
  work.open(query);

  return {
    /** @param {import('/js/work-batch.js').Query} next */
    open: next => work.open(next),
    dispose() {
      clearInterval(ticking);
      stopListening();
      work.dispose();
    },
  };
}
