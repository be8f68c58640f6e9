import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts", "definitions/**/*.test.ts"],
    // A bound against hanging, not a verdict on speed; the nightly job has more random cases.
    testTimeout: 120_000 * Number(process.env["VDEV_FUZZ_RUNS"] ?? 1),
    reporters: ["default", ["json", { outputFile: "node_modules/.cache/vdev/test-results.json" }]],
  },
});
