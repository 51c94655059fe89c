import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';
import { begin, clock, database, leave, localStorage, open, portal, raise, settle, silence } from './browser.mjs';

const module = new URL('../../wwwroot/js/upload-queue.js', import.meta.url);
const ok = { status: { code: 10000 } };
const part = 4 << 20;
let api;
let apps = 0;

beforeEach(() => {
  begin();
  api = `/v2/users/anna/apps/zoo-${++apps}`;
});

async function openQueue(limits) {
  const { queueOf } = await open(module);
  const queue = queueOf(api, limits);
  await settle();
  return queue;
}

const file = (name, size = 10, type = 'image/png') => new File([new Uint8Array(size)], name, { type, lastModified: 1 });
const found = (...paths) => paths.map(path => ({ file: file(path.split('/').at(-1)), path }));
const uploads = () => portal.requests.filter(({ address }) => address.includes('/inputs/upload?'));
const sentNames = () => uploads().map(({ body }) => body.get('file').name);
const sentIds = () => uploads().map(({ body }) => body.get('id'));
const remembered = () => [...database.records.values()].map(({ key, state }) => [key.split('\n')[0], state]).sort();

/** Answers every upload when the test says so. */
function holdsBack() {
  const held = [];
  portal.answer = () => new Promise(resolve => {
    held.push({ answer: (status = 200, body = ok) => resolve({ status, body }) });
  });
  return held;
}

test('Files are sent in the order they were added, three at a time', async () => {
  const held = holdsBack();
  const queue = await openQueue();
  const names = ['1.png', '2.png', '3.png', '4.png', '5.png', '6.png'];
  await queue.add(found(...names));
  await settle();
  for (let at = 0; at < names.length; at++) {
    assert.deepEqual(sentNames(), names.slice(0, at + 3));
    assert.equal(queue.sending.size, Math.min(3, names.length - at));
    held[at].answer();
    await settle();
  }
  assert.equal(queue.done, 6);
  assert.equal(queue.share, 1);
  assert.deepEqual(remembered(), []);
});

test('Answers that come out of order are each counted for their own file', async () => {
  const held = holdsBack();
  const queue = await openQueue();
  await queue.add(found('1.png', '2.png', '3.png'));
  await settle();
  held[2].answer(200, { inputs: [{ status: { code: 30100, details: 'Here already.' } }] });
  await settle();
  held[0].answer(400, { status: { code: 11102, description: 'No picture.' } });
  await settle();
  held[1].answer();
  await settle();
  assert.deepEqual([queue.done, queue.skipped, queue.total], [1, 1, 3]);
  assert.deepEqual(queue.refused.map(({ name, reason }) => [name, reason]), [['1.png', 'No picture.']]);
});

for (const [what, answer] of Object.entries({
  'cannot be reached': () => { throw new TypeError('Failed'); },
  'answers 503': () => ({ status: 503, body: '' }),
  'answers 429': () => ({ status: 429, body: { status: { details: 'Too many requests.' } } }),
  'does not answer': () => silence,
})) {
  test(`A portal that ${what} is waited for, and gets every file under its first id`, async () => {
    portal.answer = answer;
    const queue = await openQueue();
    await queue.add(found('1.png', '2.png', '3.png', '4.png'));
    await clock.pass(300_100);
    assert.ok(queue.nextTry > clock.now);
    assert.equal(queue.waiting, 4);
    assert.equal(queue.refused.length, 0);
    portal.answer = () => ({ status: 200, body: ok });
    await clock.pass(30_000);
    assert.equal(queue.done, 4);
    assert.equal(new Set(sentIds()).size, 4);
  });
}

test('The network coming back is reason enough to try again at once', async () => {
  portal.answer = () => { throw new TypeError('Failed'); };
  const queue = await openQueue();
  await queue.add(found('1.png'));
  await clock.pass(100_000);
  portal.answer = () => ({ status: 200, body: ok });
  raise('online');
  await settle();
  assert.equal(queue.done, 1);
});

