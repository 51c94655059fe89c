// A page stands there before its scripts are at work. What is clicked in between is done as soon as they are.
const most = 10;
const early = [];
const attached = new WeakSet();

// A script with what it is attached to between the button and the root has had the click.
const isUnheard = (button, root) => {
  for (let element = button; element !== root; element = element.parentElement) if (attached.has(element)) return false;
  return true;
};

document.addEventListener('click', event => {
  const button = event.target.closest('button[type=button]');
  if (!button) return;
  early.push(button);
  if (early.length > most) early.shift();
}, { capture: true });

/** Attaches the script at an address to an element, and hands it the clicks on buttons that came too early for it: in that element, or in the area that it says it hears. */
export async function attach(path, element, ...rest) {
  const script = await import(path);
  const handle = script.attach(element, ...rest);
  const root = handle.area ?? element;
  const missed = early.filter(button => root.contains(button) && isUnheard(button, root));
  attached.add(root);
  // Blazor, which listens at the document, had them when they came.
  const keep = event => event.stopPropagation();
  root.addEventListener('click', keep);
  for (const button of missed) button.click();
  root.removeEventListener('click', keep);
  return handle;
}
