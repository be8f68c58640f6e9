// Prints "N passed, N failed" from vitest's JSON report; fails where there is none, or nothing ran.
import { readFileSync } from "node:fs";

let report = { numPassedTests: 0, numFailedTests: 0 };
try {
  report = JSON.parse(readFileSync(new URL("../dist/test-results.json", import.meta.url), "utf8"));
} catch (error) {
  console.error(`no test report: ${error.message}`);
}
process.exitCode = report.numPassedTests > 0 && report.numFailedTests === 0 ? 0 : 1;
console.log(`${report.numPassedTests} passed, ${report.numFailedTests} failed`);
