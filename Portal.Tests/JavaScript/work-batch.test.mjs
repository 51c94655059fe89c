import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';
import { begin, clock, leave, open, portal, raise, settle, silence } from './browser.mjs';

const module = new URL('../../wwwroot/js/work-batch.js', import.meta.url);
const api = '/v2/users/anna/apps/zoo';
const ok = { code: 10000 };
const item = id => ({ input_id: id, thumb: `${id}-small`, large: `${id}-large`, labels: {}, guesses: [] });
const turn = (...ids) => ({
  status: 200, body: { status: ok, items: ids.map(item), left: 10, total: 20, sampling_method: 'random', seen: 5 },
});

beforeEach(begin);

async function openBatch({ isNeeded = () => false, counted = () => 0, skipped = () => [] } = {}) {
  const { WorkBatch } = await open(module);
  return new WorkBatch(api, 'label', { concept_id: 'tiger' }, isNeeded, counted, skipped);
}

/** Hands out these batch, one after another, and nothing afterwards. */
function handsOut(...batch) {
  portal.answer = ({ address }) => (address.endsWith('/label') ? batch.shift() ?? turn() : { status: 200 });
}

const idsOf = batch => batch.items.map(({ input_id }) => input_id);
const released = () => portal.bodies('/release').flatMap(body => body.input_ids);

test('What is handed out is kept in order, with what its answer said', async () => {
  handsOut(turn('one', 'two'), turn('three'));
  const batch = await openBatch({ skipped: () => ['nine'] });
  await batch.more(24);
  await batch.more(24);
  assert.deepEqual(idsOf(batch), ['one', 'two', 'three']);
  assert.equal(batch.items[0].sampling_method, 'random');
  assert.equal(batch.items[0].seen, 5);
  assert.equal(batch.left, 10);
  assert.equal(batch.state, 'ready');
  const [first, second] = portal.bodies('/label');
  assert.deepEqual(first, { holder: first.holder, concept_id: 'tiger', take: 24, except: ['nine'] });
  assert.equal(second.holder, first.holder);
});

test('Only one request for more is under way', async () => {
  portal.answer = () => silence;
  const batch = await openBatch();
  batch.more(24);
  batch.more(24);
  await settle();
  assert.equal(portal.requests.length, 1);
});

for (const [what, answer] of Object.entries({
  'cannot be reached': () => { throw new TypeError('Failed to fetch'); },
  'answers 500': () => ({ status: 500, body: '' }),
  'answers with the page of a proxy': () => ({ status: 200, body: '<html></html>' }),
  'answers 401 without a reason': () => ({ status: 401, body: '' }),
})) {
  test(`A portal that ${what} is asked again, and what is here stays`, async () => {
    handsOut(turn('one'));
    const batch = await openBatch();
    await batch.more(24);
    portal.answer = answer;
    await batch.more(24);
    assert.equal(batch.state, 'offline');
    assert.deepEqual(idsOf(batch), ['one']);
    handsOut(turn('two'));
    await clock.pass(3_000);
    assert.deepEqual(idsOf(batch), ['one', 'two']);
    assert.equal(batch.state, 'ready');
  });
}

test('A request without an answer is given up after a while', async () => {
  portal.answer = () => silence;
  const batch = await openBatch();
  batch.more(24);
  await clock.pass(16_000);
  assert.equal(batch.state, 'offline');
});

test("The portal's reason not to hand anything out is what the page shows", async () => {
  portal.answer = () => ({ status: 403, body: { status: { code: 1, details: 'Ask for the right to label.' } } });
  const batch = await openBatch();
  await batch.more(24);
  assert.equal(batch.state, 'Ask for the right to label.');
});

test('An empty answer is asked again later', async () => {
  handsOut(turn(), turn('one'));
  const batch = await openBatch();
  await batch.more(24);
  assert.equal(batch.state, 'empty');
  await clock.pass(3_000);
  assert.deepEqual(idsOf(batch), ['one']);
});

test('A number of what is left counts only if nothing was decided meanwhile', async () => {
  let counted = 0;
  handsOut(turn('one'));
  const batch = await openBatch({ counted: () => counted });
  await batch.more(24);
  portal.answer = () => {
    counted = 1;
    return { status: 200, body: { status: ok, items: [], left: 3, total: 20 } };
  };
  await batch.more(24);
  assert.equal(batch.left, 10);
});

test('What is held is renewed while the page is open', async () => {
  handsOut(turn('one'));
  const batch = await openBatch();
  await batch.more(24);
  await clock.pass(60_000);
  assert.equal(portal.bodies('/renew').length, 1);
  batch.dispose();
  await clock.pass(300_000);
  assert.equal(portal.bodies('/renew').length, 1);
});

test('A page that is left gives back what is not still to be sent', async () => {
  handsOut(turn('one', 'two', 'three'));
  const batch = await openBatch({ isNeeded: id => id === 'two' });
  await batch.more(24);
  batch.release(['three']);
  raise('pagehide');
  await settle();
  assert.deepEqual(released(), ['three', 'one']);
});

test('What comes after the page was left is given back at once', async () => {
  let answered;
  const later = new Promise(resolve => { answered = resolve; });
  portal.answer = ({ address }) => (address.endsWith('/label') ? later : { status: 200 });
  const batch = await openBatch();
  batch.more(24);
  await settle();
  batch.dispose();
  answered(turn('one', 'two'));
  await settle();
  assert.deepEqual(idsOf(batch), []);
  assert.deepEqual(released(), ['one', 'two']);
});

test('What the portal did not hear was given back is given back again, unless it was handed out anew', async () => {
  handsOut(turn('one', 'two'));
  const batch = await openBatch();
  await batch.more(24);
  portal.answer = () => ({ status: 503 });
  batch.release(['one', 'two']);
  await settle();
  handsOut(turn('two'));
  await batch.more(24);
  portal.requests = [];
  await clock.pass(60_000);
  assert.deepEqual(released(), ['one']);
  await clock.pass(60_000);
  assert.deepEqual(released(), ['one']);
});

test('Questions about one input share its picture; tiles have their own', async () => {
  const batch = await openBatch();
  const [first, second] = ['tiger', 'lion'].map(concept_id => ({ ...item('one'), question: { concept_id } }));
  assert.equal(batch.picture(first, true), batch.picture(second, true));
  assert.notEqual(batch.picture(first, true, true), batch.picture(second, true, true));
  leave();
});
