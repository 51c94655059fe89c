import { folderOf } from './upload-files.js';

// Folder names as concepts: what was chosen waits here, by folder, until somebody has seen which concepts that would make.
const like = name => name.trim().replace(/[^A-Za-z0-9_.-]+/g, '_').replace(/^_+|_+$/g, '').toLowerCase();
const headers = { 'Content-Type': 'application/json', 'X-Requested-With': 'portal' };

async function call(address, options) {
  const response = await fetch(address, options);
  const answer = await response.json().catch(() => ({}));
  if (!response.ok || answer.status?.code !== 10000) throw new Error(answer.status?.details ?? 'The portal did not answer. Try again.');
  return answer;
}

/** The folders of staged files, with how many files each has and the concept it would be: {name, count, concept|null}. */
export async function foldersOf(api, staged) {
  const counts = new Map();
  for (const { path } of staged) counts.set(folderOf(path), (counts.get(folderOf(path)) ?? 0) + 1);
  const { concepts } = await call(`${api}/concepts?per_page=1000`);
  const find = name => concepts.find(c => c.id === name)
    ?? concepts.find(c => c.name.toLowerCase() === name.trim().toLowerCase())
    ?? concepts.find(c => c.id.toLowerCase() === like(name)) ?? null;
  return [...counts].sort(([a], [b]) => a.localeCompare(b)).map(([name, count]) => ({ name, count, concept: find(name) }));
}

/** Makes the concepts that are missing. @returns {Promise<Map<string, string|null>>} concept ids by folder name, null for those left out */
export async function conceptsOf(api, folders, isWanted) {
  const ids = new Map();
  const made = new Map();
  for (const { name, concept } of folders) {
    if (!isWanted(name)) {
      ids.set(name, null);
    } else if (concept) {
      ids.set(name, concept.id);
    } else {
      // "Bike rider" and "bike_rider" read as one id, and so are one concept.
      const id = like(name) || name;
      if (!made.has(id)) made.set(id, (await call(`${api}/concepts`, { method: 'POST', headers, body: JSON.stringify({ concepts: [{ name: name.trim() }] }) })).concepts[0].id);
      ids.set(name, made.get(id));
    }
  }
  return ids;
}
