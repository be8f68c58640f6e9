/** What is behind the socket. */
export type Medium = "null" | "ram" | "buffered" | "direct";

export type Client = "load" | "qemu-img";

/** What both backends are started for. */
export interface Setup {
  readonly medium: Medium;
  readonly queues: number;
  /** Threads that ours serves them on beside its own; 0: none. The peer has one I/O thread. */
  readonly threads: number;
}

/** One row of the benchmark. */
export interface BenchCase extends Setup {
  readonly client: Client;
  readonly write: boolean;
  readonly kib: number;
  /** Requests in flight on each queue. */
  readonly depth: number;
}

export const DEPTHS = [1, 16, 64, 128] as const;

/** The name by which a case is chosen, such as `null-load-read-4k-d16` or `direct-load-write-128k-d1-2q-2t`. */
export function nameOf({ medium, client, write, kib, depth, queues, threads }: BenchCase): string {
  const name = [medium, client, write ? "write" : "read", `${kib}k`, `d${depth}`];
  return [...name, ...(queues === 1 ? [] : [`${queues}q`]), ...(threads === 0 ? [] : [`${threads}t`])].join("-");
}

/** The cases that the goals speak of. */
export function goalCases(): BenchCase[] {
  const base = { client: "load", write: false, kib: 4, queues: 1, threads: 0 } as const;
  const rows = [
    { ...base, medium: "null" },
    { ...base, medium: "null", client: "qemu-img" },
    { ...base, medium: "buffered" },
    { ...base, medium: "buffered", write: true },
    { ...base, medium: "direct" },
    { ...base, medium: "direct", write: true },
  ] as const;
  return [
    ...rows.flatMap((row) => DEPTHS.map((depth) => ({ ...row, depth }))),
    { ...base, medium: "buffered", kib: 128, depth: 16 },
  ];
}

/** The whole matrix. */
export function allCases(): BenchCase[] {
  return [...setups()].flatMap((setup) => [
    ...loads(setup, "load"),
    ...(hasSecondClient(setup) ? loads(setup, "qemu-img") : []),
  ]);
}

/** Setups one after another, so that backends are started once for each. */
function* setups(): Generator<Setup> {
  for (const [queues, threads] of [
    [1, 0],
    [2, 0],
    [2, 2],
  ] as const) {
    for (const medium of ["null", "ram", "buffered", "direct"] as const) yield { medium, queues, threads };
  }
}

/** qemu-img drives one queue. */
function hasSecondClient({ medium, queues }: Setup): boolean {
  return queues === 1 && (medium === "null" || medium === "buffered");
}

function loads(setup: Setup, client: Client): BenchCase[] {
  return [4, 128].flatMap((kib) =>
    [false, true].flatMap((write) => DEPTHS.map((depth) => ({ ...setup, client, write, kib, depth }))),
  );
}
