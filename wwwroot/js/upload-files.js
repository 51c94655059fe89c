// @ts-check
// Where files come from: dropped files and folders, the pickers, the clipboard. A folder is walked while its files are
// already being sent.

/** @typedef {import('./upload-queue.js').Found} Found */

const junk = /^(\.|~\$|Thumbs\.db$|desktop\.ini$)/i;

/**
 * What desktop systems put beside people's files.
 * @param {string} path
 */
export const isJunk = path => path.split('/').some(part => junk.test(part) || part === '__MACOSX');

/**
 * The roots of a drop; to be called before anything is waited for, because the list is empty afterwards.
 * @param {DataTransfer} transfer
 */
export const rootsOf = transfer => [...transfer.items].filter(item => item.kind === 'file')
  .map(item => item.webkitGetAsEntry?.() ?? item.getAsFile());

/**
 * @param {(FileSystemEntry | File | null)[]} roots
 * @returns {AsyncGenerator<Found[], void>} batches; a path has the names of the folders it was dropped in
 */
export async function* walk(roots) {
  for (const root of roots) {
    if (root === null) continue;
    if (root instanceof File) yield [{ file: root, path: root.name }];
    else yield* walkEntry(root);
  }
}

/**
 * @param {FileSystemEntry} entry
 * @returns {AsyncGenerator<Found[], void>}
 */
async function* walkEntry(entry) {
  if (isFile(entry)) {
    const file = await fileOf(entry);
    if (file) yield [file];
    return;
  }
  if (!isFolder(entry)) return;
  const reader = entry.createReader();
  // A reader gives at most a hundred names at a time, and none at the end.
  for (let batch; (batch = await namesOf(reader)).length > 0;) {
    yield (await Promise.all(batch.filter(isFile).map(fileOf))).filter(file => file !== null);
    for (const inner of batch.filter(isFolder)) yield* walkEntry(inner);
  }
}

/**
 * @param {FileSystemEntry} entry
 * @returns {entry is FileSystemFileEntry}
 */
const isFile = entry => entry.isFile;

/**
 * @param {FileSystemEntry} entry
 * @returns {entry is FileSystemDirectoryEntry}
 */
const isFolder = entry => entry.isDirectory;

/**
 * @param {FileSystemDirectoryReader} reader
 * @returns {Promise<FileSystemEntry[]>}
 */
const namesOf = reader => new Promise((resolve, reject) => { reader.readEntries(resolve, reject); });

/**
 * A file that cannot be read is left where it is, and does not stop the others.
 * @param {FileSystemFileEntry} entry
 * @returns {Promise<Found | null>}
 */
const fileOf = entry => new Promise(resolve => {
  entry.file(file => resolve({ file, path: entry.fullPath.slice(1) }), () => resolve(null));
});

/**
 * The files of a picker or of the clipboard.
 * @param {FileList} files
 * @returns {Found[]}
 */
export const picked = files => [...files].map(file => ({ file, path: file.webkitRelativePath || file.name }));

/**
 * Whether a file seems to be a video; whether it is one its bytes decide.
 * @param {File} file
 */
export const isVideo = file => file.type.startsWith('video/') || /\.(mp4|m4v|mov|webm|mkv|avi)$/i.test(file.name);

/**
 * The folder a file lies in, or null.
 * @param {string} path
 */
export const folderOf = path => path.split('/').at(-2) ?? null;
