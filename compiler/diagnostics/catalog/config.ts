/** The device configuration space. */
export const configCodes = {
  C001: {
    severity: "warning" as const,
    message: (p: { size: number }): string => `config is ${p.size} bytes; vhost-user can move at most 256`,
  },
  C002: {
    severity: "warning" as const,
    message: (p: { field: string }): string =>
      `writable field "${p.field}" is wider than 32 bits; the specification asks for 32 or less where a write acts`,
  },
  C003: {
    severity: "error" as const,
    message: (p: { field: string; access: string }): string =>
      `\`access: ${p.access}\` on "${p.field}", which is not an integer`,
    help: (): string => "the driver writes integers only; give each its own field",
  },
  C004: {
    severity: "error" as const,
    message: (p: { name: string; field: string; key: string }): string =>
      `\`${p.key}\` of "${p.field}" names ${p.name}, which is no feature of this device`,
  },
  C005: {
    severity: "warning" as const,
    message: (p: { field: string; next: string }): string =>
      `field "${p.field}" with an \`if\` is followed by "${p.next}", which is always there`,
    help: (): string => "fine on the wire; new fields belong at the end",
  },
  C006: {
    severity: "error" as const,
    message: (p: { field: string; key: string }): string =>
      `\`${p.key}\` on "${p.field}", which the driver cannot write`,
    help: (): string => "it is for fields with `access: rw`, `w` or `w1c`",
  },
  C007: {
    severity: "warning" as const,
    message: (p: { field: string }): string => `config field "${p.field}" has no doc`,
  },
};
