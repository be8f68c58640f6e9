/** A definition as plain data: maps and scalars. */
export type Tree = { [key: string]: Branch };
export type Branch = Tree | readonly unknown[] | string | number | boolean | null;

/** What an accident does to a definition; the numbers pick among what there is. */
export interface Accident {
  readonly what: number;
  readonly where: number;
  readonly pick: number;
}

/** An entry of a map somewhere in a definition. */
interface Place {
  readonly map: Tree;
  readonly key: string;
  /** Key of the map. */
  readonly under: string;
}

/** Maps of fields. */
const parts = ["fields", "to-device", "to-driver"];
/** Maps of items that have names. */
const lists = [
  ...parts,
  "kinds",
  "structs",
  "messages",
  "names",
  "values",
  "queues",
  "features",
  "capabilities",
  "resource-objects",
];

const types = (
  "u8|s8|le16|sle16|be32|le64|sle64|be64|le64 opaque|le64 address|le64 flags status|le32 flags status|u8 enum status|" +
  "le32 enum status|u8[]|s8[]|char[]|char[8]|le16[]|be32[]|le64[]|u8[4]|u8[2][3]|char[4][2]|u8[6][]|le32[2][]|" +
  "u8[length]|le16[length]|u8[6][nr_entries]|entry[nr_entries]|item[]|kind|reserved[2]|u8[] enum status|le16[] enum rate"
).split("|");
const names = "status kind data values items set_values config device control feature base at close_in x".split(" ");
const numbers = [0, 1, 2, 3, 7, 8, 31, 32, 63, 64, 255, 4096, -1, 2 ** 32, 2 ** 53 - 1];
const rules = ["RO", "MQ & RO", "RO | MQ", "!RO", "config.items_max", "1"];

/** A definition after some accidents. @param others where pieces of other definitions come from */
export function mutate(definition: Tree, others: readonly Tree[], accidents: readonly Accident[]): Tree {
  const mutant = structuredClone(definition);
  for (const accident of accidents) {
    const { change, where } = chosen(kinds, accident.what);
    const places = placesOf(mutant).filter(({ under }) => where?.includes(under) ?? true);
    if (places.length > 0) change(chosen(places, accident.where), accident.pick, others);
  }
  return mutant;
}

function placesOf(map: Tree, under = ""): Place[] {
  return Object.entries(map).flatMap(([key, value]) => [
    { map, key, under },
    ...(isTree(value) ? placesOf(value, key) : []),
  ]);
}

function isTree(value: unknown): value is Tree {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function chosen<T>(list: readonly T[], pick: number): T {
  return list[pick % list.length] as T;
}

type Change = (place: Place, pick: number, others: readonly Tree[]) => void;

const remove: Change = ({ map, key }) => {
  delete map[key];
};

const duplicate: Change = ({ map, key }, pick) => {
  map[/[A-Z]/.test(key) ? `${key}_TOO` : chosen([`${key}_too`, ...names], pick)] = structuredClone(map[key] as Branch);
};

/** Another order means another layout. */
const swap: Change = ({ map, key }, pick) => {
  const keys = Object.keys(map);
  const [a, b] = [keys.indexOf(key), pick % keys.length];
  [keys[a], keys[b]] = [keys[b] as string, keys[a] as string];
  reorder(map, keys);
};

const rename: Change = ({ map, key }, pick) => {
  const name = chosen([...names, ...Object.keys(map)], pick);
  const value = map[key] as Branch;
  const keys = Object.keys(map).map((other) => (other === key ? name : other));
  delete map[key];
  map[name] = value;
  reorder(map, [...new Set(keys)]);
};

function reorder(map: Tree, keys: readonly string[]): void {
  const entries = keys.map((key) => [key, map[key] as Branch] as const);
  for (const key of Object.keys(map)) delete map[key];
  for (const [key, value] of entries) map[key] = value;
}

const change: Change = ({ map, key }, pick) => {
  const value = map[key];
  if (typeof value === "number") map[key] = chosen(numbers, pick);
  else if (key === "type" || typeof value === "string") map[key] = chosen([...types, ...names, ...rules], pick);
};

const retype: Change = ({ map, key }, pick) => {
  const value = map[key];
  const type = chosen(types, pick);
  if (isTree(value) && "type" in value) value["type"] = type;
  else if (typeof value === "string") map[key] = { type, max: 8, doc: "Something." };
};

/** Fields may have keys that they did not have. */
const extend: Change = ({ map, key }, pick) => {
  const value = map[key];
  const [name, extra] = chosen<readonly [string, Branch]>(
    [
      ["max", 9],
      ["min", 1],
      ["units", "sectors"],
      ["ts", "setValues"],
      ["ts", "Config"],
      ["ts", "other"],
      ["if", "RO"],
      ["if", "RO | MQ"],
      ["access", "rw"],
      ["bits", { low: 0, rest: "1-3", other: "malformed" }],
      ["when-empty", "drop"],
      ["power-of-two", true],
      ["multiple-of", 4],
    ],
    pick,
  );
  if (isTree(value)) value[name] = extra;
};

/** A piece of another definition, from under the same key where there is one. */
const splice: Change = ({ map, key }, pick, others) => {
  const places = placesOf(chosen(others, pick));
  const alike = places.filter((place) => place.key === key);
  const from = chosen(alike.length > 0 ? alike : places, pick >>> 8);
  map[key] = structuredClone(from.map[from.key] as Branch);
};

/** All that another definition has under a key, beside what is there. */
const merge: Change = ({ map, key }, pick, others) => {
  const alike = placesOf(chosen(others, pick)).filter((place) => place.key === key);
  const [own, other] = [map[key], alike[0]?.map[key]];
  if (isTree(own) && isTree(other)) map[key] = { ...structuredClone(other), ...own };
};

/** One more field, which may need another in front. */
const insert: Change = ({ map, key }, pick) => {
  const type = chosen(types, pick);
  const name = chosen([...names, "new_field"], pick >>> 5);
  const counter = /\[([a-z_]+)\]/.exec(type)?.[1];
  const isVariable = counter !== undefined || type.includes("[]");
  const extra = isVariable ? { max: 8 } : pick % 3 === 0 && !type.includes("[") ? { units: "sectors" } : {};
  const keys = Object.keys(map);
  if (counter !== undefined) map[counter] = { type: chosen(["le32", "be16", "u8"], pick >>> 7), doc: "How many." };
  map[name] = { type, doc: "Something.", ...extra };
  const at = keys.indexOf(key);
  const added = [...(counter === undefined ? [] : [counter]), name];
  reorder(map, [...new Set([...keys.slice(0, at), ...added, ...keys.slice(at)])]);
};

const kinds: readonly { readonly change: Change; readonly where?: readonly string[] }[] = [
  { change: remove, where: lists },
  { change: duplicate, where: lists },
  { change: swap, where: lists },
  { change: rename, where: lists },
  { change: retype, where: parts },
  { change: retype, where: parts },
  { change: extend, where: lists },
  { change: insert, where: parts },
  { change: insert, where: parts },
  { change: splice, where: lists },
  { change: merge },
  { change: remove },
  { change },
  { change: splice },
];
