// Builds the programs for one device type each: a launcher, a bundle, and a code cache for the V8 that runs this.
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { bundle, writeHashed, writeWhole } from "./bundle.js";
import { codeCachePath } from "./run-bundle.js";

/** By name: the module, and options with which it starts here, for the code cache. */
const PROGRAMS = {
  "vhost-user-blk": { module: "definitions/blk/vhost-user-blk.js", options: ["--blk-file=image"] },
  "vhost-user-rng": { module: "definitions/rng/vhost-user-rng.js", options: [] },
};

/** Far more than a program needs to listen. */
const TIMEOUT_MS = 60_000;

const here = import.meta.dirname;
const dist = resolve(here, "../..");

const commander = writeHashed(
  here,
  "commander-*.cjs",
  strict(await bundle(join(dist, "runtime/run/commander-options.js"))),
);
for (const [name, { module, options }] of Object.entries(PROGRAMS)) {
  const text = await bundle(join(dist, module), { outside: { "/commander-options.js": `./${commander}` } });
  const file = writeHashed(here, `${name}-*.bundle.cjs`, `(function (require, __filename) {${strict(text)}})`);
  if (process.platform === "linux") makeCodeCache(join(here, file), options);
  const launcher = await bundle(join(here, "launcher.js"), { constants: { BUNDLE: JSON.stringify(file) } });
  writeWhole(join(here, `${name}.cjs`), `#!/usr/bin/env node\n${strict(launcher)}`, 0o755);
  removeOthers(name, file);
}
removeOthers("commander", commander);

/** A script is not strict by itself, as the module was. */
function strict(text: string): string {
  return `"use strict";\n${text}`;
}

/** Starts the program once. @throws Error where it does not start */
function makeCodeCache(path: string, options: readonly string[]): void {
  if (existsSync(codeCachePath(path))) return;
  const folder = mkdtempSync(join(tmpdir(), "vdev-build-"));
  try {
    writeFileSync(join(folder, "image"), new Uint8Array(1 << 20));
    const words = [join(here, "code-cache.js"), path, "socket", ...options, "--socket-path=socket"];
    const { status, stderr } = spawnSync(process.execPath, words, {
      cwd: folder,
      encoding: "utf8",
      timeout: TIMEOUT_MS,
    });
    if (status !== 0 || !existsSync(codeCachePath(path))) throw new Error(`no code cache of ${path}: ${stderr}`);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** What an earlier build has left. */
function removeOthers(name: string, file: string): void {
  const old = readdirSync(here).filter((entry) => entry.startsWith(`${name}-`) && !entry.startsWith(file));
  for (const entry of old) rmSync(join(here, entry));
}
