import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';
import { begin, clock, leave, localStorage, open, portal, raise, settle, silence } from './browser.mjs';

const module = new URL('../../Portal/Features/Inputs/UnsentNotice.razor.js', import.meta.url);
const api = '/v2/users/anna/apps/zoo';
const prefix = 'portal.decisions.anna/';
const decision = (inputId, values = {}) => ({ inputId, conceptId: 'tiger', value: 1, ...values });
const failure = { status: 503, body: { status: { code: 90000 } } };

beforeEach(begin);

async function openQueue() {
  const { queueOf } = await open(module);
  return queueOf('anna');
}

/** Answers each step with a batch of its own: the same one for a step that is sent again. */
function decides() {
  const batches = new Map();
  portal.answer = ({ body }) => {
    const step = body.decisions?.[0].client_id;
    const at = batches.size + 1;
    if (step && !batches.has(step)) batches.set(step, { batch_id: `batch-${at}`, sequence: 100 + at });
    return { status: 200, body: { status: { code: 10000 }, ...batches.get(step) } };
  };
}

const listen = (queue, type) => {
  const heard = [];
  queue.addEventListener(type, ({ detail }) => heard.push(detail));
  return heard;
};

const sentInputs = () => portal.bodies('/decisions').map(body => body.decisions[0].input_id);
const clientIds = () => portal.bodies('/decisions').map(body => body.decisions[0].client_id);
const stored = () => Object.keys(localStorage).filter(key => key.startsWith(prefix));

test('A step is posted as the portal reads it, and leaves the queue when it is acknowledged', async () => {
  decides();
  const queue = await openQueue();
  const sent = listen(queue, 'sent');
  const audited = decision('one', { seen: 7, annotationId: 'a', samplingMethod: 'audit' });
  const id = queue.decide(api, audited, decision('two', { value: null }));
  await settle();

  assert.equal(portal.requests[0].address, `${api}/decisions`);
  assert.equal(portal.requests[0].headers['X-Requested-With'], 'portal');
  assert.deepEqual(portal.requests[0].body.decisions, [
    {
      client_id: `${id}-0`, input_id: 'one', concept_id: 'tiger', value: 1,
      annotation_id: 'a', sampling_method: 'audit', seen: 7,
    },
    { client_id: `${id}-1`, input_id: 'two', concept_id: 'tiger', value: null },
  ]);
  assert.deepEqual(sent.map(({ entry }) => entry.id), [id]);
  assert.deepEqual(stored(), []);
});

const failures = {
  'cannot be reached': () => { throw new TypeError('Failed to fetch'); },
  'answers 500': () => ({ status: 500, body: '' }),
  'answers 503': () => failure,
  'answers 401': () => ({ status: 401 }),
  'answers 403': () => ({ status: 403 }),
  'answers 408': () => ({ status: 408 }),
  'answers 429': () => ({ status: 429 }),
  'answers with the page of a proxy': () => ({ status: 200, body: '<html>Sign in</html>' }),
  'answers with half of what it wanted to say': () => ({ status: 200, body: '{"status":{"code":10000},"batch' }),
  'answers with something else': () => ({ status: 200, body: '{"success":true}' }),
  'answers with nothing': () => ({ status: 200, body: 'null' }),
};
for (const [what, answer] of Object.entries(failures)) {
  test(`A portal that ${what} is sent the same step again until it takes it`, async () => {
    portal.answer = answer;
    const queue = await openQueue();
    queue.decide(api, decision('one'));
    queue.decide(api, decision('two'));
    await clock.pass(60_000);
    assert.equal(queue.isWaiting, true);
    assert.equal(queue.entries.length, 2);
    assert.ok(sentInputs().length > 5);
    assert.deepEqual([...new Set(clientIds())].length, 1, 'the second step waits for the first');

    decides();
    await clock.pass(5_000);
    assert.equal(new Set(clientIds()).size, 2);
    assert.equal(sentInputs().at(-1), 'two');
    assert.deepEqual(queue.entries, []);
    assert.equal(queue.isWaiting, false);
  });
}

