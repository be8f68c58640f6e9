/**
 * The compiler as a library: definitions in; models, diagnostics and generated files out.
 *
 * ts-morph is loaded by the first call that emits something.
 */
export type { Output } from "./cli/compare-outputs.js";
export { type GenerateResult, generate } from "./cli/generate.js";
export { GenerateError, type GenerateErrorCode } from "./cli/generate-error.js";
export type { GenerateOptions } from "./cli/generate-options.js";
export type { EmissionKind, EmissionOptions, Stages } from "./cli/stages.js";
export type { Location, Related, Severity } from "./diagnostics/diagnostic.js";
export type { Change, ChangeClass, Difference, Sample } from "./diff/change.js";
export { diffDefinitions } from "./diff/diff.js";
export { type ReadVersions, readVersions } from "./diff/read-versions.js";
export type { Version } from "./diff/versions.js";
export { emitC } from "./emit/c/c-source.js";
export { type EmitOptions, emitTypeScript } from "./emit/typescript.js";
export {
  type DefinitionCache,
  type Definitions,
  type Diagnostic,
  type DiagnosticFormat,
  formatDiagnostics,
  type ReadOptions,
  readDefinitions,
} from "./front.js";
export type { Administration, AdministrationItem, AdministrationSort } from "./model/administration.js";
export type * from "./model/expression.js";
export type * from "./model/model.js";
