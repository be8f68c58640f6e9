import { eventLoop, type Watch } from "../io/event-loop.js";
import { native, PollEvent } from "../native/native.js";
import type { FrontendOptions } from "../vhost-user/frontend.js";
import { FrontendError } from "../vhost-user/frontend-error.js";
import { FrontendRequest, ProtocolFeature, VhostFeature } from "../vhost-user/messages.js";
import { Config, Features, Region, RegionTable, State, U64 } from "../vhost-user/wire.js";
import { DeviceStatus } from "../virtio/device-status.js";
import { FeatureSet } from "../virtio/feature-set.js";
import { TransportFeature } from "../virtio/transport-features.js";
import { QUEUE_SIZE_MAX } from "../virtqueue/descriptor.js";
import { PACKED_START } from "../virtqueue/ring-position.js";
import { openSplitRing, RING_INDEX } from "../virtqueue/split-ring.js";
import type { VirtqueueLayout } from "../virtqueue/virtqueue.js";
import type { DeviceLink } from "./device-link.js";
import { DEFAULT_REGIONS, DriverMemory, type RegionSpec } from "./driver-memory.js";
import { InflightRegion } from "./inflight-region.js";
import { SharedRegions } from "./shared-regions.js";
import { VhostUserQueue } from "./vhost-user-queue.js";
import { VhostUserSession } from "./vhost-user-session.js";

/** Protocol features that are used where the backend offers them. */
const USED = [
  "MQ",
  "REPLY_ACK",
  "BACKEND_REQ",
  "CONFIG",
  "INFLIGHT_SHMFD",
  "RESET_DEVICE",
  "CONFIGURE_MEM_SLOTS",
  "STATUS",
] as const;
export type UsedProtocolFeature = (typeof USED)[number];

/** Bytes before the data in a configuration message. */
const CONFIG_HEADER = 12;

export interface VhostUserLinkOptions extends FrontendOptions {
  /** The driver's memory; one region of 16 MiB where absent. */
  readonly regions?: readonly RegionSpec[];
  /** Protocol features to do without, as simpler frontends do. */
  readonly withoutProtocol?: readonly UsedProtocolFeature[];
}

/** A device behind a vhost-user socket: the frontend's side of the protocol, for a driver. */
export class VhostUserLink implements DeviceLink {
  readonly memory: DriverMemory;
  readonly queueSizeMax: number = QUEUE_SIZE_MAX;
  onUsed: (queue: number) => void = () => {};
  onConfigChange: () => void = () => {};
  readonly #options: VhostUserLinkOptions;
  readonly #regions: SharedRegions;
  readonly #queues = new Map<number, VhostUserQueue>();
  readonly #error: number = native().eventfd();
  readonly #errorWatch: Watch;
  #session: VhostUserSession;
  #inflight: InflightRegion | undefined;
  #features: FeatureSet = new FeatureSet();
  #refused = false;
  #hasMemory = false;
  /** The status register, for backends that keep none. */
  #status = 0;
  #generation = 0;

  /**
   * Connects to a backend and negotiates the protocol.
   *
   * @throws NativeError where nobody listens, FrontendError where the backend does not follow the protocol
   */
  static async connect(path: string, options: VhostUserLinkOptions = {}): Promise<VhostUserLink> {
    return new VhostUserLink(await openSession(path, options), options);
  }

