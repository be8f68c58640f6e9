import { readFileSync } from "node:fs";
import { usageError } from "./program-error.js";

/** The number of a group that is given by name or number. @throws ProgramError where there is no such name */
export function groupId(group: string): number {
  if (/^\d{1,9}$/.test(group)) return Number(group);
  const lines = readFileSync("/etc/group", "utf8").split("\n");
  const found = lines.map((line) => line.split(":")).find(([name]) => name === group);
  if (found === undefined) throw usageError(`--socket-group: there is no group "${group}" in /etc/group`);
  return Number(found[2]);
}
