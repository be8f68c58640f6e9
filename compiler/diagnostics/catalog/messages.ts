/** Messages and their kinds. */
export const messageCodes = {
  M001: {
    severity: "error" as const,
    message: (p: { message: string }): string => `message "${p.message}" has kinds but no \`switch\``,
  },
  M002: {
    severity: "error" as const,
    message: (p: { field: string; part: string }): string =>
      `switch field "${p.field}" is not an integer field of ${p.part} before the kind's body`,
  },
  M003: {
    severity: "error" as const,
    message: (p: { kind: string; other: string; value: number }): string =>
      `kinds ${p.other} and ${p.kind} both have value ${p.value}`,
  },
  M004: {
    severity: "error" as const,
    message: (p: { kind: string; part: string }): string =>
      `kind ${p.kind} has fields in ${p.part}, but the message has no \`body: kind\` there`,
  },
  M005: {
    severity: "error" as const,
    message: (p: { part: string }): string => `\`body: kind\` appears twice in ${p.part}`,
  },
  M006: {
    severity: "error" as const,
    message: (p: { status: string; list: string }): string => `status "${p.status}" is not in names "${p.list}"`,
  },
  M007: {
    severity: "error" as const,
    message: (p: { field: string; found: string }): string =>
      `status field "${p.field}" must be an \`enum\` in to-driver, outside of the kind's body, found ${p.found}`,
  },
  M008: {
    severity: "error" as const,
    message: (p: { message: string; queue: string }): string =>
      `queue "${p.queue}" is no pool, but its message "${p.message}" has kinds that only the device could choose`,
    help: (): string => "give the queue `when-empty`, or the message a to-device part with the switch field",
  },
  M009: {
    severity: "warning" as const,
    message: (p: { what: string; name: string }): string => `${p.what} ${p.name} has no doc`,
  },
  M010: {
    severity: "error" as const,
    message: (p: { kind: string; list: string }): string =>
      `kind ${p.kind} has no value, and there is no such name in ${p.list}`,
    help: (): string => "add `value: NUMBER`, or make the switch field an `enum` that has the name",
  },
  M011: {
    severity: "error" as const,
    message: (p: { kind: string; value: number; type: string; field: string }): string =>
      `kind ${p.kind} has value ${p.value}, which does not fit in ${p.type} ("${p.field}")`,
  },
  M012: {
    severity: "error" as const,
    message: (p: { where: string }): string => `\`kind\` stands for a kind's own fields and has no place in ${p.where}`,
  },
  M013: {
    severity: "error" as const,
    message: (p: { message: string }): string => `message "${p.message}" has no bytes: neither to-device nor to-driver`,
  },
  M014: {
    severity: "error" as const,
    message: (p: { kind: string; value: number; list: string; other: number }): string =>
      `kind ${p.kind} has value ${p.value}, but names "${p.list}" says ${p.other}`,
  },
  M015: {
    severity: "error" as const,
    message: (p: { what: string; message: string }): string =>
      `${p.what} needs a status, and message "${p.message}" declares none`,
    help: (): string => "add `status: { field, ok, error }` to the message",
  },
  M016: {
    severity: "error" as const,
    message: (p: { message: string; key: string }): string => `\`${p.key}\` of message "${p.message}" needs \`kinds\``,
  },
  M017: {
    severity: "error" as const,
    message: (p: { length: string; field: string }): string =>
      `guest-address length "${p.length}" is not an integer field beside "${p.field}"`,
    help: (): string => "`length` names a field of the same struct or part, or is a number of bytes",
  },
  M018: {
    severity: "error" as const,
    message: (p: { field: string; problem: string }): string => `"${p.field}" cannot be copied: ${p.problem}`,
    help: (): string =>
      "`copies: FIELD` names a to-device field of the same type; `copies: { FIELD: FLAG }` is for a struct that both parts have",
  },
  M019: {
    severity: "error" as const,
    message: (p: { field: string; stride: string }): string =>
      `stride "${p.stride}" of "${p.field}" is not an integer field of to-device`,
  },
  M020: {
    severity: "error" as const,
    message: (p: { problem: string }): string => `\`spans\` cannot be kept: ${p.problem}`,
    help: (): string =>
      "`count` is an integer of to-driver, and the queues that carry the message are pools (`when-empty`)",
  },
};
