// Prints "N passed, N failed" from vitest's JSON report, and ", N skipped" where some were; fails where there is no report,
// or nothing ran.
import { readFileSync } from "node:fs";

let report = { success: false, numPassedTests: 0, numFailedTests: 0, numPendingTests: 0, numTodoTests: 0 };
try {
  report = JSON.parse(readFileSync(new URL("../node_modules/.cache/vdev/test-results.json", import.meta.url), "utf8"));
} catch (error) {
  console.error(`no test report: ${error.message}`);
}
const { success, numPassedTests: passed, numFailedTests: failed, numPendingTests, numTodoTests } = report;
const skipped = numPendingTests + numTodoTests;
process.exitCode = success && passed > 0 && failed === 0 ? 0 : 1;
console.log(`${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ""}`);
