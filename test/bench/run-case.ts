import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { Case, CaseResult } from "./case.js";

/** The built program: beside this file where that is built too, else where the build puts it. */
const here = import.meta.url;
const program = fileURLToPath(
  here.endsWith(".ts") ? new URL("../../dist/test/bench/case.js", here) : new URL("case.js", here),
);

/** Runs one case in a process of its own, so that no case profits or suffers from what ran before. */
export function runCase(each: Case, requests: number): CaseResult {
  return JSON.parse(
    execFileSync(process.execPath, [program, JSON.stringify(each), String(requests)], { encoding: "utf8" }),
  );
}
