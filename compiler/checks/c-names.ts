import type { Span } from "../diagnostics/diagnostic.js";
import { administrationKey, administrationSorts } from "../model/administration.js";
import { cConstant } from "../model/c-names.js";
import type { DeviceSyntax } from "../parse/syntax.js";
import type { Pass } from "./pass.js";

/** No C name has two values: names of lists, features, constants and kinds share one space, VIRTIO_BLK_. */
export const checkCNames: Pass = (device, report) => {
  const makers = new Map<string, CName>();
  for (const made of cNames(device)) {
    const other = makers.get(made.c);
    if (!other) makers.set(made.c, made);
    else if (other.value !== made.value) report("N005", made.at, { c: made.c, other: other.from, name: made.from });
  }
};

interface CName {
  readonly c: string;
  readonly value: number;
  readonly from: string;
  readonly at: Span;
}

function* cNames(device: DeviceSyntax): Generator<CName> {
  const c = (prefix: string | undefined, name: string): string => cConstant(device.device.value, prefix, name);
  for (const { name, bit, at } of device.features.values()) {
    yield { c: c("F", name), value: bit.value, from: `feature ${name}`, at };
  }
  for (const { name, value, at } of device.constants.values()) {
    yield { c: c(undefined, name), value, from: `constant ${name}`, at };
  }
  for (const list of device.names.values()) {
    for (const { name, value, at } of list.values.values()) {
      yield { c: c(list.prefix, name), value: value.value, from: `names "${list.name}"`, at };
    }
  }
  for (const message of device.messages.values()) {
    for (const { name, value, at } of message.kinds.values()) {
      if (value) yield { c: c(message.prefix, name), value: value.value, from: `message "${message.name}"`, at };
    }
  }
  for (const sort of administrationSorts) {
    for (const { name, id, at } of device.administration[sort].values()) {
      yield {
        c: c(undefined, administrationKey(sort, name)),
        value: id.value,
        from: administrationKey(sort, name),
        at,
      };
    }
  }
}
