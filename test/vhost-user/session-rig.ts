import { readdirSync, readFileSync } from "node:fs";
import { RamDisk } from "../../definitions/blk/ram-disk.js";
import { RamDiskLane, type RamDiskShare } from "../../definitions/blk/ram-disk-lane.js";
import type { BlkIn } from "../../generated/blk.js";
import type { Logger } from "../../runtime/log.js";
import { native } from "../../runtime/native/native.js";
import { DriverMemory, type RegionSpec } from "../../runtime/testing/driver-memory.js";
import { SharedRegions } from "../../runtime/testing/shared-regions.js";
import { SplitDriverRing } from "../../runtime/testing/split-driver-ring.js";
import { Frontend, type MessageParts } from "../../runtime/vhost-user/frontend.js";
import type { Received } from "../../runtime/vhost-user/frontend-socket.js";
import { FrontendRequest, MessageFlags } from "../../runtime/vhost-user/messages.js";
import { serveVhostUser, type VhostUserServer } from "../../runtime/vhost-user/server.js";
import { Address, type RegionMessage, State, U64 } from "../../runtime/vhost-user/wire.js";
import type { Backend } from "../../runtime/virtio/backend.js";
import { DeviceStatus } from "../../runtime/virtio/device-status.js";
import { until } from "../until.js";

export const SECTOR = 512;
export const RING_SIZE = 64;
export type RequestName = keyof typeof FrontendRequest;

const REGIONS: readonly RegionSpec[] = [
  { guestAddress: 0x10_0000, size: 0x10_0000 },
  { guestAddress: 0x4000_0000, size: 0x3b10 },
];

/** A disk that takes its time to read, if it is told to. */
class SlowLane extends RamDiskLane {
  readonly #held: () => (() => void)[] | undefined;

  constructor(share: RamDiskShare, held: () => (() => void)[] | undefined) {
    super(share);
    this.#held = held;
  }

  override in(request: BlkIn): void {
    const held = this.#held();
    if (held === undefined) super.in(request);
    else held.push(() => super.in(request));
  }
}

/** A RAM disk whose sectors differ, served over one end of a socket pair; the other end, memory and a ring to use it. */
export class SessionRig {
  readonly disk: RamDisk = new RamDisk({ size: 64 * SECTOR, numQueues: 2 });
  /** Reads that were taken and not answered, from `hold` on. */
  held: (() => void)[] | undefined;
  /** What was logged, without the levels. */
  readonly log: string[] = [];
  readonly regions = new SharedRegions(REGIONS);
  readonly memory = new DriverMemory(REGIONS, this.regions.map);
  readonly kick = native().eventfd();
  readonly call = native().eventfd();
  /** The backend's end of its channel, and the frontend's. */
  readonly channel: number;
  readonly channelEnd: number;
  readonly frontend: Frontend;
  readonly server: VhostUserServer;
  ring = new SplitDriverRing(this.memory, RING_SIZE);

  constructor() {
    const [ours, theirs] = native().socketPair();
    [this.channel, this.channelEnd] = native().socketPair();
    const bytes = new Uint8Array(this.disk.memory);
    for (const i of bytes.keys()) bytes[i] = (i / SECTOR) * 7 + i;
    this.disk.log = this.#logger;
    this.server = serveVhostUser(this.backend, this.disk, { connected: theirs });
    this.frontend = new Frontend(ours, { timeoutMs: 60_000 });
  }

  get backend(): Backend<never, RamDisk> {
    const lane = ({ shared }: { shared: RamDiskShare }) => new SlowLane(shared, () => this.held);
    return { open: () => this.disk, lane } as Backend<never, RamDisk>;
  }

  /** Sends a message for which nothing comes back. */
  send(name: RequestName, parts: MessageParts = {}): Promise<void> {
    return this.frontend.send(FrontendRequest[name], parts);
  }

  /** Sends a message with NEED_REPLY: 0 where the backend took it. */
  acknowledged(name: RequestName, parts: MessageParts = {}): Promise<number> {
    return this.frontend.acknowledged(FrontendRequest[name], parts);
  }

  /** Sends a message that has a reply of its own. */
  request(name: RequestName, parts: MessageParts = {}): Promise<Received> {
    return this.frontend.request(FrontendRequest[name], parts);
  }