test('Signed out, the queue stops until somebody goes on', async () => {
  portal.answer = () => ({ status: 401 });
  const queue = await openQueue();
  await queue.add(found('1.png', '2.png', '3.png', '4.png', '5.png'));
  await clock.pass(100_000);
  assert.equal(queue.isSignedOut, true);
  assert.equal(portal.requests.length, 3);
  portal.answer = () => ({ status: 200, body: ok });
  queue.resume();
  await settle();
  assert.equal(queue.done, 5);
});

for (const status of [400, 403, 409, 413]) {
  test(`What is refused (${status}) is kept by name with its reason, and can be sent again`, async () => {
    portal.answer = () => ({ status, body: { status: { code: 1, details: 'Not like this.' } } });
    const queue = await openQueue();
    await queue.add(found('zoo/1.png'));
    await settle();
    const [entry] = queue.refused;
    assert.deepEqual([entry.path, entry.reason], ['zoo/1.png', 'Not like this.']);
    assert.deepEqual(remembered(), [['zoo/1.png', 'refused']]);
    portal.answer = () => ({ status: 200, body: ok });
    queue.retry();
    await settle();
    assert.deepEqual([queue.done, queue.refused.length, queue.total], [1, 0, 1]);
    assert.equal(new Set(sentIds()).size, 1);
  });
}

test('A file at which the portal fails three times is refused, and does not stop the others', async () => {
  portal.answer = ({ body }) => body.get('file').name === 'bad.png'
    ? { status: 500, body: { status: { details: 'It went wrong.' } } } : { status: 200, body: ok };
  const queue = await openQueue();
  await queue.add(found('bad.png', '1.png', '2.png', '3.png', '4.png'));
  await clock.pass(30_000);
  assert.equal(queue.done, 4);
  assert.deepEqual(queue.refused.map(({ name, reason }) => [name, reason]), [['bad.png', 'It went wrong.']]);
  assert.equal(sentNames().filter(name => name === 'bad.png').length, 3);
});

test('An id that is there already is the file whose answer got lost', async () => {
  const taken = id => ({ status: { code: 40010, details: `The id ${id} is taken.` } });
  portal.answer = ({ body }) => ({ status: 400, body: taken(body.get('id')) });
  const queue = await openQueue();
  await queue.add(found('1.png'));
  await settle();
  assert.equal(queue.done, 1);
});

test('A large file is sent in parts, and goes on where the portal has got to', async () => {
  let received = 0;
  let isAway = false;
  portal.answer = ({ method, address }) => {
    if (isAway) return { status: 503 };
    if (method === 'PUT') {
      const offset = Number(/offset=(\d+)/.exec(address)[1]);
      assert.equal(offset, received);
      received = Math.min(offset + part, 2 * part + 1);
      isAway = received === 2 * part;
    }
    return { status: 200, body: method === 'POST' ? ok : { ...ok, upload: { received } } };
  };
  const queue = await openQueue();
  await queue.add([{ file: file('large.png', 2 * part + 1), path: 'large.png' }]);
  await clock.pass(10_000);
  assert.equal(queue.waiting, 1);
  isAway = false;
  received = 2 * part;
  portal.requests = [];
  await clock.pass(30_000);
  assert.deepEqual(portal.requests.map(({ method }) => method), ['GET', 'PUT', 'POST']);
  assert.equal(portal.requests[2].body.inputs[0].data.image.file_name, 'large.png');
  assert.equal(queue.done, 1);
});

test('Paused, nothing more is sent; what is on its way arrives', async () => {
  const held = holdsBack();
  const queue = await openQueue();
  await queue.add(found('1.png', '2.png', '3.png', '4.png'));
  await settle();
  queue.pause();
  for (const { answer } of held.slice()) answer();
  await settle();
  assert.deepEqual([queue.done, queue.waiting, uploads().length], [3, 1, 3]);
  queue.resume();
  await settle();
  assert.equal(sentNames().at(-1), '4.png');
});

