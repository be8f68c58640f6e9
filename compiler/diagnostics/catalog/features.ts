/** Features, negotiation, and the expressions that speak of them. */
export const featureCodes = {
  F001: {
    severity: "error" as const,
    message: (p: { feature: string; other: string; bit: number }): string =>
      `feature ${p.other} and feature ${p.feature} both use bit ${p.bit}`,
  },
  F002: {
    severity: "error" as const,
    message: (p: { feature: string; bit: number; owner: string }): string =>
      `feature ${p.feature} uses bit ${p.bit}, which is ${p.owner}`,
    help: (): string => "bits of a device type are 0-23, 42 and 50-127",
  },
  F003: {
    severity: "error" as const,
    message: (p: { feature: string; bit: number }): string =>
      `feature ${p.feature} uses bit ${p.bit}, which is reserved for future extensions`,
    help: (): string => "bits of a device type are 0-23, 42 and 50-127",
  },
  F004: {
    severity: "error" as const,
    message: (p: { feature: string }): string => `feature ${p.feature} uses bit 41, which is also VIRTIO_F_ADMIN_VQ`,
    help: (): string => "take another bit; `legacy: true` reserves it without ever offering it",
  },
  F005: {
    severity: "error" as const,
    message: (p: { feature: string; bit: number }): string =>
      `feature ${p.feature} uses bit ${p.bit}; the highest feature bit is 127`,
  },
  F006: {
    severity: "error" as const,
    message: (p: { name: string; where: string }): string => `${p.where} names ${p.name}, which does not exist`,
  },
  F007: {
    severity: "error" as const,
    message: (p: { circle: string }): string => `features require each other in a circle: ${p.circle}`,
  },
  F008: {
    severity: "error" as const,
    message: (p: { feature: string; other: string; why: string }): string =>
      `feature ${p.feature} conflicts with ${p.other}, which ${p.why}, so it can never be negotiated`,
  },
  F009: {
    severity: "error" as const,
    message: (p: { where: string; feature: string }): string =>
      `${p.where} names the legacy feature ${p.feature}, which is never offered`,
  },
  F010: {
    severity: "warning" as const,
    message: (p: { feature: string }): string => `feature ${p.feature} has no doc`,
  },
  F011: {
    severity: "error" as const,
    message: (p: { problem: string }): string => `not an expression: ${p.problem}`,
  },
  F012: {
    severity: "error" as const,
    message: (p: { text: string }): string => `expression mixes & and | without parentheses: "${p.text}"`,
    help: (): string => "write (A & B) | C or A & (B | C)",
  },
  F013: {
    severity: "error" as const,
    message: (): string =>
      "no set of features satisfies this rule together with `requires`, `conflicts` and `mandatory`",
  },
  F014: {
    severity: "error" as const,
    message: (p: { what: string; limit: number }): string => `too large to check: ${p.what} (the limit is ${p.limit})`,
  },
  F015: {
    severity: "error" as const,
    message: (p: { name: string; where: string; allowed: string }): string =>
      `${p.where} cannot use ${p.name}: it may use ${p.allowed}`,
  },
  F016: {
    severity: "error" as const,
    message: (p: { feature: string }): string => `feature ${p.feature} is both mandatory and legacy`,
  },
  F017: {
    severity: "warning" as const,
    message: (): string =>
      "this rule always holds: `requires`, `conflicts`, `mandatory` and the rules before it leave nothing for it to forbid",
    help: (): string => "leave it out, or look for the feature that it should name",
  },
};
