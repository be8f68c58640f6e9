import type { DefinitionCache } from "../front.js";
import type { Stages } from "./stages.js";

/**
 * The compiler's own stages, each loaded when it is first needed: ts-morph alone takes 300 ms. Definitions that did not
 * change since an earlier call are not read again.
 */
export function compilerStages(): Stages {
  const cache: DefinitionCache = new Map();
  return {
    async read(inputs, cwd) {
      const { readDefinitions } = await import("../front.js");
      return await readDefinitions(inputs, { cwd, cache });
    },
    async emit(device, options) {
      if (options.kind === "c") return (await import("../emit/c/c-source.js")).emitC(device);
      const { emitTypeScript } = await import("../emit/typescript.js");
      return await emitTypeScript(device, options);
    },
  };
}