test('Forgetting the rest stops what is on its way and remembers nothing of it', async () => {
  const held = holdsBack();
  const queue = await openQueue();
  await queue.add(found('1.png', '2.png', '3.png', '4.png', '5.png'));
  await settle();
  held[0].answer();
  await settle();
  await queue.forgetRest();
  for (const { answer } of held) answer();
  await clock.pass(60_000);
  assert.deepEqual([queue.done, queue.total, queue.waiting, queue.sending.size], [1, 1, 0, 0]);
  assert.deepEqual(remembered(), []);
  assert.equal(queue.isBusy, false);
});

test('A page that is loaded again knows what did not arrive, and sends it under its old id', async () => {
  const held = holdsBack();
  const before = await openQueue();
  await before.add(found('1.png', '2.png', '3.png', '4.png', '5.png'));
  await settle();
  held[0].answer();
  held[1].answer(400, { status: { code: 1, details: 'No picture.' } });
  await clock.pass(1_000);
  const ids = new Map(uploads().map(({ body }) => [body.get('file').name, body.get('id')]));
  raise('pagehide');
  leave();

  portal.requests = [];
  portal.answer = () => ({ status: 200, body: ok });
  const queue = await openQueue();
  assert.deepEqual(queue.interrupted, { total: 5, arrived: 1, refused: 1, rest: 3 });
  await queue.add(found('1.png', '2.png', '3.png', '4.png', '5.png', 'new.png'));
  await settle();
  assert.deepEqual(sentNames(), ['3.png', '4.png', '5.png', 'new.png']);
  assert.equal(sentIds()[0], ids.get('3.png'));
  assert.deepEqual(queue.refused.map(({ name, reason }) => [name, reason]), [['2.png', 'No picture.']]);
  assert.deepEqual([queue.done, queue.total], [5, 6]);
});

test('What was refused is still named after the page is loaded again', async () => {
  portal.answer = () => ({ status: 400, body: { status: { code: 1, details: 'No picture.' } } });
  await (await openQueue()).add(found('1.png'));
  await settle();
  leave();
  const queue = await openQueue();
  assert.deepEqual(queue.refused.map(({ name, reason }) => [name, reason]), [['1.png', 'No picture.']]);
  portal.answer = () => ({ status: 200, body: ok });
  await queue.add(found('1.png'));
  await settle();
  assert.deepEqual([queue.done, queue.refused.length, queue.total], [1, 0, 1]);
});

test('A file that is added while the last one arrives is remembered', async () => {
  const held = holdsBack();
  const queue = await openQueue();
  await queue.add(found('1.png'));
  await settle();
  held[0].answer();
  queue.add(found('2.png'));
  await settle();
  assert.equal(sentNames().at(-1), '2.png');
  assert.deepEqual(remembered(), [['2.png', 'waiting']]);
});

test('A file that has arrived and is chosen again while the last one arrives is remembered', async () => {
  const held = holdsBack();
  const queue = await openQueue();
  await queue.add(found('1.png', '2.png'));
  await settle();
  held[0].answer();
  await settle();
  held[1].answer();
  queue.add(found('1.png'));
  await settle();
  assert.deepEqual(sentNames(), ['1.png', '2.png', '1.png']);
  assert.deepEqual(remembered(), [['1.png', 'waiting']]);
});

test('What is tried again after a refusal is remembered as not arrived', async () => {
  portal.answer = () => ({ status: 400, body: { status: { code: 1, details: 'Not now.' } } });
  const queue = await openQueue();
  await queue.add(found('1.png', '2.png'));
  await settle();
  const held = holdsBack();
  queue.retry();
  await settle();
  held[0].answer();
  await clock.pass(1_000);
  assert.deepEqual(remembered(), [['1.png', 'done'], ['2.png', 'waiting']]);
});