  private constructor(session: VhostUserSession, options: VhostUserLinkOptions) {
    this.#options = options;
    const specs = options.regions ?? DEFAULT_REGIONS;
    this.#regions = new SharedRegions(specs);
    this.memory = new DriverMemory(specs, this.#regions.map);
    this.#errorWatch = eventLoop().watch(this.#error, PollEvent.READABLE, () => this.#ringFailed());
    this.#session = this.#listen(session);
  }

  async offeredFeatures(): Promise<FeatureSet> {
    return this.#session.offered.without(FeatureSet.of(VhostFeature.PROTOCOL_FEATURES, VhostFeature.LOG_ALL));
  }

  async acceptFeatures(features: FeatureSet): Promise<void> {
    this.#features = features;
    this.#refused = !(await this.#session.accepts(FrontendRequest.SET_FEATURES, this.#featureBits()));
    if (!this.#hasMemory) await this.#sendMemory();
  }

  async readStatus(): Promise<number> {
    if (!this.#session.has("STATUS")) return this.#status;
    const status = await this.#session.frontend.number(FrontendRequest.GET_STATUS);
    return this.#refused ? status & ~DeviceStatus.FEATURES_OK : status;
  }

  async writeStatus(status: number): Promise<void> {
    this.#status = this.#refused ? status & ~DeviceStatus.FEATURES_OK : status;
    if (status === 0) await this.#reset();
    else if (this.#session.has("STATUS")) await this.#sendStatus(status);
  }

  async readConfig(offset: number, length: number): Promise<Uint8Array> {
    const payload = Config.encode({ offset, size: length, flags: 0, bytes: new Uint8Array(length) });
    const reply = await this.#session.frontend.request(FrontendRequest.GET_CONFIG, { payload });
    const bytes = reply.payload.slice(CONFIG_HEADER);
    if (bytes.length === length) return bytes;
    throw new FrontendError("VDEV_BACKEND_REFUSED", `the backend has no ${length} bytes of configuration at ${offset}`);
  }

  /** The protocol has none: counts the changes that the backend told of. */
  async configGeneration(): Promise<number> {
    return this.#generation;
  }

  writeConfig(offset: number, bytes: Uint8Array): Promise<boolean> {
    const payload = Config.encode({ offset, size: bytes.length, flags: 0, bytes });
    return this.#session.accepts(FrontendRequest.SET_CONFIG, { payload });
  }

  async setupQueue(index: number, layout: VirtqueueLayout): Promise<void> {
    if (this.#inflight === undefined && this.#session.has("INFLIGHT_SHMFD")) {
      this.#inflight = await InflightRegion.request(this.#session, layout.size);
      await this.#inflight.give(this.#session);
    }
    const queue = this.#queues.get(index) ?? new VhostUserQueue(index, () => this.onUsed(index));
    this.#queues.set(index, queue);
    await queue.setup(this.#session.tell, layout, this.#isPacked ? PACKED_START : 0, this.#userAddress);
  }

  async enableQueue(index: number): Promise<void> {
    await this.#queues.get(index)?.start(this.#session.tell, this.#error, this.#session.enables);
  }

  async resetQueue(index: number): Promise<boolean> {
    if (!this.#features.has(TransportFeature.RING_RESET)) return false;
    await this.#stop(index);
    return true;
  }

  kick(index: number): void {
    this.#queues.get(index)?.kick();
  }

  /**
   * Goes on with the backend at a path, where the one before is gone: same memory, same rings, and what was in flight
   * (INFLIGHT_SHMFD).
   */
  async reconnect(path: string): Promise<void> {
    this.#session.close();
    this.#session = this.#listen(await openSession(path, this.#options));
    await this.#session.tell(FrontendRequest.SET_FEATURES, this.#featureBits());
    await this.#sendMemory();
    await this.#inflight?.give(this.#session);
    const status = this.#status;
    if (this.#session.has("STATUS")) await this.#sendStatus(status & ~DeviceStatus.DRIVER_OK);
    for (const [index, queue] of this.#queues) await this.#resume(index, queue);
    if (this.#session.has("STATUS")) await this.#sendStatus(status);
  }

  /** Stops the queues, where the backend still answers, and gives everything back. */
  async close(): Promise<void> {
    try {
      if (this.#session.frontend.ended === undefined) await this.#stopAll();
    } finally {
      this.#session.close();
      this.#errorWatch.close();
      for (const queue of this.#queues.values()) queue.close();
      this.#queues.clear();
      this.#inflight?.close();
      native().close(this.#error);
      this.#regions.close();
    }
  }

  readonly #userAddress = (address: number): number => this.#regions.userAddress(address);

  #listen(session: VhostUserSession): VhostUserSession {
    session.onConfigChange = () => {
      this.#generation++;
      this.onConfigChange();
    };
    return session;
  }

  /** Without a status register a backend says by this alone that it cannot go on. */
  #ringFailed(): void {
    native().drain(this.#error);
    this.#status |= DeviceStatus.DEVICE_NEEDS_RESET;
    this.onConfigChange();
  }

  #featureBits(): { payload: Uint8Array } {
    const own = this.#session.enables ? [VhostFeature.PROTOCOL_FEATURES] : [];
    return { payload: Features.encode(FeatureSet.of(...this.#features.bits, ...own)) };
  }

  /** What the backend does not take of it shows when the register is read. */
  async #sendStatus(status: number): Promise<void> {
    await this.#session.accepts(FrontendRequest.SET_STATUS, { payload: U64.encode(status) });
  }

  async #sendMemory(): Promise<void> {
    const { fd } = this.#regions;
    const regions = this.#regions.regions.map(({ offset, ...region }) => ({ ...region, fileOffset: offset }));
    this.#hasMemory = true;
    if (!this.#session.has("CONFIGURE_MEM_SLOTS")) {
      const payload = RegionTable.encode({ count: regions.length, regions });
      return this.#session.tell(FrontendRequest.SET_MEM_TABLE, { payload, descriptors: regions.map(() => fd) });
    }
    for (const region of regions) {
      await this.#session.tell(FrontendRequest.ADD_MEM_REG, { payload: Region.encode(region), descriptors: [fd] });
    }
  }

  /** Stops the queues, resets the device, and takes what it used until then. */
  async #reset(): Promise<void> {
    await this.#stopAll();
    if (this.#session.has("STATUS")) await this.#sendStatus(0);
    else if (this.#session.has("RESET_DEVICE")) await this.#session.tell(FrontendRequest.RESET_DEVICE);
    this.#inflight?.close();
    this.#inflight = undefined;
    this.#refused = false;
  }

  async #stopAll(): Promise<void> {
    for (const index of this.#queues.keys()) await this.#stop(index);
  }

  /** Stops a queue, and takes what the device used until then. */
  async #stop(index: number): Promise<void> {
    const queue = this.#queues.get(index);
    if (queue?.started !== true) return;
    queue.started = false;
    await this.#session.frontend.request(FrontendRequest.GET_VRING_BASE, {
      payload: State.encode({ index, value: 0 }),
    });
    this.onUsed(index);
  }

  get #isPacked(): boolean {
    return this.#features.has(TransportFeature.RING_PACKED);
  }

  /** A packed ring does not show where it is: as QEMU, says what was once known, and leaves it to the inflight region. */
  #baseAfterCrash(layout: VirtqueueLayout): number {
    if (this.#isPacked) return PACKED_START;
    return Atomics.load(openSplitRing(this.memory.guest, layout).used, RING_INDEX);
  }

  /** What was available and is not used is in flight, and the backend's to find out. */
  async #resume(index: number, queue: VhostUserQueue): Promise<void> {
    const { layout, started } = queue;
    if (layout === undefined || !started) return;
    await queue.setup(this.#session.tell, layout, this.#baseAfterCrash(layout), this.#userAddress);
    await this.enableQueue(index);
    // A notification may have been lost with the backend that was to send it.
    this.onUsed(index);
  }
}

function openSession(path: string, options: VhostUserLinkOptions): Promise<VhostUserSession> {
  const wanted = USED.filter((name) => options.withoutProtocol?.includes(name) !== true);
  return VhostUserSession.open(path, FeatureSet.of(...wanted.map((name) => ProtocolFeature[name])), options);
}
