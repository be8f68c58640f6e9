import { endianness } from "node:os";
import { FeatureSet } from "../virtio/feature-set.js";
import { HEADER_SIZE } from "./messages.js";

/** Messages never leave the machine: they are in the byte order of the host. */
const LITTLE = endianness() === "LE";

/** What every message begins with (vhost-user, "Header"). */
export interface MessageHeader {
  readonly request: number;
  /** Bits of `MessageFlags`. */
  readonly flags: number;
  /** Bytes of payload that follow. */
  readonly size: number;
}

/** A payload of one kind; `decode` wants at least as many bytes as `encode` makes of the least value. */
export interface Payload<T> {
  decode(bytes: Uint8Array): T;
  encode(value: T): Uint8Array;
}

/** Name of a queue, and a number ("Vring state"). */
export interface VringState {
  readonly index: number;
  readonly value: number;
}

/** Where the parts of a queue are, as user addresses of the frontend ("Vring address"). */
export interface VringAddress {
  readonly index: number;
  readonly flags: number;
  readonly descriptors: number;
  readonly used: number;
  readonly available: number;
  readonly log: number;
}

/** A run of guest memory, and where it lies in the file that comes with it ("Memory region description"). */
export interface RegionMessage {
  readonly guestAddress: number;
  readonly size: number;
  /** Address of the same memory in the frontend's process. */
  readonly userAddress: number;
  readonly fileOffset: number;
}

/** A part of the configuration space ("Virtio device config space"). */
export interface ConfigMessage {
  readonly offset: number;
  readonly size: number;
  readonly flags: number;
  readonly bytes: Uint8Array;
}

/** The region that keeps track of what is in flight ("Inflight description"). */
export interface InflightMessage {
  readonly mapSize: number;
  readonly mapOffset: number;
  readonly queues: number;
  readonly queueSize: number;
}

export function decodeHeader(bytes: Uint8Array): MessageHeader {
  const view = viewOf(bytes);
  return { request: view.getUint32(0, LITTLE), flags: view.getUint32(4, LITTLE), size: view.getUint32(8, LITTLE) };
}

/** A whole message. `size` is that of the payload, unless a test wants to lie. */
export function encodeMessage(
  request: number,
  flags: number,
  payload: Uint8Array = new Uint8Array(0),
  size: number = payload.byteLength,
): Uint8Array {
  const bytes = new Uint8Array(HEADER_SIZE + payload.byteLength);
  const view = viewOf(bytes);
  view.setUint32(0, request, LITTLE);
  view.setUint32(4, flags, LITTLE);
  view.setUint32(8, size, LITTLE);
  bytes.set(payload, HEADER_SIZE);
  return bytes;
}

/** A number of 64 bits. From 2^53 on it is rounded, and never becomes less than 2^53. */
export const U64: Payload<number> = {
  decode: (bytes) => getU64(viewOf(bytes), 0),
  encode: (value) => filled(8, (view) => setU64(view, 0, value)),
};

/** Feature bits 0 to 63. */
export const Features: Payload<FeatureSet> = {
  decode(bytes) {
    const view = viewOf(bytes);
    const [first, second] = LITTLE ? [0, 4] : [4, 0];
    return FeatureSet.fromWords([view.getUint32(first, LITTLE), view.getUint32(second, LITTLE)]);
  },
  encode: (set) =>
    filled(8, (view) => {
      view.setUint32(LITTLE ? 0 : 4, set.words[0] as number, LITTLE);
      view.setUint32(LITTLE ? 4 : 0, set.words[1] as number, LITTLE);
    }),
};

export const State: Payload<VringState> = {
  decode(bytes) {
    const view = viewOf(bytes);
    return { index: view.getUint32(0, LITTLE), value: view.getUint32(4, LITTLE) };
  },
  encode: ({ index, value }) =>
    filled(8, (view) => {
      view.setUint32(0, index, LITTLE);
      view.setUint32(4, value, LITTLE);
    }),
};

