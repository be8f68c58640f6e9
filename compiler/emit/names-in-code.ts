/** A name from a definition, as an identifier. The checks have seen to it; this makes sure that nothing else gets out. */
export function identifier(name: string): string {
  if (!/^[A-Za-z_$][\w$]*$/.test(name)) throw new Error(`${JSON.stringify(name)} is no identifier`);
  return name;
}

/** A name as the key of an object or of a type. `__proto__` as a plain key would set the prototype. */
export function key(name: string): string {
  if (name === "__proto__") return `["__proto__"]`;
  return /^[A-Za-z_$][\w$]*$/.test(name) ? name : text(name);
}

/** A string literal. */
export function text(value: string): string {
  return JSON.stringify(value);
}
