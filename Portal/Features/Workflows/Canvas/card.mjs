// @ts-check
/**
 * What a node shows: its model's name and type, what matters of its version, and its badges.
 * @param {Pick<import('./draft.d.ts').DraftNode, 'id' | 'modelId' | 'versionId' | 'settings'>} node
 * @param {import('./draft.d.ts').Models} models
 * @param {import('./draft.d.ts').Badge[]} badges of all nodes: what is wrong with them, or what happened at them
 * @returns {import('./draft.d.ts').Card}
 */
export function card(node, models, badges) {
  const model = models.get(node.modelId);
  const version = node.versionId
    ? model?.versions.find(v => v.id === node.versionId)
    : model?.versions.find(v => v.isTrained) ?? model?.versions[0];
  const { settings } = node;
  const summary = settings ?? version;
  return {
    name: model?.name ?? node.modelId,
    role: model?.role ?? '',
    typeName: model?.typeName ?? 'Deleted model',
    detail: settings?.detail ?? version?.detail ?? '',
    badges: [
      ...summary ? [{ text: summary.badge, tone: summary.tone }] : [],
      ...badges.filter(badge => badge.nodeId === node.id),
    ],
  };
}

/** @param {import('./draft.d.ts').CellData} data */
export function drawCard({ id, card }) {
  const element = document.createElement('div');
  element.className = 'node-card';
  element.dataset.node = id;
  element.dataset.role = card.role;
  if (card.badges.some(badge => badge.tone === 'bad')) element.classList.add('wrong');
  if (card.badges.some(badge => badge.tone === 'idle')) element.classList.add('idle');
  const badges = document.createElement('p');
  badges.className = 'badges';
  badges.append(...card.badges.map(badge =>
    Object.assign(text('i', badge.text), { className: `badge ${badge.tone}`, title: badge.title ?? badge.text })));
  element.append(text('b', card.name), text('span', card.typeName), text('span', card.detail || '\u00a0'), badges);
  return element;
}

/**
 * @param {string} tag
 * @param {string} content
 */
function text(tag, content) {
  const element = document.createElement(tag);
  element.textContent = content;
  element.title = content;
  return element;
}
