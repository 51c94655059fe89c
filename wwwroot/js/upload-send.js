import { isFilm } from './upload-files.js';

// Sends one file: a small one in one request, a large one in parts that are not sent twice.
const partSize = 4 << 20;
const longest = 300_000;

/** The portal does not answer, or asks for patience, with its reason as the message: nothing is wrong with the file. */
export class AwayError extends Error {}

/** Nobody is signed in any more. */
export class SignedOutError extends Error {}

/** A fault of the portal's with this file. */
class FaultError extends Error {}

const triesAfterFault = 3;

/**
 * @param {{id: string, file: File, name: string, size: number, labels: string[], faults: number}} entry
 * @param {(bytes: number) => void} onSent bytes of the file that have been sent so far
 * @returns {Promise<{state: 'done'|'skipped'|'refused', reason: string}>}
 */
export async function send(api, entry, { skipDuplicates, frames, signal, onSent }) {
  try {
    const answer = entry.size > partSize
      ? await sendParts(api, entry, skipDuplicates, frames, signal, onSent)
      : await sendWhole(api, entry, skipDuplicates, frames, signal, onSent);
    return outcomeOf(answer, entry);
  } catch (error) {
    if (!(error instanceof AwayError) && !(error instanceof FaultError)) throw error;
    if (!(await isReadable(entry.file))) return { state: 'refused', reason: 'The file was moved or changed after it was chosen. Choose it again.' };
    if (error instanceof FaultError && ++entry.faults >= triesAfterFault) return { state: 'refused', reason: error.message };
    throw error instanceof AwayError ? error : new AwayError();
  }
}

function sendWhole(api, entry, skipDuplicates, frames, signal, onSent) {
  const form = new FormData();
  // Fields belong to the file that follows them: the picture and its labels are accepted together.
  form.append('id', entry.id);
  if (entry.labels.length > 0) form.append('concepts', JSON.stringify(entry.labels));
  if (isFilm(entry.file)) form.append('frames', frames);
  form.append('file', entry.file, entry.name);
  return call('POST', `${api}/inputs/upload?skip_duplicates=${skipDuplicates}`, form, signal, onSent);
}

async function sendParts(api, entry, skipDuplicates, frames, signal, onSent) {
  const address = `${api}/inputs/uploads/${entry.id}`;
  let at = (await call('GET', address, null, signal)).upload?.received ?? 0;
  while (at < entry.size) {
    onSent(at);
    const begun = at;
    const answer = await call('PUT', `${address}?offset=${at}`, entry.file.slice(at, at + partSize), signal, bytes => onSent(begun + bytes));
    if (!answer.upload) return answer;
    if (answer.upload.received <= at) throw new AwayError();
    at = answer.upload.received;
  }
  const content = isFilm(entry.file) ? { video: { file_name: entry.name, frames } } : { image: { file_name: entry.name } };
  const input = { id: entry.id, data: { ...content, concepts: entry.labels.map(id => ({ id, value: 1 })) } };
  return call('POST', `${address}?size=${entry.size}&skip_duplicates=${skipDuplicates}`, JSON.stringify({ inputs: [input] }), signal);
}

function call(method, address, body, signal, onSent) {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    const abort = () => request.abort();
    request.open(method, address);
    request.timeout = longest;
    request.setRequestHeader('X-Requested-With', 'portal');
    if (typeof body === 'string') request.setRequestHeader('Content-Type', 'application/json');
    else if (body instanceof Blob) request.setRequestHeader('Content-Type', 'application/octet-stream');
    if (onSent) request.upload.onprogress = event => onSent(event.loaded);
    request.onload = () => {
      const { status } = request;
      if (status === 401) reject(new SignedOutError());
      else if ([408, 425, 429, 502, 503, 504].includes(status)) reject(new AwayError(parsed(request.responseText).status?.details));
      else if (status >= 500) reject(new FaultError(parsed(request.responseText).status?.details ?? `The portal answered ${status}.`));
      else resolve({ httpStatus: status, ...parsed(request.responseText) });
    };
    request.onerror = request.ontimeout = () => reject(new AwayError());
    request.onabort = () => reject(signal.reason);
    request.onloadend = () => signal.removeEventListener('abort', abort);
    signal.addEventListener('abort', abort);
    request.send(body);
  });
}

function parsed(text) {
  try {
    return JSON.parse(text) ?? {};
  } catch {
    // A proxy answered, not the portal.
    return {};
  }
}

function outcomeOf(answer, entry) {
  const status = answer.inputs?.[0]?.status ?? answer.status;
  const reason = status?.details || status?.description || `The portal answered ${answer.httpStatus}.`;
  if (status?.code === 30100) return { state: 'skipped', reason };
  // The id was made here for this file: it is the one whose answer got lost.
  if (status?.code === 40010 && reason.includes(entry.id)) return { state: 'done', reason: '' };
  const accepted = [10000, 30000, 30001, 30003].includes(status?.code);
  return accepted ? { state: 'done', reason: '' } : { state: 'refused', reason };
}

async function isReadable(file) {
  try {
    await file.slice(0, 1).arrayBuffer();
    return true;
  } catch {
    return false;
  }
}
