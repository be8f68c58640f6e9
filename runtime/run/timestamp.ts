/**
 * The time in ISO 8601, to the millisecond, as `toISOString` gives it: that would load V8's tables of time zones, which are
 * 0.8 MB of the memory of a program that never asks for one.
 */
export function timestamp(time: Date = new Date()): string {
  const day = [time.getUTCFullYear(), two(time.getUTCMonth() + 1), two(time.getUTCDate())].join("-");
  const clock = [time.getUTCHours(), time.getUTCMinutes(), time.getUTCSeconds()].map(two).join(":");
  return `${day}T${clock}.${String(time.getUTCMilliseconds()).padStart(3, "0")}Z`;
}

function two(number: number): string {
  return String(number).padStart(2, "0");
}
