import { fileURLToPath } from "node:url";
import { beforeEach, describe, expect, test } from "vitest";
import { diffDefinitions } from "../../compiler/diff/diff.js";
import { acceptedSets } from "../../compiler/diff/feature-sets.js";
import { readDefinitions } from "../../compiler/front.js";
import { featuresOf } from "../../compiler/model/evaluate.js";
import type { Expression } from "../../compiler/model/expression.js";
import { Sandbox } from "./cli-sandbox.js";
import { version } from "./versions-of-text.js";

const features = Array.from({ length: 14 }, (_, i) => `F${i}`);

/** A field that exists with a rule. @param requires of some features */
function text(rule: string, requires: Readonly<Record<string, string>> = {}): string {
  const lines = features.map((name, i) => {
    const needs = requires[name] ? `requires: "${requires[name]}", ` : "";
    return `  ${name}: { bit: ${23 - i}, ${needs}doc: A feature. }`;
  });
  return [
    "schema: 1",
    "device: sample",
    "id: 65535",
    "status: experimental",
    "title: Sample device",
    "features:",
    ...lines,
    `config: { fields: { a: { type: le32, if: "${rule}", doc: A field. } } }`,
    "messages: { request: { doc: A question., to-device: { value: le32 } } }",
    "queues: { requestq: { index: 0, carries: request, doc: Questions. } }",
    "",
  ].join("\n");
}

async function difference(old: string, now: string) {
  return diffDefinitions([await version(old, "old.yaml")], [await version(now, "new.yaml")]);
}

describe("a rule over more features than can be combined", () => {
  const all = features.join(" | ");

  test("is tried with those of the lowest bits, and that is said once", async () => {
    const { changes, samples } = await difference(text(all), text(features.slice(0, 2).join(" | ")));
    expect(samples).toEqual([{ device: "sample", mentioned: 14, untried: ["F1", "F0"] }]);
    expect(changes).toMatchObject([{ class: "breaking", message: "config: a exists no longer (with F13)" }]);
  });

  test("may hide what changed", async () => {
    const { changes, samples } = await difference(text(all), text(features.slice(1).join(" | ")));
    expect([changes, samples.length]).toEqual([[], 1]);
  });

  test("is no sample where it is written as before", async () => {
    expect(await difference(text(all), text(all))).toMatchObject({ changes: [], samples: [] });
  });
});

test("features that are always there are in every set, and are not counted", async () => {
  const mandatory = (rule: string): string => text(rule).replaceAll(/(F1[23]: \{)/g, "$1 mandatory: true,");
  const others = features.slice(0, 12).join(" & ");
  const [old, now] = [mandatory(`F12 & F13 & ${others}`), mandatory(others)];
  expect(await difference(old, now)).toMatchObject({ changes: [], samples: [] });
});

describe("features that are required and not mentioned are not counted", () => {
  const rule = features.slice(0, 12).join(" & ");
  const chain = { F0: "F12 & F13", F1: "F12", F12: "F2" };

  test("all sets are tried", async () => {
    const { changes, samples } = await difference(text(rule, chain), text(rule.replace(" & F11", ""), chain));
    const shown = features.slice(0, 11).reverse().join(", ");
    expect(changes).toMatchObject([{ message: `config: a exists now (with ${shown})` }]);
    expect(samples).toEqual([]);
  });

  test("and sets that they make impossible are not", async () => {
    const { changes, samples } = await difference(text(rule, chain), text(`(${rule}) | (F1 & !F2)`, chain));
    expect([changes, samples]).toEqual([[], []]);
  });
});

test("no rule of a definition mentions too many", async () => {
  const root = fileURLToPath(new URL("../../", import.meta.url));
  const { devices } = await readDefinitions(["definitions"], { cwd: root });
  for (const device of devices) {
    for (const rule of expressionsIn(device)) expect(acceptedSets(device, featuresOf(rule)).untried).toEqual([]);
  }
});

/** Every expression of operators in a model. */
function expressionsIn(node: unknown): Expression[] {
  if (typeof node !== "object" || node === null) return [];
  if (Array.isArray(node) && typeof node[0] === "string" && /^[&|!?=<>+*-]/.test(node[0]))
    return [node as unknown as Expression];
  return Object.values(node).flatMap(expressionsIn);
}

describe("vdev-gen diff", () => {
  let box: Sandbox;
  beforeEach(() => {
    box = new Sandbox();
    box.write("old.yaml", text(features.join(" | ")));
    box.write("new.yaml", text(features.slice(1).join(" | ")));
    return () => box.remove();
  });

  test("says what was not tried", async () => {
    expect(await box.run("diff", "old.yaml", "new.yaml")).toBe(0);
    expect(box.stderr).toBe("note: sample: a rule mentions 14 features; it was tried without F1 and F0\nno change\n");
    await box.run("diff", "old.yaml", "new.yaml", "--format", "json");
    expect(JSON.parse(box.stdout).samples).toEqual([{ device: "sample", mentioned: 14, untried: ["F1", "F0"] }]);
  });
});
