import type { Report } from "../diagnostics/collector.js";
import type { DeviceSyntax, FieldSyntax, Items, KindSyntax, PartSyntax, StructSyntax } from "../parse/syntax.js";
import { fillBody } from "./body.js";
import { inlineStructs } from "./inline-structs.js";

/**
 * A definition with its conveniences written out, so that later stages know only plain fields: members of unions have
 * structs of their own, kinds inside of kinds have all their fields, and structs of no fixed size lie in place.
 */
export function expandDevice(device: DeviceSyntax, report: Report): DeviceSyntax {
  const lifted = liftMembers(device);
  const nested = withMessages(
    lifted,
    (part) => part,
    (kind) => nestKind(lifted, kind, report),
  );
  return withMessages(
    nested,
    (part) => inlineStructs(nested, part),
    (kind) => kind,
  );
}

/** A definition with other parts of messages and kinds. */
function withMessages(
  device: DeviceSyntax,
  changePart: (part: PartSyntax) => PartSyntax,
  changeKind: (kind: KindSyntax) => KindSyntax,
): DeviceSyntax {
  const change = <T extends { readonly toDevice: PartSyntax; readonly toDriver: PartSyntax }>(owner: T): T => ({
    ...owner,
    toDevice: changePart(owner.toDevice),
    toDriver: changePart(owner.toDriver),
  });
  const messages = mapItems(device.messages, (message) => ({
    ...change(message),
    kinds: mapItems(message.kinds, (kind) => change(changeKind(kind))),
  }));
  return { ...device, messages };
}

/** A kind inside of others: its fields stand where theirs say, and where it has none, it has theirs. */
function nestKind(device: DeviceSyntax, kind: KindSyntax, report: Report): KindSyntax {
  let { toDevice, toDriver } = kind;
  for (const outer of kind.outer.toReversed()) {
    toDevice = fillOuter(device, outer.toDevice, toDevice, kind, "to-device", report);
    toDriver = fillOuter(device, outer.toDriver, toDriver, kind, "to-driver", report);
  }
  return { ...kind, toDevice, toDriver };
}

function fillOuter(
  device: DeviceSyntax,
  outer: PartSyntax,
  own: PartSyntax,
  { name, at }: KindSyntax,
  part: string,
  report: Report,
): PartSyntax {
  const hasBody = outer.some(({ type }) => type.kind === "body");
  if (!hasBody && outer.length > 0 && own.length > 0) report("M004", own[0]?.at ?? at, { kind: name, part });
  return hasBody ? fillBody(device, outer, own) : outer.length > 0 ? outer : own;
}

/** Members of unions that list their fields get structs, named after where they stand. */
function liftMembers(device: DeviceSyntax): DeviceSyntax {
  const structs = new Map(device.structs);
  const lift = (owner: string, fields: readonly FieldSyntax[]): FieldSyntax[] =>
    fields.map((field) => (field.inline ? liftMember(structs, owner, field, field.inline, lift) : field));
  const liftItems = (owner: string, fields: Items<FieldSyntax>): Items<FieldSyntax> =>
    new Map(lift(owner, [...fields.values()]).map((field) => [field.name, field]));
  for (const struct of device.structs.values())
    structs.set(struct.name, { ...struct, fields: liftItems(struct.name, struct.fields) });
  const messages = mapItems(device.messages, (message) => {
    const parts = <T extends { readonly toDevice: PartSyntax; readonly toDriver: PartSyntax }>(
      name: string,
      of: T,
    ): T => ({
      ...of,
      toDevice: lift(name, of.toDevice),
      toDriver: lift(name, of.toDriver),
    });
    const kinds = mapItems(message.kinds, (kind) => {
      const name = `${message.name}_${kind.name.toLowerCase()}`;
      return {
        ...parts(name, kind),
        outer: kind.outer.map((outer) => parts(`${message.name}_${outer.name.toLowerCase()}`, outer)),
      };
    });
    return { ...parts(message.name, message), kinds };
  });
  const config = device.config && { ...device.config, fields: liftItems("config", device.config.fields) };
  return { ...device, structs, messages, ...(config ? { config } : {}) };
}

function liftMember(
  structs: Map<string, StructSyntax>,
  owner: string,
  field: FieldSyntax,
  inline: Items<FieldSyntax>,
  lift: (owner: string, fields: readonly FieldSyntax[]) => FieldSyntax[],
): FieldSyntax {
  const { name: member, at, doc, inline: _, ts: _ts, ...rest } = field;
  const name = `${owner}_${member}`;
  const known = structs.get(name);
  // Kinds inside of one kind share its union.
  if (!known || known.at !== at) {
    const fields = new Map(lift(name, [...inline.values()]).map((one) => [one.name, one]));
    structs.set(known ? `${name}_` : name, { name: known ? `${name}_` : name, at, ...(doc ? { doc } : {}), fields });
  }
  const type = { kind: "struct" as const, name: { value: known && known.at !== at ? `${name}_` : name, at } };
  return {
    ...rest,
    ...(field.ts ? { ts: field.ts } : {}),
    ...(doc ? { doc } : {}),
    name: member,
    at,
    type,
    spelling: name,
  };
}

function mapItems<T, U>(items: Items<T>, change: (item: T) => U): Items<U> {
  return new Map([...items].map(([name, item]) => [name, change(item)]));
}