  /** A message with NEED_REPLY, while none is sent back for it. */
  unanswered(name: RequestName, parts: MessageParts = {}): Promise<void> {
    return this.send(name, { ...parts, flags: MessageFlags.VERSION | MessageFlags.NEED_REPLY });
  }

  /** What a frontend says of one of the memory regions. */
  region(index: number): RegionMessage {
    const region = this.regions.regions[index];
    if (region === undefined) throw new RangeError(`region ${index}`);
    return { ...region, fileOffset: region.offset };
  }

  /** Where the ring is, as a frontend says it. */
  address(index = 0): Uint8Array {
    const { descriptorArea, driverArea, deviceArea } = this.ring.layout;
    return Address.encode({
      index,
      flags: 0,
      descriptors: this.regions.userAddress(descriptorArea),
      used: this.regions.userAddress(deviceArea),
      available: this.regions.userAddress(driverArea),
      log: 0,
    });
  }

  /** Reads a sector through the ring, as a driver does. */
  async read(sector: number): Promise<Uint8Array> {
    const written = this.startRead(sector);
    native().signal(this.kick);
    await until(`sector ${sector} is read`, () => written() !== undefined);
    return written() as Uint8Array;
  }

  /** Makes a read available without a kick; the function tells the data, once it is there. */
  startRead(sector: number): () => Uint8Array | undefined {
    const header = this.memory.allocate(16);
    const data = this.memory.allocate(SECTOR + 1);
    this.memory.view(header, 16).setUint32(8, sector, true);
    this.memory.write(data + SECTOR, Uint8Array.of(0xff));
    const { used } = this.ring.ring;
    const before = used[1] as number;
    this.ring.add([
      { address: header, length: 16, writable: false },
      { address: data, length: SECTOR, writable: true },
      { address: data + SECTOR, length: 1, writable: true },
    ]);
    this.ring.publish();
    return () =>
      used[1] !== before && this.memory.read(data + SECTOR, 1)[0] === 0 ? this.memory.read(data, SECTOR) : undefined;
  }

  /** The disk answers no reads any more. */
  hold(): void {
    this.held = [];
  }

  /** The disk answers all reads. */
  release(): void {
    const held = this.held ?? [];
    this.held = undefined;
    for (const answer of held) answer();
  }

  /** A read that the disk has taken and holds. */
  async startHeldRead(sector: number): Promise<() => Uint8Array | undefined> {
    this.hold();
    const read = this.startRead(sector);
    native().signal(this.kick);
    await until("the disk has the request", () => this.held?.length === 1);
    return read;
  }

  /** Another driver lays out its own ring. */
  newRing(): void {
    this.ring = new SplitDriverRing(this.memory, RING_SIZE);
  }

  /** What the disk holds. */
  sector(index: number): Uint8Array {
    return new Uint8Array(this.disk.memory.slice(index * SECTOR, (index + 1) * SECTOR));
  }

  async status(): Promise<number> {
    return U64.decode((await this.request("GET_STATUS")).payload);
  }

  /** Ends the session as a frontend does, and waits until nothing of it is left. */
  async close(): Promise<void> {
    this.frontend.close();
    await this.server.ended;
    for (const fd of [this.kick, this.call, this.channel, this.channelEnd]) native().close(fd);
    this.regions.close();
  }

  get #logger(): Logger {
    const push = (message: string) => void this.log.push(message);
    return { debug: () => {}, info: push, warn: push, error: push };
  }
}

export const state = (index: number, value: number): { payload: Uint8Array } => ({
  payload: State.encode({ index, value }),
});
export const number = (value: number): { payload: Uint8Array } => ({ payload: U64.encode(value) });

export const READY = DeviceStatus.ACKNOWLEDGE | DeviceStatus.DRIVER | DeviceStatus.FEATURES_OK | DeviceStatus.DRIVER_OK;

/** Descriptors and shared mappings of this process. */
export function held(): readonly number[] {
  const maps = readFileSync("/proc/self/maps", "latin1").split("\n");
  return [readdirSync("/proc/self/fd").length, maps.filter((line) => line.includes("memfd:")).length];
}
