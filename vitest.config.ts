import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts", "definitions/**/*.test.ts"],
    // A bound against hanging, not a verdict on speed.
    testTimeout: 120_000,
    reporters: ["default", ["json", { outputFile: "node_modules/.cache/vdev/test-results.json" }]],
  },
});
