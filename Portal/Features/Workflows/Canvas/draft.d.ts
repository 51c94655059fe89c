// What .NET and the canvas tell each other of a draft.

export type Flow = string;

export interface Version {
  id: string;
  isTrained: boolean;
  detail: string;
  badge: string;
  tone: string;
}

export interface Model {
  id: string;
  name: string;
  role: string;
  typeName: string;
  /** What ids of its nodes begin with. */
  stem: string;
  /** What it takes, or 'None'. */
  input: Flow;
  /** What it gives, or 'None'. */
  output: Flow;
  versions: Version[];
}

export type Models = Map<string, Model>;

/** Settings that were changed and not saved yet, with what the card says of them. */
export interface Settings {
  output: unknown;
  detail: string;
  badge: string;
  tone: string;
}

export interface Place {
  x: number;
  y: number;
}

export interface DraftNode {
  id: string;
  modelId: string;
  /** Null for the newest one. */
  versionId: string | null;
  settings?: Settings | null;
  /** Ids of the nodes it reads from. */
  inputs: string[];
  /** Null or missing where nobody has placed it. */
  x?: number | null;
  y?: number | null;
}

export type PlacedNode = DraftNode & Place;

/** What is wrong with a node, or what happened at it. */
export interface Badge {
  nodeId: string;
  text: string;
  tone: string;
  title: string;
}

export interface Card {
  name: string;
  role: string;
  typeName: string;
  detail: string;
  badges: { text: string, tone: string, title?: string }[];
}

/** What a cell of the graph keeps of its node. */
export interface CellData {
  id: string;
  modelId: string;
  versionId: string | null;
  settings: Settings | null;
  order: number;
  card: Card;
}

/** The server's sentences, with {names} to fill in; the words of the ports; the most nodes. */
export interface RuleTexts {
  maxNodes: number;
  tooManyNodes: string;
  typeMismatch: string;
  duplicateInput: string;
  cycle: string;
  ports: Record<Flow, string>;
}

export interface Setup {
  models: Model[];
  nodes: DraftNode[];
  rules: RuleTexts;
  /** Under which the browser keeps positions, or null. */
  storageKey: string | null;
}
