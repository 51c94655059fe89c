// @ts-check
import { isVideo } from './upload-files.js';

// Sends one file: a small one in one request, a large one in parts that are not sent twice.

/**
 * @typedef {import('./upload-queue.js').Sendable} Sendable
 * @typedef {import('./upload-queue.js').Outcome} Outcome
 * @typedef {(bytes: number) => void} OnSent how many bytes of the file have been sent so far
 *
 * @typedef {object} Options
 * @property {boolean} skipDuplicates
 * @property {string} frames which to take of videos
 * @property {AbortSignal} signal
 * @property {OnSent} onSent
 *
 * @typedef {{code?: number, details?: string, description?: string}} Status
 *
 * What the portal answers; nothing of it where a proxy does.
 * @typedef {object} Answer
 * @property {Status} [status]
 * @property {{status?: Status}[]} [inputs]
 * @property {{received: number}} [upload]
 */

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
 * @param {string} api address of the app in the REST API
 * @param {Sendable} entry
 * @param {Options} options
 * @returns {Promise<Outcome>}
 */
export async function send(api, entry, options) {
  try {
    const answer = await (entry.size > partSize ? sendParts : sendWhole)(api, entry, options);
    return outcomeOf(answer, entry);
  } catch (error) {
    if (!(error instanceof AwayError) && !(error instanceof FaultError)) throw error;
    if (!(await isReadable(entry.file))) {
      return { state: 'refused', reason: 'The file was moved or changed after it was chosen. Choose it again.' };
    }
    if (error instanceof AwayError) throw error;
    if (++entry.faults >= triesAfterFault) return { state: 'refused', reason: error.message };
    throw new AwayError();
  }
}

/**
 * @param {string} api
 * @param {Sendable} entry
 * @param {Options} options
 */
function sendWhole(api, entry, { skipDuplicates, frames, signal, onSent }) {
  const form = new FormData();
  // Fields belong to the file that follows them: the picture and its labels are accepted together.
  form.append('id', entry.id);
  if (entry.labels.length > 0) form.append('concepts', JSON.stringify(entry.labels));
  if (isVideo(entry.file)) form.append('frames', frames);
  form.append('file', entry.file, entry.name);
  return call('POST', `${api}/inputs/upload?skip_duplicates=${skipDuplicates}`, form, signal, onSent);
}

/**
 * @param {string} api
 * @param {Sendable} entry
 * @param {Options} options
 */
async function sendParts(api, entry, { skipDuplicates, frames, signal, onSent }) {
  const address = `${api}/inputs/uploads/${entry.id}`;
  let at = (await call('GET', address, null, signal)).upload?.received ?? 0;
  while (at < entry.size) {
    onSent(at);
    const begun = at;
    const part = entry.file.slice(at, at + partSize);
    const answer = await call('PUT', `${address}?offset=${at}`, part, signal, bytes => onSent(begun + bytes));
    if (!answer.upload) return answer;
    if (answer.upload.received <= at) throw new AwayError();
    at = answer.upload.received;
  }
  const content = isVideo(entry.file)
    ? { video: { file_name: entry.name, frames } } : { image: { file_name: entry.name } };
  const input = { id: entry.id, data: { ...content, concepts: entry.labels.map(id => ({ id, value: 1 })) } };
  const complete = `${address}?size=${entry.size}&skip_duplicates=${skipDuplicates}`;
  return call('POST', complete, JSON.stringify({ inputs: [input] }), signal);
}

/**
 * @param {string} method
 * @param {string} address
 * @param {FormData | Blob | string | null} body
 * @param {AbortSignal} signal
 * @param {OnSent} [onSent]
 * @returns {Promise<Answer & {httpStatus: number}>}
 */
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
      const answer = parsed(request.responseText);
      const details = answer.status?.details;
      if (status === 401) reject(new SignedOutError());
      else if ([408, 425, 429, 502, 503, 504].includes(status)) reject(new AwayError(details));
      else if (status >= 500) reject(new FaultError(details ?? `The portal answered ${status}.`));
      else resolve({ httpStatus: status, ...answer });
    };
    request.onerror = request.ontimeout = () => reject(new AwayError());
    request.onabort = () => reject(signal.reason);
    request.onloadend = () => signal.removeEventListener('abort', abort);
    signal.addEventListener('abort', abort);
    request.send(body);
  });
}

/**
 * @param {string} text
 * @returns {Answer}
 */
function parsed(text) {
  try {
    return JSON.parse(text) ?? {};
  } catch {
    // A proxy answered, not the portal.
    return {};
  }
}

/**
 * @param {Answer & {httpStatus: number}} answer
 * @param {Sendable} entry
 * @returns {Outcome}
 */
function outcomeOf(answer, entry) {
  const status = answer.inputs?.[0]?.status ?? answer.status;
  const reason = status?.details || status?.description || `The portal answered ${answer.httpStatus}.`;
  if (status?.code === 30100) return { state: 'skipped', reason };
  // The id was made here for this file: it is the one whose answer got lost.
  if (status?.code === 40010 && reason.includes(entry.id)) return { state: 'done', reason: '' };
  const accepted = status?.code !== undefined && [10000, 30000, 30001, 30003].includes(status.code);
  return accepted ? { state: 'done', reason: '' } : { state: 'refused', reason };
}

/** @param {File} file */
async function isReadable(file) {
  try {
    await file.slice(0, 1).arrayBuffer();
    return true;
  } catch {
    return false;
  }
}