test('A tab that is done forgets its own files, not those of a tab that is at it', async () => {
  const held = holdsBack();
  const first = await openQueue();
  await first.add(found('1.png', '2.png'));
  await settle();
  const second = await openQueue();
  assert.equal(second.isElsewhere, true);
  await second.add(found('3.png'));
  await settle();
  held[2].answer();
  await settle();
  assert.equal(second.done, 1);
  second.clear();
  await settle();
  assert.deepEqual(remembered(), [['1.png', 'waiting'], ['2.png', 'waiting']]);
});

test('A tab that takes files itself does not take its own upload for that of another tab', async () => {
  portal.answer = () => silence;
  await (await openQueue()).add(found('1.png'));
  await settle();
  const second = await openQueue();
  assert.equal(second.isElsewhere, true);
  await second.add(found('2.png'));
  await clock.pass(10_000);
  assert.equal(second.isElsewhere, false);
});

test('What a crashed tab leaves behind is offered once its sign of life is old', async () => {
  portal.answer = () => silence;
  await (await openQueue()).add(found('1.png'));
  await settle();
  leave();
  const queue = await openQueue();
  assert.equal(queue.isElsewhere, true);
  await clock.pass(8_000);
  assert.equal(queue.isElsewhere, false);
  assert.equal(queue.interrupted.rest, 1);
});

test('A file that is chosen twice is sent once', async () => {
  portal.answer = () => silence;
  const queue = await openQueue();
  queue.add(found('zoo/1.png'));
  queue.add(found('zoo/1.png'));
  await settle();
  await queue.add(found('zoo/1.png'));
  assert.equal(queue.total, 1);
});

test('Folders wait for their concepts; chosen twice, their files are sent once', async () => {
  portal.answer = () => ({ status: 200, body: ok });
  const queue = await openQueue();
  queue.labels = ['seen'];
  queue.foldersAreConcepts = true;
  await queue.add(found('tiger/1.png', '2.png'));
  await queue.add(found('tiger/1.png'));
  await settle();
  assert.deepEqual(sentNames(), ['2.png']);
  assert.equal(queue.staged.length, 1);
  await queue.release(new Map([['tiger', 'cat']]));
  await settle();
  assert.deepEqual(sentNames(), ['2.png', '1.png']);
  assert.deepEqual(JSON.parse(uploads()[1].body.get('concepts')), ['seen', 'cat']);
  queue.discardStaged();
});

test('Folders that are not wanted after all can be chosen again', async () => {
  portal.answer = () => ({ status: 200, body: ok });
  const queue = await openQueue();
  queue.foldersAreConcepts = true;
  await queue.add(found('tiger/1.png'));
  queue.discardStaged();
  queue.foldersAreConcepts = false;
  await queue.add(found('tiger/1.png'));
  await settle();
  assert.equal(queue.done, 1);
});

test('What is too large, or a video where none can come in, is refused here', async () => {
  const queue = await openQueue({ maxBytes: 5, maxVideoBytes: 100, videoProblem: 'Videos need ffmpeg.' });
  await queue.add([...found('1.png'), { file: file('a.mp4', 5, 'video/mp4'), path: 'a.mp4' }]);
  await settle();
  const reasons = queue.refused.map(({ reason }) => reason);
  assert.deepEqual(reasons, ['It has 1 kB; an image may have 1 kB.', 'Videos need ffmpeg.']);
  assert.deepEqual(portal.requests, []);
});

test('System files are left out', async () => {
  const queue = await openQueue();
  await queue.add(found('.DS_Store', 'a/Thumbs.db', '__MACOSX/1.png'));
  assert.deepEqual([queue.leftOut, queue.total], [3, 0]);
});

test('Leaving the page while files are on their way asks first', async () => {
  portal.answer = () => silence;
  const queue = await openQueue();
  const isAsked = () => {
    let asked = false;
    raise('beforeunload', { preventDefault: () => { asked = true; } });
    return asked;
  };
  assert.equal(isAsked(), false);
  await queue.add(found('1.png'));
  await settle();
  assert.equal(isAsked(), true);
  assert.equal(document.documentElement.dataset.uploading, '');
  assert.notEqual(localStorage.getItem(`portal.uploading.${api}`), null);
});
