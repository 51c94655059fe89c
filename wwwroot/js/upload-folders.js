// @ts-check
import { folderOf } from './upload-files.js';

// Folder names as concepts: what was chosen waits here, by folder, until somebody has seen which concepts that would
// make.

/**
 * @typedef {{id: string, name: string}} Concept
 * @typedef {{name: string, count: number, concept: Concept | null}} Folder
 */

/** @param {string} name */
const like = name => name.trim().replace(/[^A-Za-z0-9_.-]+/g, '_').replace(/^_+|_+$/g, '').toLowerCase();
const headers = { 'Content-Type': 'application/json', 'X-Requested-With': 'portal' };

/**
 * @param {string} address
 * @param {RequestInit} [options]
 * @returns {Promise<{concepts: Concept[]}>}
 */
async function call(address, options) {
  const response = await fetch(address, options);
  const answer = await response.json().catch(() => ({}));
  if (!response.ok || answer.status?.code !== 10000) {
    throw new Error(answer.status?.details ?? 'The portal did not answer. Try again.');
  }
  return answer;
}

/**
 * @param {string} api
 * @param {string} name
 */
async function make(api, name) {
  const body = JSON.stringify({ concepts: [{ name }] });
  const { concepts: [made] } = await call(`${api}/concepts`, { method: 'POST', headers, body });
  return made;
}

/**
 * The folders of staged files, with how many files each has and the concept it would be.
 * @param {string} api address of the app in the REST API
 * @param {{path: string}[]} staged
 * @returns {Promise<Folder[]>}
 */
export async function foldersOf(api, staged) {
  /** @type {Map<string, number>} */
  const counts = new Map();
  for (const { path } of staged) {
    const name = folderOf(path) ?? '';
    counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  const { concepts } = await call(`${api}/concepts?per_page=1000`);
  /** @param {string} name */
  const find = name => concepts.find(c => c.id === name)
    ?? concepts.find(c => c.name.toLowerCase() === name.trim().toLowerCase())
    ?? concepts.find(c => c.id.toLowerCase() === like(name)) ?? null;
  return [...counts].sort(([a], [b]) => a.localeCompare(b))
    .map(([name, count]) => ({ name, count, concept: find(name) }));
}

/**
 * Makes the concepts that are missing.
 * @param {string} api
 * @param {Folder[]} folders
 * @param {(name: string) => boolean} isWanted
 * @returns {Promise<Map<string | null, string | null>>} concept ids by folder name, null for those left out
 */
export async function conceptsOf(api, folders, isWanted) {
  /** @type {Map<string | null, string | null>} */
  const ids = new Map();
  /** @type {Map<string, string>} */
  const made = new Map();
  for (const { name, concept } of folders) {
    if (!isWanted(name)) {
      ids.set(name, null);
    } else if (concept) {
      ids.set(name, concept.id);
    } else {
      // "Bike rider" and "bike_rider" read as one id, and so are one concept.
      const key = like(name) || name;
      const id = made.get(key) ?? (await make(api, name.trim())).id;
      made.set(key, id);
      ids.set(name, id);
    }
  }
  return ids;
}
