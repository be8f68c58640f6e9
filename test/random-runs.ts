/** Random cases of a property test: what CI has time for, times `VDEV_FUZZ_RUNS`, which the nightly job raises. */
export function randomRuns(runs: number): number {
  const factor = Number(process.env["VDEV_FUZZ_RUNS"] ?? 1);
  if (!(Number.isInteger(factor) && factor > 0))
    throw new RangeError(`VDEV_FUZZ_RUNS is ${factor}, not a positive integer`);
  return runs * factor;
}
