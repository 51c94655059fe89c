// @ts-check
// A page stands there before its scripts are at work. What is clicked in between is done as soon as they are.
const most = 10;

/**
 * What a script gives for an element it is attached to.
 * @typedef {{area?: Element, dispose(): void, [method: string]: unknown}} Handle
 */

/** @type {HTMLElement[]} */
const early = [];

/** @type {WeakSet<Element>} */
const attached = new WeakSet();

/**
 * A script with what it is attached to between the button and the root has had the click.
 * @param {Element} button
 * @param {Element} root
 */
const isUnheard = (button, root) => {
  /** @type {Element | null} */
  let element = button;
  for (; element && element !== root; element = element.parentElement) if (attached.has(element)) return false;
  return true;
};

document.addEventListener('click', event => {
  /** @type {HTMLElement | null} */
  const button = event.target.closest('button[type=button]');
  if (!button) return;
  early.push(button);
  if (early.length > most) early.shift();
}, { capture: true });

/**
 * Attaches the script at an address to an element, and hands it the clicks on buttons that came too early for it: in
 * that element, or in the area that it says it hears.
 * @param {string} path
 * @param {Element} element
 * @param {...unknown} rest what else the script is attached with
 * @returns {Promise<Handle>}
 */
export async function attach(path, element, ...rest) {
  const script = await import(path);
  /** @type {Handle} */
  const handle = script.attach(element, ...rest);
  const root = handle.area ?? element;
  const missed = early.filter(button => root.contains(button) && isUnheard(button, root));
  attached.add(root);
  // Blazor, which listens at the document, had them when they came.
  /** @param {Event} event */
  const keep = event => event.stopPropagation();
  root.addEventListener('click', keep);
  for (const button of missed) button.click();
  root.removeEventListener('click', keep);
  return handle;
}
