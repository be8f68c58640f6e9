import { DriverMemory } from "../../runtime/testing/driver-memory.js";
import type { DriverBuffer } from "../../runtime/testing/driver-ring.js";
import { PlainLink } from "../../runtime/testing/plain-link.js";
import type { Backend } from "../../runtime/virtio/backend.js";
import type { Device } from "../../runtime/virtio/device.js";
import { DeviceStatus } from "../../runtime/virtio/device-status.js";
import { FeatureSet } from "../../runtime/virtio/feature-set.js";
import { TransportFeature } from "../../runtime/virtio/transport-features.js";
import { type LoadRing, PackedLoadRing, SplitLoadRing } from "./load-ring.js";

/** Entries of the queue, where a load says nothing else. */
const QUEUE_SIZE = 256;
/** Requests in flight and their segments, at most: less than a device serves in one turn, as nothing gives it another. */
const DEPTH_MAX = 256;
const SEGMENTS_MAX = 8192;
const PAGE = 4096;
/** Data buffers lie at random pages of this much guest memory. */
const GUEST_BYTES = 256 * 2 ** 20;

export interface LoadShape {
  /** Split and in any order where absent. */
  readonly packed?: boolean;
  /** The device has promised to use buffers in order, and the driver believes it. */
  readonly inOrder?: boolean;
  /** Descriptors for the 4 KiB of data; the header and the status have one each beside. */
  readonly dataDescriptors: number;
  readonly indirect: boolean;
  readonly write: boolean;
  /** The data is no whole number of sectors: the engine answers by itself. */
  readonly malformed?: boolean;
  /** Entries of the queue; 256 where absent. */
  readonly queueSize?: number;
  /** Requests go to random sectors of a disk of this many bytes. */
  readonly diskBytes: number;
}

/**
 * Keeps a block device's queue full of 4 KiB requests, with chains that were built once: what is measured is the device.
 */
export class BlockLoad {
  readonly #link: PlainLink;
  readonly #ring: LoadRing;
  /** Where each chain's sector field lies, as a view. */
  readonly #headers: readonly DataView[];
  readonly #statuses: readonly DataView[];
  readonly #pages: number;
  #random = 1;

  private constructor(link: PlainLink, ring: LoadRing, chains: readonly BuiltChain[], pages: number) {
    this.#link = link;
    this.#ring = ring;
    this.#headers = chains.map(({ header }) => header);
    this.#statuses = chains.map(({ status }) => status);
    this.#pages = pages;
  }

  static start(backend: Backend<never>, device: Device, shape: LoadShape): BlockLoad {
    const { queueSize = QUEUE_SIZE } = shape;
    const memory = new DriverMemory([{ guestAddress: 0x10_0000, size: GUEST_BYTES }]);
    const link = new PlainLink(backend, device, { memory, queueSizeMax: queueSize });
    const { model } = link;
    const { ACKNOWLEDGE, DRIVER, FEATURES_OK, DRIVER_OK } = DeviceStatus;
    model.writeStatus(ACKNOWLEDGE | DRIVER);
    model.acceptFeatures(featuresOf(model.offered, shape));
    model.writeStatus(ACKNOWLEDGE | DRIVER | FEATURES_OK);
    const ring = shape.packed === true ? new PackedLoadRing(memory, queueSize) : new SplitLoadRing(memory, queueSize);
    const chains = buildChains(memory, ring, shape);
    model.setupQueue(0, ring.ring.layout);
    model.queues.enable(0);
    ring.ring.publish();
    model.writeStatus(ACKNOWLEDGE | DRIVER | FEATURES_OK | DRIVER_OK);
    return new BlockLoad(link, ring, chains, shape.diskBytes / PAGE);
  }

  /** Has at least so many requests served, a queue full at a time. */
  run(requests: number): void {
    for (let done = 0; done < requests; done += this.#headers.length) this.#round();
  }

  /** Whether the device has answered everything. */
  get isDone(): boolean {
    return this.#ring.isDone;
  }

  /** Status bytes of the chains: 0 where the last round went well. */
  get statuses(): number[] {
    return this.#statuses.map((status) => status.getUint8(0));
  }

  #round(): void {
    const headers = this.#headers;
    for (let i = 0; i < headers.length; i++) {
      this.#random = (Math.imul(this.#random, 1103515245) + 12345) & 0x7fffffff;
      (headers[i] as DataView).setUint32(0, (this.#random % this.#pages) * (PAGE / 512), true);
    }
    this.#ring.offer();
    this.#link.kick(0);
  }
}

/** What the driver takes of an offer: all but what the shape has otherwise. */
function featuresOf(offered: FeatureSet, { packed, inOrder }: LoadShape): FeatureSet {
  const without = new Set<number>();
  if (packed !== true) without.add(TransportFeature.RING_PACKED);
  if (inOrder !== true) without.add(TransportFeature.IN_ORDER);
  return FeatureSet.of(...offered.bits.filter((bit) => !without.has(bit)));
}

interface BuiltChain {
  /** The header's sector field. */
  readonly header: DataView;
  readonly status: DataView;
}

function buildChains(memory: DriverMemory, ring: LoadRing, shape: LoadShape): BuiltChain[] {
  const chains: BuiltChain[] = [];
  const descriptors = shape.indirect ? 1 : shape.dataDescriptors + 2;
  const pages = memory.allocate(GUEST_BYTES / 2, PAGE);
  const depth = Math.min(DEPTH_MAX, Math.floor(SEGMENTS_MAX / (shape.dataDescriptors + 2)));
  while (ring.ring.room >= descriptors && chains.length < depth) {
    const header = memory.allocate(16);
    memory.view(header, 16).setUint32(0, shape.write ? 1 : 0, true);
    const page = pages + Math.floor((Math.random() * GUEST_BYTES) / 2 / PAGE) * PAGE;
    const status = memory.allocate(1);
    const chain = [
      { address: header, length: 16, writable: false },
      ...data(page, shape),
      { address: status, length: 1, writable: true },
    ];
    ring.add(chain, shape.indirect ? 0 : undefined);
    chains.push({ header: memory.view(header + 8, 8), status: memory.view(status, 1) });
  }
  return chains;
}

function data(page: number, { dataDescriptors, write, malformed }: LoadShape): DriverBuffer[] {
  const each = Math.floor(PAGE / dataDescriptors);
  return Array.from({ length: dataDescriptors }, (_, i) => {
    const whole = i === dataDescriptors - 1 ? PAGE - i * each : each;
    const length = whole - (malformed === true ? 1 : 0);
    return { address: page + i * each, length, writable: !write };
  });
}
