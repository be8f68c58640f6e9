import type { Report } from "../diagnostics/collector.js";
import type { DeviceSyntax } from "../parse/syntax.js";

/** One semantic check of a whole definition. */
export type Pass = (device: DeviceSyntax, report: Report) => void;
