// Builds the addon for this machine, or with --prebuild for every machine that the published package serves. Run by the
// package's `prepare` and `prepack`.
import { AddonBuildError, addonPath, buildAddon } from "./build-addon.js";
import { portabilityFaults } from "./portability.js";

/** What the published package has a binary for: the cross compiler, and its flags. */
const PREBUILT = {
  x64: { compiler: "x86_64-linux-gnu-gcc", flags: [] },
  // libgcc's outlined atomics ask glibc, by a name that musl does not have, what the processor can do.
  arm64: { compiler: "aarch64-linux-gnu-gcc", flags: ["-mno-outline-atomics"] },
};

try {
  if (process.argv.includes("--prebuild")) prebuild();
  else if (process.platform === "linux") buildAddon({ output: addonPath(process.arch), compiler: hostCompiler() });
  else console.log(`vdev: on ${process.platform} only vdev-gen works; the vhost-user runtime needs Linux`);
} catch (error) {
  if (!(error instanceof AddonBuildError)) throw error;
  console.error(`vdev: ${error.message}`);
  process.exitCode = 1;
}

function hostCompiler(): string[] {
  return (process.env["CC"] ?? "cc").split(" ");
}

function prebuild(): void {
  for (const [arch, { compiler, flags }] of Object.entries(PREBUILT)) {
    const output = addonPath(arch);
    buildAddon({ output, compiler: arch === process.arch ? hostCompiler() : [compiler], flags });
    const faults = portabilityFaults(output);
    if (faults.length > 0) throw new AddonBuildError(`${output} would not load everywhere: ${faults.join(", ")}`);
  }
}
