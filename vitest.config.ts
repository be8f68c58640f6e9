import { defineConfig } from "vitest/config";

// A bound against hanging, not a verdict on speed; the nightly job has more random cases.
const testTimeout = 120_000 * Number(process.env["VDEV_FUZZ_RUNS"] ?? 1);

export default defineConfig({
  test: {
    reporters: ["default", ["json", { outputFile: "node_modules/.cache/vdev/test-results.json" }]],
    projects: [
      {
        test: {
          name: "vdev",
          include: ["test/**/*.test.ts", "definitions/**/*.test.ts"],
          exclude: ["test/peers/**"],
          testTimeout,
          hookTimeout: testTimeout,
          sequence: { groupOrder: 0 },
        },
      },
      {
        // Each boots a machine, which wants the processors for itself.
        test: {
          name: "peers",
          include: ["test/peers/**/*.test.ts"],
          testTimeout: Math.max(testTimeout, 900_000),
          fileParallelism: false,
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
});
