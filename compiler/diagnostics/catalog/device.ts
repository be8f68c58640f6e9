/** What a definition says of the device type as a whole. */
export const deviceCodes = {
  D001: {
    severity: "error" as const,
    message: (p: { id: number; device: string; file: string }): string =>
      `device id ${p.id} is already used by "${p.device}" in ${p.file}`,
  },
  D002: {
    severity: "error" as const,
    message: (): string => `device id 0 is reserved and means "invalid"`,
  },
  D003: {
    severity: "error" as const,
    message: (p: { id: number }): string => `id ${p.id} is not assigned by the specification`,
    help: (): string => "use 65535 and count downwards, and say `status: experimental`",
  },
  D004: {
    severity: "error" as const,
    message: (p: { path: string; device: string }): string => `file is ${p.path} but says \`device: ${p.device}\``,
    help: (p: { path: string; device: string }): string =>
      `rename one of them: a definition is ${p.device}/${p.device}.yaml`,
  },
  D005: {
    severity: "warning" as const,
    message: (p: { id: number; title: string; device: string }): string =>
      `the specification's id ${p.id} is the ${p.title}, which is called "${p.device}" after its Linux header`,
  },
  D006: {
    severity: "error" as const,
    message: (p: { device: string; file: string }): string => `device "${p.device}" is already defined in ${p.file}`,
  },
  D007: {
    severity: "error" as const,
    message: (p: { region: string; problem: string }): string => `shared memory ${p.region}: ${p.problem}`,
    help: (): string => "an id is a number from 0 to 255, or a range such as 0x80-0xff; no two regions share one",
  },
  D008: {
    severity: "error" as const,
    message: (p: { device: string }): string =>
      `device name "${p.device}" begins with a digit, and no type of TypeScript can`,
    help: (): string => "add `ts: NAME` beside `device`",
  },
};
