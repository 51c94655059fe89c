// Types that the browser's scripts share; nothing of this is in the page.

/** A component, as its script sees it. */
interface DotNetReference {
  invokeMethodAsync<T = unknown>(method: string, ...values: unknown[]): Promise<T>;
}

/** What .NET streams to a script. */
interface DotNetStream {
  arrayBuffer(): Promise<ArrayBuffer>;
}

/** An event target that says which events it raises. */
interface Raises<Events> {
  addEventListener<K extends keyof Events & string>(type: K, listener: (event: Events[K]) => void): void;
  removeEventListener<K extends keyof Events & string>(type: K, listener: (event: Events[K]) => void): void;
  dispatchEvent(event: Event): boolean;
}

/** What people do with mouse and keyboard, they do to elements. */
interface UIEvent {
  readonly target: Element;
}

interface ClipboardEvent {
  readonly target: Element;
}
