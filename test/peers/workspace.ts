import { test as base } from "vitest";
import { Workspace } from "./shared-workspace.js";

export { Workspace };

export const test = base.extend(
  "workspace",
  { scope: "file" },
  // biome-ignore lint/correctness/noEmptyPattern: vitest reads from the pattern which fixtures are asked for.
  async ({}, { onCleanup }): Promise<Workspace> => {
    const workspace = new Workspace();
    onCleanup(() => workspace.close());
    return workspace;
  },
);
