import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';
import { begin, clock, leave, localStorage, open, portal, settle } from './browser.mjs';

const module = new URL('../../wwwroot/js/workspace-state.js', import.meta.url);
const queueModule = new URL('../../Portal/Features/Inputs/UnsentNotice.razor.js', import.meta.url);
const api = '/v2/users/anna/apps/zoo';
const ok = { code: 10000 };
const question = { annotation_id: 'a', concept_id: 'tiger', value: true, score: 0.9, is_audit: false };
const item = (id, values = {}) =>
  ({ input_id: id, file_name: `${id}.png`, thumb: id, large: id, labels: {}, guesses: [], ...values });

beforeEach(begin);

/** A portal that hands these items out once, and answers decisions as `decide` says. */
function hasItems(items, decide = () => ({ status: 200, body: { status: ok, batch_id: 'batch' } })) {
  let left = items;
  portal.answer = request => {
    if (request.address.endsWith('/decisions') || request.address.endsWith('/undo')) return decide(request);
    if (!/\/(label|review)$/.test(request.address)) return { status: 200 };
    const handed = left;
    left = [];
    return { status: 200, body: { status: ok, items: handed, left: items.length, total: 20, seen: 5 } };
  };
}

async function openWork(kind = 'label', wish = {}) {
  const [{ WorkspaceState }, { queueOf }] = await Promise.all([open(module), open(queueModule)]);
  const work = new WorkspaceState({ kind, api }, queueOf('anna'));
  work.open(wish);
  await settle();
  return work;
}

const steps = () => portal.bodies('/decisions').map(body =>
  body.decisions.map(({ input_id, concept_id, value }) => [input_id, concept_id, value]));
const away = () => { throw new TypeError('Failed to fetch'); };

test('A label shows at once, is sent, and goes on to the next', async () => {
  hasItems([item('one'), item('two')]);
  const work = await openWork();
  work.label('tiger', 1);
  assert.equal(work.batch.items[0].labels.tiger, 1);
  assert.equal(work.current.input_id, 'two');
  assert.equal(work.left, 1);
  await settle();
  assert.deepEqual(steps(), [[['one', 'tiger', 1]]]);
});

test('The same label again takes it back', async () => {
  hasItems([item('one', { labels: { tiger: 1 } })]);
  const work = await openWork();
  work.label('tiger', 1);
  await settle();
  assert.deepEqual(steps(), [[['one', 'tiger', null]]]);
  assert.equal(work.current.labels.tiger, undefined);
});

test('What is decided while the portal is away is all there when it comes back', async () => {
  hasItems([item('one'), item('two'), item('three')], away);
  const work = await openWork('label', { concept_id: 'tiger' });
  for (const isYes of [true, false, true]) work.answer(isYes);
  await clock.pass(60_000);
  assert.equal(work.left, 0);
  hasItems([]);
  await clock.pass(5_000);
  const sent = steps().flat();
  assert.deepEqual(sent.slice(-3), [['one', 'tiger', 1], ['two', 'tiger', 0], ['three', 'tiger', 1]]);
});

test('A page that is loaded again sends what was decided on it before', async () => {
  hasItems([item('one')], away);
  const work = await openWork('label', { concept_id: 'tiger' });
  work.answer(true);
  await settle();
  leave();
  portal.requests = [];
  hasItems([item('two')]);
  await openWork('label', { concept_id: 'tiger' });
  assert.deepEqual(steps(), [[['one', 'tiger', 1]]]);
});

test('What is not sent yet is not given back', async () => {
  hasItems([item('one'), item('two')], away);
  const work = await openWork('label', { concept_id: 'tiger' });
  work.answer(true);
  work.dispose();
  await settle();
  assert.deepEqual(portal.bodies('/release').flatMap(body => body.input_ids), ['two']);
});

test('An undo comes back to what it takes back, and a redo decides it again', async () => {
  hasItems([item('one', { labels: { lion: 1 } }), item('two')]);
  const work = await openWork();
  work.label('lion', 0);
  work.move(1);
  await settle();
  work.undo();
  assert.equal(work.current.input_id, 'one');
  assert.deepEqual(work.current.labels, { lion: 1 });
  await settle();
  assert.deepEqual(portal.bodies('/undo'), [{ batch_id: 'batch' }]);
  work.redo();
  await settle();
  assert.equal(work.batch.items[0].labels.lion, 0);
  assert.deepEqual(steps(), [[['one', 'lion', 0]], [['one', 'lion', 0]]]);
  const [first, second] = portal.bodies('/decisions').map(body => body.decisions[0].client_id);
  assert.notEqual(first, second);
});

