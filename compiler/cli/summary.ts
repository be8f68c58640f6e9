import type { GenerateResult } from "./generate.js";

/** A run in numbers. */
export interface Summary {
  readonly ok: boolean;
  readonly definitions: number;
  readonly devices: number;
  readonly written: number;
  readonly unchanged: number;
  readonly errors: number;
  readonly warnings: number;
  readonly milliseconds: number;
}

export function summaryOf(result: GenerateResult, milliseconds: number): Summary {
  const files = (state: string) => result.outputs.filter((output) => output.state === state).length;
  const found = (severity: string) => result.diagnostics.filter((d) => d.severity === severity).length;
  return {
    ok: result.ok,
    definitions: result.definitions,
    devices: result.devices,
    written: files("written"),
    unchanged: files("unchanged"),
    errors: found("error"),
    warnings: found("warning"),
    milliseconds: Math.round(milliseconds),
  };
}

/** `3 devices, 1 file written, 2 unchanged, 412 ms` */
export function summaryLine(summary: Summary, check: boolean): string {
  const { errors, warnings, milliseconds } = summary;
  const parts = [
    ...(summary.ok ? outcome(summary, check) : [counted(summary.definitions, "definition")]),
    ...(errors > 0 ? [counted(errors, "error")] : []),
    ...(warnings > 0 ? [counted(warnings, "warning")] : []),
    ...(summary.ok || check ? [] : ["nothing written"]),
  ];
  return `${[...parts, `${milliseconds} ms`].join(", ")}\n`;
}

function outcome({ devices, written, unchanged }: Summary, check: boolean): string[] {
  if (check) return [counted(devices, "device"), `${counted(unchanged, "file")} up to date`];
  return [counted(devices, "device"), `${counted(written, "file")} written`, `${unchanged} unchanged`];
}

function counted(n: number, what: string): string {
  return `${n} ${what}${n === 1 ? "" : "s"}`;
}
