// Where files come from: dropped files and folders, the pickers, the clipboard. A folder is walked while its files are already being sent.
const junk = /^(\.|~\$|Thumbs\.db$|desktop\.ini$)/i;

/** What desktop systems put beside people's files. */
export const isJunk = path => path.split('/').some(part => junk.test(part) || part === '__MACOSX');

/** The roots of a drop; to be called before anything is waited for, because the list is empty afterwards. */
export const rootsOf = transfer => [...transfer.items].filter(item => item.kind === 'file').map(item => item.webkitGetAsEntry?.() ?? item.getAsFile());

/** @returns batches of {file, path}, the path with the names of the folders it was dropped in. */
export async function* walk(roots) {
  for (const root of roots) {
    if (root === null) continue;
    if (root instanceof File) yield [{ file: root, path: root.name }];
    else yield* walkEntry(root);
  }
}

async function* walkEntry(entry) {
  if (entry.isFile) {
    const file = await fileOf(entry);
    if (file) yield [file];
    return;
  }
  const reader = entry.createReader();
  // A reader gives at most a hundred names at a time, and none at the end.
  for (let batch; (batch = await new Promise((resolve, reject) => reader.readEntries(resolve, reject))).length > 0;) {
    yield (await Promise.all(batch.filter(inner => inner.isFile).map(fileOf))).filter(file => file !== null);
    for (const inner of batch) if (inner.isDirectory) yield* walkEntry(inner);
  }
}

// A file that cannot be read is left where it is, and does not stop the others.
const fileOf = entry => new Promise(resolve => entry.file(file => resolve({ file, path: entry.fullPath.slice(1) }), () => resolve(null)));

/** The files of a picker or of the clipboard. */
export const picked = files => [...files].map(file => ({ file, path: file.webkitRelativePath || file.name }));

/** Whether a file seems to be a film; whether it is one its bytes decide. */
export const isFilm = file => file.type.startsWith('video/') || /\.(mp4|m4v|mov|webm|mkv|avi)$/i.test(file.name);

/** The folder a file lies in, or null. */
export const folderOf = path => path.split('/').at(-2) ?? null;
