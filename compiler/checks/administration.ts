import type { Report } from "../diagnostics/collector.js";
import { didYouMean } from "../diagnostics/did-you-mean.js";
import type { AdministrationSyntax } from "../parse/administration-syntax.js";
import type { DeviceSyntax } from "../parse/syntax.js";
import type { Pass } from "./pass.js";

/** What administration commands carry has an id of its own in the range of its sort, and a struct. */
export const checkAdministration: Pass = (device, report) => {
  for (const sort of sorts) checkIds(device, sort, report);
  for (const sort of sorts) {
    for (const { name, at, doc, struct } of device.administration[sort.key].values()) {
      if (!doc) report("A004", at, { what: sort.what, name });
      if (device.structs.has(struct.value)) continue;
      report("T002", struct.at, { struct: struct.value }, { help: didYouMean(struct.value, device.structs.keys()) });
    }
  }
};

interface Sort {
  readonly key: keyof AdministrationSyntax;
  /** In words. */
  readonly what: string;
  /** Ids that belong to device types (VIRTIO 2.12 and 2.14). */
  readonly first: number;
  readonly last: number;
}

const sorts: readonly Sort[] = [
  { key: "capabilities", what: "capability", first: 0x0800, last: 0x0fff },
  { key: "resourceObjects", what: "resource object", first: 0x0200, last: 0x04ff },
  { key: "deviceParts", what: "device part", first: 0x0200, last: 0x05ff },
];

function checkIds(device: DeviceSyntax, { key, what, first, last }: Sort, report: Report): void {
  const owners = new Map<number, string>();
  for (const { name, id } of device.administration[key].values()) {
    const other = owners.get(id.value);
    if (id.value < first || id.value > last) report("A001", id.at, { what, name, id: id.value, first, last });
    else if (other !== undefined) report("A002", id.at, { what, name, other, id: id.value });
    else owners.set(id.value, name);
  }
}
