/** Files, YAML, and the shape of a definition. */
export const syntaxCodes = {
  Y001: {
    severity: "error" as const,
    message: (p: { problem: string }): string => `not valid YAML: ${p.problem}`,
  },
  Y002: {
    severity: "error" as const,
    message: (p: { key: string; line: number }): string => `key "${p.key}" appears twice (first at line ${p.line})`,
  },
  Y003: {
    severity: "error" as const,
    message: (p: { key: string; where: string }): string => `unknown key "${p.key}" in ${p.where}`,
  },
  Y004: {
    severity: "error" as const,
    message: (p: { what: string; expected: string; found: string }): string =>
      `"${p.what}" must be ${p.expected}, found ${p.found}`,
  },
  Y005: {
    severity: "error" as const,
    message: (p: { key: string }): string =>
      `key \`${p.key}\` is text here, but readers of YAML 1.1 take it for a truth value or null`,
    help: (p: { key: string }): string => `rename it, or write "${p.key}" in quotes`,
  },
  Y006: {
    severity: "error" as const,
    message: (p: { version: number }): string =>
      `schema ${p.version} is newer than this vdev-gen, which knows schema 1`,
    help: (): string => "update vdev-gen",
  },
  Y007: {
    severity: "error" as const,
    message: (p: { what: string }): string => `${p.what} are not allowed in a definition`,
    help: (): string => "repeat the value, or make it a struct",
  },
  Y008: {
    severity: "error" as const,
    message: (p: { construct: string }): string => `${p.construct} is known but not supported yet`,
  },
  Y009: {
    severity: "error" as const,
    message: (p: { problem: string }): string => `cannot be read as a definition: ${p.problem}`,
  },
  Y010: {
    severity: "error" as const,
    message: (p: { text: string }): string => `${p.text} is not an integer between -(2^53-1) and 2^53-1`,
  },
  Y011: {
    severity: "error" as const,
    message: (p: { what: string; limit: number }): string => `too many ${p.what}: the limit is ${p.limit}`,
  },
  Y012: {
    severity: "error" as const,
    message: (p: { key: string; where: string }): string => `${p.where} lacks the key "${p.key}"`,
  },
  Y013: {
    severity: "error" as const,
    message: (p: { name: string; expected: string }): string => `"${p.name}" is not a name: it must be ${p.expected}`,
  },
  Y014: {
    severity: "error" as const,
    message: (p: { more: number }): string => `${p.more} more diagnostics in this file are not shown`,
  },
};
