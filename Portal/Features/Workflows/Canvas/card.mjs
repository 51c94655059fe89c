/**
 * What a node shows: its model's name and type, what matters of its version, and its badges.
 * @param badges of all nodes: what is wrong with them, or what happened at them
 */
export function card(node, models, badges) {
  const model = models.get(node.modelId);
  const version = node.versionId
    ? model?.versions.find(v => v.id === node.versionId)
    : model?.versions.find(v => v.isTrained) ?? model?.versions[0];
  return {
    name: model?.name ?? node.modelId,
    role: model?.role ?? '',
    typeName: model?.typeName ?? 'Deleted model',
    detail: node.settings?.detail ?? version?.detail ?? '',
    badges: [
      ...node.settings ? [{ text: node.settings.badge, tone: node.settings.tone }] : version ? [{ text: version.badge, tone: version.tone }] : [],
      ...badges.filter(badge => badge.nodeId === node.id),
    ],
  };
}

export function drawCard({ id, card }) {
  const element = document.createElement('div');
  element.className = 'node-card';
  element.dataset.node = id;
  element.dataset.role = card.role;
  if (card.badges.some(badge => badge.tone === 'bad')) element.classList.add('wrong');
  if (card.badges.some(badge => badge.tone === 'idle')) element.classList.add('idle');
  element.append(
    text('b', card.name), text('span', card.typeName), text('span', card.detail || '\u00a0'),
    Object.assign(document.createElement('p'), { className: 'badges' }));
  element.lastChild.append(...card.badges.map(badge => Object.assign(text('i', badge.text), { className: `badge ${badge.tone}`, title: badge.title ?? badge.text })));
  return element;
}

function text(tag, content) {
  const element = document.createElement(tag);
  element.textContent = content;
  element.title = content;
  return element;
}
