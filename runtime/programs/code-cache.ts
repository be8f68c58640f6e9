// Run by build.ts, in a process of its own: runs a bundled program until its socket is there, and keeps what V8 has compiled
// by then. Arguments: the bundle, the socket, and the program's own.
import { existsSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { setTimeout } from "node:timers/promises";
import { codeCachePath, runBundle } from "./run-bundle.js";

const [bundle = "", socket = ""] = process.argv.splice(2, 2);
const script = runBundle(bundle, createRequire(bundle));
while (!existsSync(socket)) await setTimeout(1);
writeFileSync(codeCachePath(bundle), script.createCachedData());
process.kill(process.pid, "SIGTERM");