test('A request without an answer is given up after a while and sent again', async () => {
  const queue = await openQueue();
  portal.answer = () => silence;
  queue.decide(api, decision('one'));
  await clock.pass(10_000);
  assert.equal(sentInputs().length, 1);
  decides();
  await clock.pass(10_000);
  assert.deepEqual(new Set(clientIds()).size, 1);
  assert.equal(sentInputs().length, 2);
  assert.deepEqual(queue.entries, []);
});

test('The network coming back is reason enough to try again at once', async () => {
  const queue = await openQueue();
  portal.answer = failures['cannot be reached'];
  queue.decide(api, decision('one'));
  await clock.pass(60_000);
  decides();
  raise('online');
  await settle();
  assert.deepEqual(queue.entries, []);
});

test('Decisions leave one by one, in the order they were made', async () => {
  const answers = [];
  portal.answer = () => new Promise(resolve => answers.push(resolve));
  const queue = await openQueue();
  for (const input of ['one', 'two', 'three']) queue.decide(api, decision(input));
  for (let at = 0; at < 3; at++) {
    await settle();
    assert.equal(answers.length, at + 1);
    answers[at]({ status: 200 });
  }
  await settle();
  assert.deepEqual(sentInputs(), ['one', 'two', 'three']);
  assert.deepEqual(queue.entries, []);
});

test('A page that is loaded again goes on with what was left, under the same ids', async () => {
  portal.answer = () => silence;
  const queue = await openQueue();
  queue.decide(api, decision('one'));
  queue.decide(api, decision('two'));
  await settle();
  leave();

  decides();
  await openQueue();
  await settle();
  assert.deepEqual(sentInputs(), ['one', 'one', 'two']);
  assert.equal(new Set(clientIds()).size, 2);
  assert.deepEqual(stored(), []);
});

test('Users of one browser have queues of their own', async () => {
  portal.answer = () => failure;
  const { queueOf } = await open(module);
  queueOf('anna').decide(api, decision('one'));
  assert.equal(queueOf('anna').entries.length, 1);
  assert.equal(queueOf('bert').entries.length, 0);
});

for (const status of [400, 404, 409, 422]) {
  test(`A refusal (${status}) is told with the portal's reason, and what waits behind goes on`, async () => {
    portal.answer = ({ body }) => body.decisions[0].input_id === 'one'
      ? { status, body: { status: { code: 11102, details: "There is no input 'one'." } } } : { status: 200 };
    const queue = await openQueue();
    const refused = listen(queue, 'refused');
    const id = queue.decide(api, decision('one'));
    queue.decide(api, decision('two'));
    await settle();
    assert.deepEqual(refused.map(({ entry, reason }) => [entry.id, reason]), [[id, "There is no input 'one'."]]);
    assert.equal(refused[0].entry.decisions[0].inputId, 'one');
    assert.deepEqual(sentInputs(), ['one', 'two']);
    assert.deepEqual(queue.entries, []);
  });
}

test('Conflicts come with the answer', async () => {
  const conflicts = [{ input_id: 'one', concept_id: 'tiger', value: 0, user_id: 'bert' }];
  portal.answer = () => ({ status: 200, body: { status: { code: 10000 }, batch_id: 'b', conflicts } });
  const queue = await openQueue();
  const sent = listen(queue, 'sent');
  queue.decide(api, decision('one'));
  await settle();
  assert.deepEqual(sent[0].conflicts, conflicts);
});

test('What was never sent is taken back without the portal', async () => {
  portal.answer = () => failure;
  const queue = await openQueue();
  queue.decide(api, decision('one'));
  const id = queue.decide(api, decision('two'));
  await clock.pass(3_000);
  assert.equal(queue.undo(api, id), null);
  decides();
  await clock.pass(5_000);
  assert.ok(!sentInputs().includes('two'));
  assert.deepEqual(portal.bodies('/undo'), []);
});

