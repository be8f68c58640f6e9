import type { DeviceSyntax, FieldSyntax, PartSyntax } from "../parse/syntax.js";
import { sizeOfPart } from "./layout.js";

/** A part with a kind's own fields where its body is; a body with a size is filled up with reserved bytes. */
export function fillBody(device: DeviceSyntax, part: PartSyntax, own: PartSyntax): PartSyntax {
  const index = part.findIndex(({ type }) => type.kind === "body");
  const body = part[index];
  if (!body) return part;
  return [...part.slice(0, index), ...own, ...padding(device, body, own), ...part.slice(index + 1)];
}

function padding(device: DeviceSyntax, body: FieldSyntax, own: PartSyntax): PartSyntax {
  const left = (body.size?.value ?? 0) - sizeOfPart(device, own);
  if (left <= 0) return [];
  const type = { kind: "reserved" as const, length: { kind: "number" as const, value: left }, at: body.typeAt };
  const { name, at, typeAt } = body;
  const keys = { keys: new Map(), bits: new Map(), powerOfTwo: false, unaligned: false };
  return [{ name, at, typeAt, type, spelling: `reserved[${left}]`, inlined: name, ...keys }];
}
