/** As QEMU takes them: a terminal that closes ends the program in order, too. */
const SIGNALS = ["SIGTERM", "SIGINT", "SIGHUP"] as const;

/** The first signal that asks for an end. More of them change nothing: the end comes soon, whatever happens. */
export function endSignal(): Promise<NodeJS.Signals> {
  return new Promise((resolve) => {
    for (const signal of SIGNALS) process.on(signal, resolve);
  });
}