test('What is on its way is taken back once the portal has answered', async () => {
  const answers = [];
  portal.answer = () => new Promise(resolve => answers.push(resolve));
  const queue = await openQueue();
  const id = queue.decide(api, decision('one'));
  await settle();
  assert.notEqual(queue.undo(api, id), null);
  answers[0]({ status: 200, body: { status: { code: 10000 }, batch_id: 'batch-1' } });
  await settle();
  assert.deepEqual(portal.bodies('/undo'), [{ batch_id: 'batch-1' }]);
  answers[1]({ status: 200 });
  await settle();
  assert.deepEqual(queue.entries, []);
});

test('What was sent and answered is taken back at the portal', async () => {
  decides();
  const queue = await openQueue();
  const id = queue.decide(api, decision('one'));
  await settle();
  queue.undo(api, id);
  await settle();
  assert.deepEqual(portal.bodies('/undo'), [{ batch_id: 'batch-1' }]);
});

test('A step whose answer was lost may have been applied: taking it back does not forget it', async () => {
  portal.answer = failures['cannot be reached'];
  const queue = await openQueue();
  const id = queue.decide(api, decision('one'));
  await settle();
  assert.notEqual(queue.undo(api, id), null);
  decides();
  await clock.pass(5_000);
  assert.deepEqual(portal.bodies('/undo'), [{ batch_id: 'batch-1' }]);
});

test('An undo outlives an acknowledgement that broke off', async () => {
  const answers = [];
  portal.answer = () => new Promise(resolve => answers.push(resolve));
  const queue = await openQueue();
  const id = queue.decide(api, decision('one'));
  await settle();
  queue.undo(api, id);
  decides();
  answers[0]({ status: 200, body: '{"status":' });
  await clock.pass(5_000);
  assert.deepEqual(portal.bodies('/undo'), [{ batch_id: 'batch-1' }]);
});

test('An undo of what was refused has nothing to do', async () => {
  const answers = [];
  portal.answer = () => new Promise(resolve => answers.push(resolve));
  const queue = await openQueue();
  const id = queue.decide(api, decision('one'));
  await settle();
  const refused = listen(queue, 'refused');
  queue.undo(api, id);
  answers[0]({ status: 400 });
  await settle();
  assert.deepEqual(refused.map(({ entry }) => entry.id), [id]);
  assert.deepEqual(portal.bodies('/undo'), []);
  assert.deepEqual(queue.entries, []);
});

test('A later step about the same knows of the earlier one', async () => {
  portal.answer = () => ({ status: 200, body: { status: { code: 10000 }, batch_id: 'b', sequence: 42 } });
  const queue = await openQueue();
  queue.decide(api, decision('one', { seen: 7 }));
  queue.decide(api, decision('one', { value: 0, seen: 7 }), decision('two', { seen: 7 }), decision('one'));
  await settle();
  assert.deepEqual(portal.bodies('/decisions')[1].decisions.map(({ seen }) => seen), [42, 7, undefined]);
});

test('Two tabs share the queue, and each step is sent under one id', async () => {
  portal.answer = () => failure;
  const [first, second] = [await openQueue(), await openQueue()];
  first.decide(api, decision('one'));
  second.decide(api, decision('two'));
  await clock.pass(3_000);
  assert.deepEqual(first.entries, second.entries);
  assert.equal(stored().length, 2);
  decides();
  await clock.pass(10_000);
  assert.deepEqual(new Set(sentInputs()), new Set(['one', 'two']));
  assert.equal(new Set(clientIds()).size, 2);
  assert.deepEqual(stored(), []);
});

