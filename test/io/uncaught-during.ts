/** Runs work whose callbacks throw, and returns what became uncaught exceptions once there are `count` of them. */
export async function uncaughtDuring(work: () => Promise<void>, count: number): Promise<unknown[]> {
  const before = process.listeners("uncaughtException");
  const thrown: unknown[] = [];
  process.removeAllListeners("uncaughtException");
  try {
    await new Promise<void>((resolve, reject) => {
      process.on("uncaughtException", (error) => {
        if (thrown.push(error) === count) resolve();
      });
      work().catch(reject);
    });
  } finally {
    process.removeAllListeners("uncaughtException");
    for (const listener of before) process.on("uncaughtException", listener);
  }
  return thrown;
}