test('A no to what a model says there is not is a yes', async () => {
  hasItems([item('one', { question: { ...question, value: false } })]);
  const work = await openWork('review');
  work.answer(false);
  await settle();
  assert.deepEqual(steps(), [[['one', 'tiger', 1]]]);
  const [{ annotation_id, sampling_method }] = portal.bodies('/decisions')[0].decisions;
  assert.deepEqual([annotation_id, sampling_method], ['a', 'pending']);
});

test('Something else in a review is one step of two decisions', async () => {
  hasItems([item('one', { question })]);
  const work = await openWork('review');
  work.label('lion', 1);
  await settle();
  assert.deepEqual(steps(), [[['one', 'tiger', 0], ['one', 'lion', 1]]]);
});

test('A grid is accepted in one step, but for what was left open', async () => {
  const scored = (id, score) => item(id, { question: { ...question, score } });
  hasItems([scored('sure', 0.9), scored('unsure', 0.2), scored('open', 0.9)]);
  localStorage.setItem('portal.workspace.review', 'grid');
  const work = await openWork('review');
  work.toggle(work.page[2]);
  work.toggle(work.page[2]);
  work.accept();
  await settle();
  assert.deepEqual(steps(), [[['sure', 'tiger', 1], ['unsure', 'tiger', 0]]]);
  assert.deepEqual([...work.skipped.values()], ['open']);
  assert.equal(work.steps.length, 1);
  work.undo();
  await settle();
  assert.equal(portal.bodies('/undo').length, 1);
});

test('A refusal is kept and named, and cannot be undone', async () => {
  const refusal = { status: { code: 1, details: "The input 'one' is gone." } };
  hasItems([item('one'), item('two')], () => ({ status: 409, body: refusal }));
  const work = await openWork();
  work.label('tiger', 1);
  await settle();
  assert.deepEqual(work.notes, [{ text: "The input 'one' is gone." }]);
  assert.equal(work.steps.length, 0);
  assert.deepEqual(work.batch.items[0].labels, {});
  assert.equal(work.left, 2);
  work.dismiss(work.notes[0]);
  assert.deepEqual(work.notes, []);
});

test('A refusal leaves alone what was decided about the same since', async () => {
  const answers = [];
  hasItems([item('one')], () => new Promise(resolve => answers.push(resolve)));
  const work = await openWork();
  work.goesOn = false;
  work.label('tiger', 1);
  work.label('tiger', 0);
  await settle();
  answers[0]({ status: 400, body: { status: { code: 1, details: 'No.' } } });
  await settle();
  assert.equal(work.current.labels.tiger, 0);
});

test('A conflict is kept with the name of its file', async () => {
  const conflict = { input_id: 'one', concept_id: 'tiger', value: 0, user_id: 'bert' };
  hasItems([item('one')], () => ({ status: 200, body: { status: ok, batch_id: 'b', conflicts: [conflict] } }));
  const work = await openWork();
  work.label('tiger', 1);
  await settle();
  assert.deepEqual(work.notes, [{ conflict, name: 'one.png' }]);
});

test('What was skipped is counted, not asked for again, and shown when it is wanted', async () => {
  hasItems([item('one'), item('two')]);
  const work = await openWork();
  work.skip();
  assert.deepEqual([...work.skipped.values()], ['one']);
  assert.equal(work.current.input_id, 'two');
  work.label('tiger', 1);
  await clock.pass(3_000);
  assert.deepEqual(portal.bodies('/label').at(-1).except, ['one']);
  work.again();
  assert.equal(work.skipped.size, 0);
});

test('Same as last gives the labels of the last picture', async () => {
  hasItems([item('one'), item('two')]);
  const work = await openWork();
  work.goesOn = false;
  work.label('tiger', 1);
  work.label('lion', 0);
  work.step(1);
  work.repeat();
  await settle();
  assert.deepEqual(steps()[2], [['two', 'tiger', 1], ['two', 'lion', 0]]);
});
