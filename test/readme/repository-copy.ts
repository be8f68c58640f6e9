import { execFileSync } from "node:child_process";
import { cpSync, mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { root } from "./readme.js";

/** A copy of this checkout as it is, built and with a commit of its own, to run the commands of a page in. */
export class RepositoryCopy {
  readonly folder: string = mkdtempSync(join(tmpdir(), "vdev-copy-"));

  /** @param without paths that the copy does not get */
  constructor(...without: string[]) {
    const files = execFileSync("git", ["ls-files", "-co", "--exclude-standard", "-z"], { cwd: root, encoding: "utf8" });
    for (const file of files.split("\0").filter(Boolean)) this.take(file);
    cpSync(join(root, "dist"), this.path("dist"), { recursive: true });
    symlinkSync(join(root, "node_modules"), this.path("node_modules"));
    for (const path of without) rmSync(this.path(path), { recursive: true });
    this.run("git init -q && git add -A && git -c user.name=t -c user.email=t@localhost commit -qm start");
  }

  path(name: string): string {
    return join(this.folder, name);
  }

  /** Copies a file from the checkout. */
  take(file: string): void {
    cpSync(join(root, file), this.path(file), { recursive: true });
  }

  /**
   * Runs commands; what they printed.
   * @throws Error where one fails
   */
  run(command: string, input = ""): string {
    const env = {
      ...process.env,
      npm_config_cache: this.path("dist/npm-cache"),
      npm_config_ignore_scripts: "true",
      NO_COLOR: "1",
    };
    const options = { cwd: this.folder, env, input, encoding: "utf8", stdio: "pipe" } as const;
    return execFileSync("bash", ["-euo", "pipefail", "-c", command], options);
  }

  /** Paths that differ from the commit that the copy began with. */
  changes(): string[] {
    return this.run("git status --porcelain --untracked-files=all")
      .split("\n")
      .filter(Boolean)
      .map((line) => line.slice(3))
      .sort();
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
