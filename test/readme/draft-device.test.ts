import { afterAll, beforeAll, expect, test } from "vitest";
import { type Block, blocksOf, strayRuns } from "./readme.js";
import { RepositoryCopy } from "./repository-copy.js";

/** Those in between are for test/peers: they need a guest. */
const blocks = blocksOf("docs/draft-device.md").filter(({ language }) => !["console", "log"].includes(language));
let copy: RepositoryCopy;

beforeAll(() => {
  copy = new RepositoryCopy();
});

afterAll(() => copy.remove());

/** Does what a block says; what that printed. */
function follow({ language, text }: Block): string {
  if (language === "sh") return copy.run(text);
  if (language === "diff") return copy.run("git apply", text);
  throw new Error(`a block of ${language} is nothing that can be followed`);
}

test("what the page quotes is there, and its commands print what it says", () => {
  let printed = "";
  for (const block of blocks) {
    if (block.file !== undefined) expect(strayRuns(block, copy.folder)).toEqual([]);
    else if (block.language === "text") expect(printed).toBe(block.text);
    else printed = follow(block);
  }
  expect(copy.changes()).toEqual(["include/virtio_watchdog.h"]);
});
