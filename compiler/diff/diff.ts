import { type Change, changeClasses, type Difference } from "./change.js";
import { compareAdministration } from "./compare-administration.js";
import { compareConfig } from "./compare-config.js";
import { compareConstants } from "./compare-constants.js";
import { compareFeatures } from "./compare-features.js";
import { compareMessages } from "./compare-messages.js";
import { compareNames } from "./compare-names.js";
import { compareQueues } from "./compare-queues.js";
import { compareSharedMemory } from "./compare-shared-memory.js";
import { compareStructs } from "./compare-structs.js";
import { type Version, Versions } from "./versions.js";

/** What changed between two versions of a set of definitions; devices are told apart by their names. */
export function diffDefinitions(old: readonly Version[], now: readonly Version[]): Difference {
  const differences = old.map((version) => {
    const here = now.find(({ device }) => device.name === version.device.name);
    return here === undefined ? { changes: [gone(version)], samples: [] } : diffDevice(version, here);
  });
  const isNew = ({ device }: Version): boolean => !old.some((version) => version.device.name === device.name);
  const added = now.filter(isNew).map(
    ({ device: { name }, places }): Change => ({
      ...{ class: "compatible", device: name, message: "the device is new" },
      new: places.find(["device"]),
    }),
  );
  const changes = [...differences.flatMap((difference) => difference.changes), ...added];
  return {
    changes: changes.sort((a, b) => changeClasses.indexOf(a.class) - changeClasses.indexOf(b.class)),
    samples: differences.flatMap(({ samples }) => samples),
  };
}

function gone({ device: { name }, places }: Version): Change {
  return { class: "breaking", device: name, message: "the device is gone", old: places.find(["device"]) };
}

function diffDevice(old: Version, now: Version): Difference {
  const versions = new Versions(old, now);
  const [before, after] = [old.device.id, now.device.id];
  if (before !== after) versions.report("breaking", `the device id was ${before} and is ${after}`, ["id"]);
  if (old.device.ts !== now.device.ts)
    versions.report("source", `${old.device.ts} in TypeScript is ${now.device.ts}`, ["device"]);
  compareFeatures(versions);
  compareConstants(versions);
  compareNames(versions);
  compareStructs(versions);
  compareConfig(versions);
  compareSharedMemory(versions);
  compareMessages(versions);
  compareQueues(versions);
  compareAdministration(versions);
  return versions;
}
