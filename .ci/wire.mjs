// Asks for a line in CHANGELOG.md where the definitions changed on the wire since an earlier commit: the one given, or the
// previous one. Where there is none (a first commit, a clone of one commit), nothing is asked. Run it at the root, after a build.
import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const base = process.argv[2] ?? "HEAD~1";
const vdevGen = fileURLToPath(new URL("../dist/compiler/main.js", import.meta.url));
const succeeds = (...args) => spawnSync("git", args).status === 0;

if (!succeeds("cat-file", "-e", `${base}:definitions`)) {
  console.log(`the wire is not compared: there are no definitions of ${base} here`);
  process.exit();
}
const folder = mkdtempSync(join(tmpdir(), "vdev-wire-"));
try {
  const archive = execFileSync("git", ["archive", base, "definitions"], { maxBuffer: 2 ** 28 });
  execFileSync("tar", ["-x", "-C", folder], { input: archive });
  const args = [vdevGen, "diff", join(folder, "definitions"), "definitions", "--format", "json"];
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { encoding: "utf8", maxBuffer: 2 ** 28 });
  process.exitCode = status > 1 ? cannotCompare(stderr) : judge(JSON.parse(stdout).changes);
} finally {
  rmSync(folder, { recursive: true });
}

/** Definitions of an older language. That those of today compile is checked elsewhere. */
function cannotCompare(reason) {
  console.log(`the wire is not compared: the definitions of ${base} do not compile\n${reason}`);
  return 0;
}

function judge(changes) {
  const onTheWire = changes.filter((change) => change.class !== "source");
  for (const change of onTheWire) console.log(`${change.class}: ${change.device}: ${change.message}`);
  if (onTheWire.length === 0 || !succeeds("diff", "--quiet", base, "--", "CHANGELOG.md")) return 0;
  console.log(`the wire changed since ${base}: say so in CHANGELOG.md`);
  return 1;
}
