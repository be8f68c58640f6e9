import { GuestMemory } from "../../runtime/memory/guest-memory.js";
import { native } from "../../runtime/native/native.js";
import { SharedRegions } from "../../runtime/testing/index.js";
import { Frontend, type MessageParts } from "../../runtime/vhost-user/frontend.js";
import type { FrontendError } from "../../runtime/vhost-user/frontend-error.js";
import { FrontendRequest as Request } from "../../runtime/vhost-user/messages.js";
import { U64 } from "../../runtime/vhost-user/wire.js";
import { Guest } from "../runtime/guest.js";
import { RawRing, WRITE } from "../runtime/raw-ring.js";
import { until } from "../until.js";
import { memoryTable, vringAddress, vringState } from "./payloads.js";

/** VIRTIO features that every attacker accepts: VERSION_1, RING_RESET, and bit 30, which is the transport's. */
const FEATURES = 2 ** 30 + 2 ** 32 + 2 ** 40;
const SIZE = 2 ** 20;
/** Where things lie in an attacker's memory. */
export const RING = 0x10_0000;
export const SECOND_REGION = 0x100_0000;
const HEADER = 0x10_8000;
const DATA = 0x10_9000;
const STATUS = 0x10_f000;
const RING_SIZE = 8;

/** A frontend that means no good, with all that it needs to look like a good one until then. */
export class Attacker {
  readonly frontend: Frontend;
  readonly regions: SharedRegions = new SharedRegions([
    { guestAddress: RING, size: SIZE },
    { guestAddress: SECOND_REGION, size: SIZE },
  ]);
  readonly guest: Guest;
  readonly ring: RawRing;
  /** Why the connection ended. */
  ended: FrontendError | undefined;
  readonly #own: number[] = [];
  readonly kick: number = this.own(native().eventfd());

  /** Has the device change its configuration so many times. */
  readonly changeConfig: (times: number) => Promise<void>;
  readonly #path: string;

  constructor(path: string, changeConfig: (times: number) => Promise<void>) {
    this.#path = path;
    this.changeConfig = changeConfig;
    this.frontend = Frontend.connect(path);
    this.frontend.onEnd = (error) => {
      this.ended = error;
    };
    const memory = new GuestMemory();
    for (const region of this.regions.regions) memory.add(this.regions.map(region));
    this.guest = Guest.over(memory);
    this.ring = new RawRing(this.guest, RING, RING_SIZE);
  }

  /** Takes every protocol feature that is offered. */
  async negotiate(): Promise<void> {
    await this.frontend.send(Request.SET_OWNER);
    const offered = await this.frontend.number(Request.GET_PROTOCOL_FEATURES);
    await this.frontend.send(Request.SET_PROTOCOL_FEATURES, { payload: U64.encode(offered) });
  }

  /** Says where memory and the ring are, and starts it: everything that a good frontend does. */
  async start(): Promise<void> {
    await this.tell(Request.SET_FEATURES, { payload: U64.encode(FEATURES) });
    await this.tell(Request.SET_MEM_TABLE, this.table());
    await this.setup();
    await this.tell(Request.SET_VRING_KICK, { payload: U64.encode(0), descriptors: [this.kick] });
    await this.tell(Request.SET_VRING_ENABLE, { payload: vringState(0, 1) });
  }

  /** Says where the ring is. */
  async setup(address: Partial<Record<"descriptors" | "used" | "available", number>> = {}): Promise<void> {
    const { layout } = this.ring;
    await this.tell(Request.SET_VRING_NUM, { payload: vringState(0, layout.size) });
    await this.tell(Request.SET_VRING_BASE, { payload: vringState(0, this.ring.seen) });
    const payload = vringAddress(0, 0, {
      descriptors: this.regions.userAddress(layout.descriptorArea),
      used: this.regions.userAddress(layout.deviceArea),
      available: this.regions.userAddress(layout.driverArea),
      ...address,
    });
    await this.tell(Request.SET_VRING_ADDR, { payload });
  }

  /** The message that says where memory is. */
  table(): { payload: Uint8Array; descriptors: number[] } {
    const { regions, fd } = this.regions;
    return { payload: memoryTable(regions), descriptors: regions.map(() => fd) };
  }

  /** Sends what the backend has to take. */
  async tell(request: number, parts: MessageParts): Promise<void> {
    const answer = await this.frontend.acknowledged(request, parts);
    if (answer !== 0) throw new Error(`request ${request} was answered with ${answer}`);
  }

  /** Reads a sector of the disk, through the ring that was started. */
  async read(sector: number): Promise<Uint8Array> {
    const { guest, ring } = this;
    this.writeRead(sector);
    native().signal(this.kick);
    await until("the sector is read", () => ring.usedIndex === ring.available);
    ring.takeUsed();
    if (guest.get(STATUS, 1)[0] !== 0) throw new Error(`reading sector ${sector} failed`);
    return guest.get(DATA, 512);
  }

  /** Makes the read of a sector available, without a kick. */
  writeRead(sector: number): void {
    const { guest, ring } = this;
    guest.putU32(HEADER, 0);
    guest.putU64(HEADER + 8, BigInt(sector));
    guest.set(STATUS, [0xff]);
    ring.chain(0, [
      { address: HEADER, length: 16 },
      { address: DATA, length: 512, flags: WRITE },
      { address: STATUS, length: 1, flags: WRITE },
    ]);
    ring.offer(0);
    ring.publish();
  }

  /** Goes, and comes back as one who never reads. */
  reconnectWithoutReading(): number {
    this.frontend.close();
    return this.own(native().socketConnect(this.#path));
  }

  /** Has a descriptor closed with the attacker. */
  own(fd: number): number {
    this.#own.push(fd);
    return fd;
  }

  eventfds(count: number): number[] {
    return Array.from({ length: count }, () => this.own(native().eventfd()));
  }

  memfd(size: number): number {
    return this.own(native().memfd("attack", size, false));
  }

  close(): void {
    this.frontend.close();
    this.regions.close();
    for (const fd of this.#own.splice(0)) native().close(fd);
  }
}
