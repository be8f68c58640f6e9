import { readdirSync } from "node:fs";
import type { Scenario } from "./scenario.js";

const files = readdirSync(`${import.meta.dirname}/scenarios`).filter((file) => file.endsWith(".ts"));
const devices = files.map((file) => file.slice(0, -".ts".length)).sort();
// Vite would look for JavaScript before anything is compiled.
const modules = await Promise.all(devices.map((name) => import(/* @vite-ignore */ `./scenarios/${name}.js`)));

/** Every driver that was captured: what the files of the folder say. */
export const scenarios: readonly Scenario[] = modules.flatMap(
  (module: { scenarios: readonly Scenario[] }) => module.scenarios,
);
