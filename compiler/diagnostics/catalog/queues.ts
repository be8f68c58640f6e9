/** Queues, checked over the feature sets and configuration values that their expressions mention. */
export const queueCodes = {
  Q001: {
    severity: "error" as const,
    message: (p: { indices: string; world: string }): string => `queue indices leave a gap: ${p.indices}${p.world}`,
  },
  Q002: {
    severity: "error" as const,
    message: (p: { queue: string; other: string; index: number; world: string }): string =>
      `${p.other} and ${p.queue} both have index ${p.index}${p.world}`,
  },
  Q003: {
    severity: "error" as const,
    message: (p: { queue: string; config: string; gate: string }): string =>
      `queue "${p.queue}" reads config.${p.config}, which may be absent (\`if: ${p.gate}\`) while the queue exists`,
    help: (p: { config: string; gate: string }): string => `write "${p.gate} ? config.${p.config} : 1"`,
  },
  Q004: {
    severity: "error" as const,
    message: (p: { queue: string; what: string; value: number; world: string }): string =>
      `${p.what} of queue "${p.queue}" is ${p.value}${p.world}`,
    help: (): string =>
      "an index is 0 to 65535 and a count 1 to 65536; bound the field that it reads by `min` and `max`",
  },
  Q005: {
    severity: "error" as const,
    message: (p: { queue: string; message: string }): string =>
      `queue "${p.queue}" carries "${p.message}", which is not a message`,
  },
  Q006: {
    severity: "error" as const,
    message: (p: { message: string }): string => `message "${p.message}" is not carried by any queue`,
  },
  Q007: {
    severity: "error" as const,
    message: (p: { queue: string; message: string }): string =>
      `queue "${p.queue}" has \`when-empty\`, but message "${p.message}" has a part to the device`,
    help: (): string => "a pool holds buffers that the device fills by itself: its message has only `to-driver`",
  },
  Q008: {
    severity: "warning" as const,
    message: (p: { queue: string }): string => `queue "${p.queue}" has no doc`,
  },
  Q009: {
    severity: "error" as const,
    message: (p: { queue: string; key: string }): string =>
      `\`${p.key}\` of queue "${p.queue}" is for queues of requests, and this one is a pool`,
  },
};
