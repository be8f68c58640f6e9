import type { Report } from "../diagnostics/collector.js";
import type { FieldSyntax } from "../parse/syntax.js";
import type { Pass } from "./pass.js";

/** Fields of the configuration space follow the specification's advice. */
export const checkConfig: Pass = ({ config }, report) => {
  const fields = [...(config?.fields.values() ?? [])];
  for (const [i, field] of fields.entries()) {
    if (field.access && field.access !== "ro") checkWritable(field, field.access, report);
    else checkReadOnly(field, report);
    const next = fields[i + 1];
    if (next && field.if && !next.if && next.type.kind !== "reserved")
      report("C005", field.at, { field: field.name, next: next.name });
  }
};

function checkWritable(field: FieldSyntax, access: string, report: Report): void {
  const at = field.keys.get("access") ?? field.at;
  if (field.type.kind !== "integer") report("C003", at, { field: field.name, access });
  else if (field.type.width > 4) report("C002", at, { field: field.name });
}

/** Keys that say how the driver writes a field are for fields that it can write. */
function checkReadOnly(field: FieldSyntax, report: Report): void {
  for (const key of ["from", "on-reset"] as const) {
    const at = field.keys.get(key);
    if (at) report("C006", at, { field: field.name, key });
  }
}
