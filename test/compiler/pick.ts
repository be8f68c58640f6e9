/** The same properties of another object. */
export function pick(from: object, like: object): Record<string, unknown> {
  return Object.fromEntries(
    Object.keys(like).map((key) => [key, pickInner(Reflect.get(from, key), Reflect.get(like, key))]),
  );
}

/** Structs with unions have more when they are read than tests write. */
function pickInner(from: unknown, like: unknown): unknown {
  if (Array.isArray(like) && Array.isArray(from)) return from.map((item, i) => pickInner(item, like[i]));
  const isStruct = typeof like === "object" && like !== null && Object.getPrototypeOf(like) === Object.prototype;
  return isStruct && typeof from === "object" && from !== null ? pick(from, like) : from;
}