test('What is decided in one tab while another one writes is not lost', async () => {
  decides();
  const [first, second] = [await openQueue(), await openQueue()];
  const { removeItem } = localStorage;
  // The other tab is between reading what is left and writing it when this one writes.
  localStorage.__proto__.removeItem = function removeLater(key) {
    localStorage.__proto__.removeItem = removeItem;
    second.decide(api, decision('two'));
    this.removeItem(key);
  };
  first.decide(api, decision('one'));
  await settle();
  assert.deepEqual(new Set(sentInputs()), new Set(['one', 'two']));
  assert.deepEqual(stored(), []);
});

test('What another tab left behind when it was closed is sent by this one', async () => {
  portal.answer = () => silence;
  const staying = await openQueue();
  const closed = await openQueue();
  closed.decide(api, decision('one'));
  await settle();
  clock.stopAll();
  raise('storage', { key: stored()[0] });
  decides();
  await clock.pass(5_000);
  assert.equal(staying.entries.length, 1, 'the other tab may still be at it');
  await clock.pass(10_000);
  assert.deepEqual(staying.entries, []);
  assert.equal(new Set(clientIds()).size, 1);
});

test('What another tab is sending just now is taken back at the portal', async () => {
  const answers = [];
  portal.answer = () => new Promise(resolve => answers.push(resolve));
  const [first, second] = [await openQueue(), await openQueue()];
  first.decide(api, decision('one'));
  await settle();
  const id = second.decide(api, decision('two'));
  await settle();
  assert.deepEqual(sentInputs(), ['one', 'one']);
  answers[0]({ status: 200, body: { status: { code: 10000 }, batch_id: 'batch-1' } });
  await settle();
  assert.equal(sentInputs()[2], 'two');
  assert.notEqual(second.undo(api, id), null);
  answers[2]({ status: 200, body: { status: { code: 10000 }, batch_id: 'batch-2' } });
  await settle();
  assert.deepEqual(portal.bodies('/undo'), [{ batch_id: 'batch-2' }]);
});

test('What another tab has sent and heard the answer of is taken back all the same', async () => {
  const answers = [];
  portal.answer = () => new Promise(resolve => answers.push(resolve));
  const [first, second] = [await openQueue(), await openQueue()];
  first.decide(api, decision('one'));
  await settle();
  const id = second.decide(api, decision('two'));
  await settle();
  answers[0]({ status: 200, body: { status: { code: 10000 }, batch_id: 'batch-1' } });
  await settle();
  answers[2]({ status: 200, body: { status: { code: 10000 }, batch_id: 'batch-2' } });
  await settle();
  assert.deepEqual(stored(), []);

  decides();
  answers[1]({ status: 200, body: { status: { code: 10000 }, batch_id: 'batch-1' } });
  await settle();
  second.undo(api, id);
  await settle();
  assert.equal(portal.bodies('/undo').length, 1);
  assert.deepEqual(sentInputs(), ['one', 'one', 'two', 'two']);
  assert.equal(new Set(clientIds()).size, 2);
});

test('Leaving the page with something unsent asks first', async () => {
  portal.answer = () => failure;
  const queue = await openQueue();
  const isAsked = () => {
    const event = { isAsked: false };
    raise('beforeunload', { preventDefault: () => { event.isAsked = true; } });
    return event.isAsked;
  };
  assert.equal(isAsked(), false);
  queue.decide(api, decision('one'));
  await settle();
  assert.equal(isAsked(), true);
});

test('The notice counts what is kept, once sending has failed', async () => {
  portal.answer = () => failure;
  const { attach, queueOf } = await open(module);
  const notice = {};
  const handle = attach(notice, 'anna');
  assert.equal(notice.hidden, true);
  queueOf('anna').decide(api, decision('one'), decision('two'));
  await settle();
  assert.equal(notice.hidden, false);
  assert.match(notice.textContent, /^2 decisions are kept here and not sent yet/);
  decides();
  await clock.pass(5_000);
  assert.equal(notice.hidden, true);
  handle.dispose();
});
