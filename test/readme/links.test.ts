import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import { root } from "./readme.js";

const docs = readdirSync(join(root, "docs"), { recursive: true, encoding: "utf8" });
const pages = [
  "README.md",
  "CONTRIBUTING.md",
  ...docs.filter((path) => path.endsWith(".md")).map((path) => `docs/${path}`),
];

/** Where a page's links lead, those to other sites and to places in the page itself left out. */
function targetsOf(page: string): string[] {
  const text = readFileSync(join(root, page), "utf8").replace(/^```.*?^```$/gms, "");
  const targets = [...text.matchAll(/\]\(([^)\s]+)\)/g)].map(([, target]) => target as string);
  return targets.filter((target) => !/^(?:[a-z]+:|#)/.test(target)).map((target) => target.replace(/#.*$/, ""));
}

test.each(pages)("every link of %s leads to a file", (page) => {
  const missing = targetsOf(page).filter((target) => !existsSync(join(root, dirname(page), target)));
  expect(missing).toEqual([]);
});

test("the links are found", () => {
  expect(targetsOf("README.md")).toContain("docs/diagnostics.md");
});
