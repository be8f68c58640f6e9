import { access, constants, stat } from "node:fs/promises";
import { resolve } from "node:path";
import type { Definitions } from "../front.js";
import { errnoOf, GenerateError, ioError, orIoError } from "./generate-error.js";

/** Refuses definitions that are not there or cannot be read, before anything is loaded. */
export async function requireInputs(inputs: readonly string[], cwd: string): Promise<void> {
  for (const input of inputs) {
    const kind = await kindOf(cwd, input, "cannot read");
    if (kind === undefined) {
      throw new GenerateError("VDEV_USAGE", `there is no ${input}: name definition files, or folders that hold some`);
    }
    const wanted = kind === "folder" ? constants.R_OK | constants.X_OK : constants.R_OK;
    await orIoError(`cannot read ${input}`, () => access(resolve(cwd, input), wanted));
  }
}

/** Refuses an output folder that is something else; one that is missing gets made. */
export async function requireFolder(outDir: string, cwd: string): Promise<void> {
  if ((await kindOf(cwd, outDir, "cannot use the output folder")) !== "other") return;
  throw new GenerateError("VDEV_USAGE", `the output folder ${outDir} is not a folder`);
}

export function requireDefinitions({ files }: Definitions, inputs: readonly string[]): void {
  if (files.length > 0) return;
  throw new GenerateError("VDEV_USAGE", `there are no definitions (NAME/NAME.yaml) in ${inputs.join(", ")}`);
}

async function kindOf(cwd: string, path: string, failure: string): Promise<"folder" | "other" | undefined> {
  try {
    return (await stat(resolve(cwd, path))).isDirectory() ? "folder" : "other";
  } catch (error) {
    if (errnoOf(error) === "ENOENT") return undefined;
    throw ioError(`${failure} ${path}`, error);
  }
}
