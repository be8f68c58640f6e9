import { readdirSync } from "node:fs";
import type { Scenario } from "../scenario.js";

const files = readdirSync(import.meta.dirname).filter((name) => /^[^.]+\.ts$/.test(name) && name !== "index.ts");
const modules = await Promise.all(files.sort().map((name) => import(`./${name.replace(/ts$/, "js")}`)));

/** Every driver that was captured: what the files of this folder say. */
export const scenarios: readonly Scenario[] = modules.flatMap(
  (module: { scenarios: readonly Scenario[] }) => module.scenarios,
);
