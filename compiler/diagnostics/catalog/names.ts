/** Names in TypeScript and C. */
export const nameCodes = {
  N001: {
    severity: "error" as const,
    message: (p: { name: string; other: string; ts: string; where: string }): string =>
      `"${p.other}" and "${p.name}" both become "${p.ts}" in ${p.where}`,
    help: (): string => "give one of them `ts: NAME`",
  },
  N002: {
    severity: "error" as const,
    message: (p: { name: string; ts: string }): string =>
      `"${p.name}" becomes "${p.ts}", which is a reserved name in TypeScript classes`,
    help: (): string => "give it `ts: NAME`",
  },
  N003: {
    severity: "warning" as const,
    message: (p: { name: string; handler: string }): string =>
      `the handler of "${p.name}" is called ${p.handler}, because the word itself is reserved`,
    help: (): string => "choose a name with `ts: NAME`",
  },
  N004: {
    severity: "error" as const,
    message: (p: { name: string; ts: string; owner: string }): string =>
      `"${p.name}" becomes "${p.ts}", which hides a member of ${p.owner}`,
    help: (): string => "give it `ts: NAME`",
  },
  N005: {
    severity: "error" as const,
    message: (p: { c: string; other: string; name: string }): string =>
      `${p.c} would have two values in C: from ${p.other} and from ${p.name}`,
    help: (): string => "rename one of them, or give its list or message another `prefix`",
  },
  N007: {
    severity: "error" as const,
    message: (p: { type: string; other: string; name: string }): string =>
      `TypeScript type ${p.type} would be made twice: from ${p.other} and from ${p.name}`,
    help: (): string => "rename one of them, or give one `ts: NAME`",
  },
  N008: {
    severity: "error" as const,
    message: (p: { name: string; what: string; other: string }): string =>
      `${p.what} "${p.name}" has the name of ${p.other}`,
    help: (): string => "rename it: they could not be told apart",
  },
};
