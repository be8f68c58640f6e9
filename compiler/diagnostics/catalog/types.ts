const integers = "integers are u8 le16 le32 le64 be16 be32 be64 s8 sle16 sle32 sle64";

/** Types, layouts and the limits of values. */
export const typeCodes = {
  T001: {
    severity: "error" as const,
    message: (p: { type: string; problem: string }): string => `"${p.type}" is not a type: ${p.problem}`,
    help: (): string => `${integers}; arrays are le32[4], u8[], thing[count]; a name is that of a struct`,
  },
  T002: {
    severity: "error" as const,
    message: (p: { struct: string }): string => `unknown type or struct "${p.struct}"`,
    help: (): string => integers,
  },
  T003: {
    severity: "error" as const,
    message: (p: { circle: string }): string => `struct contains itself: ${p.circle}`,
  },
  T004: {
    severity: "error" as const,
    message: (p: { name: string }): string =>
      `array length "${p.name}" is not an integer field before the array, a constant or config.NAME`,
  },
  T005: {
    severity: "error" as const,
    message: (p: { field: string; count: string }): string =>
      `"${p.field}" is counted by "${p.count}", which comes after it`,
    help: (p: { field: string; count: string }): string => `move "${p.count}" before "${p.field}"`,
  },
  T006: {
    severity: "error" as const,
    message: (p: { field: string; config: string; gate: string }): string =>
      `"${p.field}" reads config.${p.config}, which may be absent (\`if: ${p.gate}\`) while "${p.field}" exists`,
    help: (p: { gate: string }): string => `give what reads it the same \`if: ${p.gate}\``,
  },
  T007: {
    severity: "error" as const,
    message: (p: { what: string; end: number; size: number }): string =>
      `${p.what} ends at byte ${p.end} but says size ${p.size}`,
    help: (p: { end: number; size: number }): string =>
      p.end < p.size
        ? `${p.size - p.end} bytes are missing; unnamed padding is written as a field of type reserved[${p.size - p.end}]`
        : `${p.end - p.size} bytes are too many`,
  },
  T008: {
    severity: "warning" as const,
    message: (p: { field: string; type: string; offset: number; alignment: number }): string =>
      `"${p.field}" (${p.type}) is at offset ${p.offset}, which is not a multiple of ${p.alignment}`,
    help: (p: { offset: number; alignment: number }): string =>
      `insert reserved[${p.alignment - (p.offset % p.alignment)}] before it, or say \`unaligned: true\``,
  },
  T009: {
    severity: "error" as const,
    message: (p: { field: string; other: string }): string =>
      `"${p.field}" takes the rest of the part, but so does "${p.other}"`,
  },
  T010: {
    severity: "error" as const,
    message: (p: { field: string; struct: string }): string =>
      `"${p.field}" holds struct "${p.struct}", which has no fixed size`,
    help: (): string =>
      "such a struct can be a field of a message's part, or of another such struct; not an element, a member of a union or in config",
  },
  T011: {
    severity: "error" as const,
    message: (p: { field: string; bits: string; other: string }): string =>
      `bits of "${p.field}" overlap: ${p.other}, ${p.bits}`,
  },
  T012: {
    severity: "error" as const,
    message: (p: { bit: number; type: string }): string => `bit ${p.bit} does not fit in ${p.type}`,
  },
  T013: {
    severity: "error" as const,
    message: (p: { name: string; value: number; type: string; field: string }): string =>
      `${p.name} = ${p.value} does not fit in ${p.type} ("${p.field}")`,
  },
  T014: {
    severity: "error" as const,
    message: (p: { list: string; value: number; name: string; other: string }): string =>
      `names "${p.list}" has number ${p.value} twice: ${p.other} and ${p.name}`,
    help: (p: { other: string }): string => `add \`alias-of: ${p.other}\` when it is meant`,
  },
  T015: {
    severity: "error" as const,
    message: (p: { name: string; bytes: number; of: string; size: number }): string =>
      `${p.name} is ${p.bytes} bytes but "${p.of}" says size ${p.size}`,
  },
  T016: {
    severity: "error" as const,
    message: (p: { list: string; bit: number; type: string }): string =>
      `\`flags ${p.list}\` needs bit ${p.bit} but the field is ${p.type}`,
  },
  T017: {
    severity: "error" as const,
    message: (p: { what: string; count: number; limit: number }): string =>
      `${p.what} has ${p.count} elements or bytes; it must have 1 to ${p.limit}`,
  },
  T018: {
    severity: "error" as const,
    message: (p: { field: string; value: number; min: number; max: number }): string =>
      `default ${p.value} is outside of what "${p.field}" can hold (${p.min}..${p.max})`,
  },
  T019: {
    severity: "error" as const,
    message: (p: { field: string }): string => `"${p.field}" is an array of driver-chosen length and has no \`max\``,
    help: (): string =>
      "add `max: NUMBER` or `max: config.NAME`: the elements are copied before they are read, so the copy needs a bound",
  },
  T020: {
    severity: "error" as const,
    message: (p: { field: string; problem: string }): string => `limits of "${p.field}" cannot hold: ${p.problem}`,
  },
  T021: {
    severity: "error" as const,
    message: (p: { key: string; field: string; applies: string }): string =>
      `\`${p.key}\` does not apply to "${p.field}": it is for ${p.applies}`,
  },
  T022: {
    severity: "error" as const,
    message: (p: { list: string }): string => `unknown names "${p.list}"`,
  },
  T023: {
    severity: "error" as const,
    message: (p: { problem: string }): string => `bad alias: ${p.problem}`,
  },
  T024: {
    severity: "error" as const,
    message: (p: { member: string; value: string; field: string }): string =>
      `member "${p.member}" is chosen by ${p.value}, which "${p.field}" has no name for`,
    help: (): string =>
      "the switch of a union is an `enum` field beside it; `when: [NAME]` lists the values of a member",
  },
  T025: {
    severity: "error" as const,
    message: (p: { field: string; where: string }): string => `"${p.field}" may be absent and cannot stand ${p.where}`,
    help: (): string => "put it before the array, or give it to kinds that have the same `if`",
  },
  T026: {
    severity: "error" as const,
    message: (p: { struct: string }): string => `struct ${p.struct} has no fixed size, and says one`,
    help: (): string => "leave `size` out: fields with `if` and arrays that are counted make the size differ",
  },
  T027: {
    severity: "error" as const,
    message: (p: { field: string; count: string; gate: string }): string =>
      `"${p.field}" is counted by "${p.count}", which may be absent (\`if: ${p.gate}\`) while "${p.field}" exists`,
    help: (p: { field: string; gate: string }): string => `give "${p.field}" the same \`if: ${p.gate}\``,
  },
};
