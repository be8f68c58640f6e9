/** What the administration virtqueue carries: capabilities, resource objects and device parts. */
export const administrationCodes = {
  A001: {
    severity: "error" as const,
    message: (p: { what: string; name: string; id: number; first: number; last: number }): string =>
      `${p.what} ${p.name} has id 0x${p.id.toString(16)}, outside of 0x${p.first.toString(16)} to 0x${p.last.toString(16)}`,
    help: (): string => "ids outside of it are common to all device types, or reserved",
  },
  A002: {
    severity: "error" as const,
    message: (p: { what: string; name: string; other: string; id: number }): string =>
      `${p.what} ${p.name} has id 0x${p.id.toString(16)}, and ${p.other} has it as well`,
  },
  A003: {
    severity: "error" as const,
    message: (p: { name: string; struct: string; size: number | undefined }): string =>
      `the selector of device part ${p.name} is ${p.struct}, which has ${p.size === undefined ? "no fixed size" : `${p.size} bytes`}`,
    help: (): string => "a selector has 8 bytes, with reserved ones at its end",
  },
  A004: {
    severity: "warning" as const,
    message: (p: { what: string; name: string }): string => `${p.what} ${p.name} has no doc`,
  },
  A005: {
    severity: "error" as const,
    message: (p: { field: string; problem: string }): string =>
      `"${p.field}" belongs to data of administration commands, and ${p.problem}`,
    help: (): string =>
      "such data depends on itself and on features; give what messages share with it a struct of its own",
  },
  A006: {
    severity: "error" as const,
    message: (p: { field: string; struct: string }): string =>
      `"${p.field}" takes the rest of the data of an administration command, and is not at its end`,
    help: (p: { struct: string }): string =>
      `count it by a field before it, or put it last in a struct that no other holds: ${p.struct} is not`,
  },
};
