import { administeredStructs } from "../model/administration.js";
import type { DeviceModel, Field, Struct } from "../model/model.js";
import { innermost } from "../model/types.js";
import { compareFields } from "./compare-fields.js";
import type { Writer } from "./compare-limits.js";
import { partsOf } from "./parts.js";
import type { Versions } from "./versions.js";

/** The structs that both versions have. Others are compared where they are used. */
export function compareStructs(versions: Versions): void {
  for (const old of versions.old.structs) {
    const here = versions.new.structs.find(({ name }) => name === old.name);
    if (here === undefined)
      versions.report("source", `struct ${old.name} is gone, or has another name`, {
        old: [["structs", old.name]],
        new: [["structs"]],
      });
    else compareStruct(versions, old, here);
  }
}

function compareStruct(versions: Versions, old: Struct, here: Struct): void {
  const path = ["structs", old.name];
  const writers: readonly Writer[] = ["driver", "device"];
  const isRecord = isAdministered(versions.old, old) && isAdministered(versions.new, here);
  const isOpen = old.isOpen && here.isOpen && !isRecord;
  const canGrow = [versions.old, versions.new].every((device) => isMeasured(device, old.name));
  compareFields(versions, {
    what: `struct ${old.name}`,
    old: old.fields,
    new: here.fields,
    paths: [[...path, "fields"]],
    isOpen,
    ...(canGrow ? { openFrom: old.size } : {}),
    writersOf: () => writers,
  });
  if (old.size !== here.size && !isOpen) {
    const kind = canGrow && here.size > old.size ? "compatible" : "breaking";
    versions.report(kind, `struct ${old.name} had ${old.size} bytes and has ${here.size}`, path);
  }
  if (isRecord && arraysIn(old, here) !== arraysIn(here, old))
    versions.report("breaking", `struct ${old.name}: its arrays are in another order`, path);
  if (old.ts !== here.ts) versions.report("source", `struct ${old.name} was ${old.ts} and is ${here.ts}`, path);
}

/** Whether administration commands carry a struct: then it is nowhere in place, and compared by itself. */
function isAdministered(device: DeviceModel, struct: Struct): boolean {
  return administeredStructs(device).includes(struct);
}

/** Arrays of any length that another version has as well: those side by side lie at one place when they are empty. */
function arraysIn({ fields }: Struct, other: Struct): string {
  const isArray = ({ type }: Field): boolean => type.kind === "array" && type.length.kind !== "fixed";
  const known = new Set(other.fields.filter(isArray).map(({ name }) => name));
  return fields
    .filter((field) => isArray(field) && known.has(field.name))
    .map(({ name }) => name)
    .join(" ");
}

/** Whether a struct is nowhere but in arrays for which the driver says how many bytes of each element it reads. */
function isMeasured(device: DeviceModel, struct: string): boolean {
  const isUse = ({ type }: Field): boolean => {
    const inner = innermost(type);
    return inner.kind === "struct" && inner.struct === struct;
  };
  const fields = [device.config, ...device.structs, ...partsOf(device)].flatMap(
    (list): readonly Field[] => list.fields,
  );
  const uses = fields.filter(isUse);
  return uses.length > 0 && uses.every(({ type }) => type.kind === "array" && type.strideFrom !== undefined);
}
