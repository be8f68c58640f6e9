import { DeviceProcess, VhostUserLink } from "../../runtime/testing/index.js";
import { FeatureSet } from "../../runtime/virtio/feature-set.js";
import { TransportFeature } from "../../runtime/virtio/transport-features.js";
import { Guest } from "../runtime/guest.js";
import type { RawQueue } from "../runtime/raw-queue.js";
import { INDIRECT_DESC } from "../runtime/rig.js";
import type { ToyDisk } from "../runtime/toy-backend.js";
import type { ConductName } from "../runtime/toy-conduct.js";
import { until } from "../until.js";
import { fill, RUNS, ringIn, type Scene, type Stage } from "./stage.js";

const NEEDS_RESET = 0x40;

/** A device in another process, behind a vhost-user socket. */
export class SocketStage implements Stage {
  readonly name: string;
  readonly #queueThreads: number;
  #process: Promise<DeviceProcess> | undefined;

  /** @param queueThreads threads for its queues of requests; 0 for none of their own */
  constructor(queueThreads: number) {
    this.name = `vhost-user, with ${queueThreads} threads for queues`;
    this.#queueThreads = queueThreads;
  }

  async open(queueSize: number, features: readonly number[], packed: boolean): Promise<Scene> {
    this.#process ??= DeviceProcess.start(new URL("../runtime/toy-backend.js", import.meta.url));
    const device = await (await this.#process).serve({ conduct: "proper" }, true, this.#queueThreads);
    const regions = RUNS.map(({ address, length }) => ({ guestAddress: address, size: length }));
    const link = await VhostUserLink.connect(device.path, { regions });
    const guest = Guest.over(link.memory.guest);
    fill(guest);
    let configChanges = 0;
    link.onConfigChange = () => configChanges++;
    let ring = ringIn(guest, queueSize, packed);
    await start(link, ring, features);
    const behave = (name: ConductName) =>
      device.inside((disk: ToyDisk, as: ConductName) => disk.conduct(as), [name]) as Promise<void>;
    const isBroken = async () => ((await link.readStatus()) & NEEDS_RESET) !== 0;
    return {
      guest,
      ring,
      async kick() {
        link.kick(0);
        // With EVENT_IDX a device that has taken everything says which buffer it waits for.
        await until("the device has looked", async () => ring.isAwaited || (await isBroken()));
      },
      conduct: behave,
      async trouble() {
        const broken = await isBroken();
        if (broken) await until("the driver is told", () => configChanges > 0);
        const errors = device.log.filter(({ level }) => level === "error").map(({ message }) => message);
        const rule = /\[([a-z-]+)\]$/.exec(errors.at(-1) ?? "")?.[1];
        return { rule: broken ? rule : undefined, errors: errors.length, configChanges };
      },
      held: () => device.inside((disk: ToyDisk) => disk.held, []) as Promise<number>,
      async restart() {
        const reset = link.writeStatus(0);
        await device.inside((disk: ToyDisk) => disk.release(), []);
        await reset;
        await until("the reset is complete", async () => (await link.readStatus()) === 0);
        await behave("proper");
        ring = ringIn(guest, 4, packed);
        await start(link, ring, [INDIRECT_DESC, TransportFeature.EVENT_IDX]);
        return ring;
      },
      close: () => link.close(),
    };
  }

  async close(): Promise<void> {
    await (await this.#process)?.kill();
  }
}

/** Brings the device to DRIVER_OK (VIRTIO 3.1.1). */
async function start(link: VhostUserLink, ring: RawQueue, features: readonly number[]): Promise<void> {
  const format = ring.packed ? [TransportFeature.RING_PACKED] : [];
  await link.writeStatus(1);
  await link.writeStatus(3);
  await link.acceptFeatures(
    FeatureSet.of(TransportFeature.VERSION_1, TransportFeature.RING_RESET, ...features, ...format),
  );
  await link.writeStatus(11);
  await link.setupQueue(0, ring.layout);
  await link.enableQueue(0);
  await link.writeStatus(15);
  const status = await link.readStatus();
  if (status !== 15) throw new Error(`the device did not start: status ${status}`);
}
