import { afterEach, beforeEach, expect, test } from "vitest";
import { emitTypeScript, formatDiagnostics, GenerateError, generate, readDefinitions } from "../../compiler/index.js";
import { Sandbox } from "./cli-sandbox.js";

let box: Sandbox;

beforeEach(() => {
  box = new Sandbox();
  box.write(
    "definitions/probe/probe.yaml",
    `schema: 1
device: probe
id: 65535
status: experimental
title: Probe
messages:
  request: { doc: Bytes for the driver., to-driver: { data: "u8[]" } }
queues:
  requestq: { index: 0, carries: request, doc: Empty buffers. }
`,
  );
});
afterEach(() => box.remove());

test("a program can do what the command line does, and each of its steps", async () => {
  const result = await generate({ inputs: ["definitions"], outDir: "generated", cwd: box.root });
  expect(formatDiagnostics(result.diagnostics, "text")).toBe("");
  expect(result.outputs).toMatchObject([{ file: "generated/probe.ts", state: "written" }]);
  const { devices } = await readDefinitions(["definitions"], { cwd: box.root });
  const texts = await Promise.all(devices.map((d) => emitTypeScript(d, { runtime: "../runtime/codegen.js" })));
  expect(texts).toEqual([box.read("generated/probe.ts")]);
});

test("what cannot be carried out is thrown, with a code", async () => {
  const failed = generate({ inputs: ["nowhere"], outDir: "generated", cwd: box.root });
  await expect(failed).rejects.toBeInstanceOf(GenerateError);
  await expect(failed).rejects.toMatchObject({ code: "VDEV_USAGE" });
});
