import { evaluate } from "../../compiler/model/evaluate.js";
import type { Anchor, DeviceModel, Field, LinuxPart } from "../../compiler/model/model.js";

/** A field, in bytes from the start of Linux's struct. */
export interface Placed {
  readonly field: Field;
  readonly offset: number;
}

/** What a struct of Linux has of ours: fields, the bytes before them in its head, and the bytes up to their end. */
export interface Places {
  readonly fields: readonly Placed[];
  readonly head: number;
  readonly end: number;
}

/** A field where the model has it: in bytes from what its place is counted from. */
interface Located {
  readonly field: Field;
  readonly origin: string;
  readonly bytes: number;
}

/**
 * @param of a struct, a half of a request, or a request
 * @throws Error where the definition has no such thing
 */
export function placesOf(device: DeviceModel, of: string, { from, to, head, with: features }: LinuxPart): Places {
  const all = fieldsOf(device, of, features);
  const indexOf = (name: string | undefined, otherwise: number): number => {
    const index = name === undefined ? otherwise : all.findIndex(({ field }) => field.name === name);
    if (index < 0) throw new Error(`linux.parts: ${device.name} has no ${name ?? "field"} in ${of}`);
    return index;
  };
  const [first, last] = [indexOf(from, 0), indexOf(to, all.length - 1)];
  const before = placed(head === undefined ? [] : all.slice(0, first), 0).end;
  return { ...placed(all.slice(first, last + 1), before), head: before };
}

/** All fields that are there with the features. */
function fieldsOf({ structs, messages }: DeviceModel, of: string, features: readonly string[]): Located[] {
  const [name, half] = of.split(".");
  const struct = structs.find((one) => one.name === of);
  if (struct) return locate({ fields: struct.fields, anchors: [] }, "struct", features);
  const requests = messages.flatMap(({ name, common, kinds }) => [{ name, shape: common }, ...kinds]);
  const shape = requests.find((one) => one.name === name)?.shape;
  if (shape === undefined) return [];
  return [
    ...(half === "to-driver" ? [] : locate(shape.toDevice, "to-device", features)),
    ...(half === "to-device" ? [] : locate(shape.toDriver, "to-driver", features)),
  ];
}

interface Source {
  readonly fields: readonly Field[];
  readonly anchors: readonly Anchor[];
}

function locate({ fields, anchors }: Source, half: string, features: readonly string[]): Located[] {
  const scope = { feature: (name: string) => features.includes(name), config: () => 0 };
  const present = fields.filter((field) => field.if === undefined || evaluate(field.if, scope) !== 0);
  return present.map((field) => {
    const { from, bytes, anchor } = field.at;
    if (from === "end") return { field, origin: `${half} end`, bytes: -bytes };
    const known = anchor === undefined ? 0 : anchors[anchor]?.bytes;
    if (known === undefined) return { field, origin: `${half} after ${anchor}`, bytes };
    return { field, origin: half, bytes: bytes + evaluate(known, scope) };
  });
}

/** As the model has them where they are counted from one place, else one after the other; up to what has any length. */
function placed(all: readonly Located[], start: number): { fields: Placed[]; end: number } {
  const fields: Placed[] = [];
  let [origin, shift, end] = ["", 0, start];
  for (const { field, ...place } of all) {
    if (place.origin !== origin) [origin, shift] = [place.origin, end - place.bytes];
    const offset = place.bytes + shift;
    fields.push({ field, offset });
    if (field.size === 0) break;
    end = Math.max(end, offset + (field.union?.size ?? field.size));
  }
  return { fields, end };
}
