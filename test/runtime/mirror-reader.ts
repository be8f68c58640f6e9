/** Looks at a mirror of a block device's configuration for as long as it changes, and says which capacities it saw. */
import { parentPort, workerData } from "node:worker_threads";
import { BlkDefinition } from "../../generated/blk.js";
import { ConfigMirror, type SharedConfig } from "../../runtime/virtio/config-mirror.js";

const { config, end } = workerData as { readonly config: SharedConfig; readonly end: Int32Array };
const fields = new BlkDefinition.Config(new ConfigMirror(BlkDefinition.description, config)) as { capacity: number };
const seen = new Set<number>();
parentPort?.postMessage("looking");
while (Atomics.load(end, 0) === 0) seen.add(fields.capacity);
seen.add(fields.capacity);
parentPort?.postMessage(seen);