export const Address: Payload<VringAddress> = {
  decode(bytes) {
    const view = viewOf(bytes);
    return {
      index: view.getUint32(0, LITTLE),
      flags: view.getUint32(4, LITTLE),
      descriptors: getU64(view, 8),
      used: getU64(view, 16),
      available: getU64(view, 24),
      log: getU64(view, 32),
    };
  },
  encode: (address) =>
    filled(40, (view) => {
      view.setUint32(0, address.index, LITTLE);
      view.setUint32(4, address.flags, LITTLE);
      setU64(view, 8, address.descriptors);
      setU64(view, 16, address.used);
      setU64(view, 24, address.available);
      setU64(view, 32, address.log);
    }),
};

const REGION_SIZE = 32;

/** The regions of SET_MEM_TABLE; decodes as many as there are bytes for, whatever their number claims to be. */
export const RegionTable: Payload<{ readonly count: number; readonly regions: readonly RegionMessage[] }> = {
  decode(bytes) {
    const view = viewOf(bytes);
    const regions = Array.from({ length: Math.floor((bytes.byteLength - 8) / REGION_SIZE) }, (_, i) =>
      getRegion(view, 8 + i * REGION_SIZE),
    );
    return { count: view.getUint32(0, LITTLE), regions };
  },
  encode: ({ count, regions }) =>
    filled(8 + regions.length * REGION_SIZE, (view) => {
      view.setUint32(0, count, LITTLE);
      for (const [i, region] of regions.entries()) setRegion(view, 8 + i * REGION_SIZE, region);
    }),
};

/** The region of ADD_MEM_REG and REM_MEM_REG. */
export const Region: Payload<RegionMessage> = {
  decode: (bytes) => getRegion(viewOf(bytes), 8),
  encode: (region) => filled(8 + REGION_SIZE, (view) => setRegion(view, 8, region)),
};

export const Config: Payload<ConfigMessage> = {
  decode(bytes) {
    const view = viewOf(bytes);
    return {
      offset: view.getUint32(0, LITTLE),
      size: view.getUint32(4, LITTLE),
      flags: view.getUint32(8, LITTLE),
      bytes: bytes.slice(12),
    };
  },
  encode: (config) =>
    filled(12 + config.bytes.byteLength, (view, bytes) => {
      view.setUint32(0, config.offset, LITTLE);
      view.setUint32(4, config.size, LITTLE);
      view.setUint32(8, config.flags, LITTLE);
      bytes.set(config.bytes, 12);
    }),
};

/** 20 bytes; as a C structure, which most frontends send, it has 4 more, which mean nothing. */
export const Inflight: Payload<InflightMessage> = {
  decode(bytes) {
    const view = viewOf(bytes);
    return {
      mapSize: getU64(view, 0),
      mapOffset: getU64(view, 8),
      queues: view.getUint16(16, LITTLE),
      queueSize: view.getUint16(18, LITTLE),
    };
  },
  encode: (inflight) =>
    filled(24, (view) => {
      setU64(view, 0, inflight.mapSize);
      setU64(view, 8, inflight.mapOffset);
      view.setUint16(16, inflight.queues, LITTLE);
      view.setUint16(18, inflight.queueSize, LITTLE);
    }),
};

function getRegion(view: DataView, at: number): RegionMessage {
  return {
    guestAddress: getU64(view, at),
    size: getU64(view, at + 8),
    userAddress: getU64(view, at + 16),
    fileOffset: getU64(view, at + 24),
  };
}

function setRegion(view: DataView, at: number, region: RegionMessage): void {
  setU64(view, at, region.guestAddress);
  setU64(view, at + 8, region.size);
  setU64(view, at + 16, region.userAddress);
  setU64(view, at + 24, region.fileOffset);
}

function getU64(view: DataView, at: number): number {
  const first = view.getUint32(at, LITTLE);
  const second = view.getUint32(at + 4, LITTLE);
  return LITTLE ? second * 2 ** 32 + first : first * 2 ** 32 + second;
}

function setU64(view: DataView, at: number, value: number): void {
  const low = value % 2 ** 32;
  const high = Math.floor(value / 2 ** 32);
  view.setUint32(at, LITTLE ? low : high, LITTLE);
  view.setUint32(at + 4, LITTLE ? high : low, LITTLE);
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function filled(size: number, fill: (view: DataView, bytes: Uint8Array) => void): Uint8Array {
  const bytes = new Uint8Array(size);
  fill(viewOf(bytes), bytes);
  return bytes;
}
