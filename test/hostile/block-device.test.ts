import { describe, expect, test } from "vitest";
import ramDisk, { type RamDisk } from "../../definitions/blk/ram-disk.js";
import { atOnce } from "../../runtime/deferred.js";
import { noPoller } from "../../runtime/polled.js";
import type { Backend } from "../../runtime/virtio/backend.js";
import { DeviceModel } from "../../runtime/virtio/device-model.js";
import { FeatureSet } from "../../runtime/virtio/feature-set.js";
import { Guest, type GuestRun } from "../runtime/guest.js";
import { type RawDescriptor, RawRing, WRITE } from "../runtime/raw-ring.js";
import { VERSION_1 } from "../runtime/rig.js";
import { quotation, type SentenceKey } from "./sentences.js";

const [IN, OUT, FLUSH, GET_ID, DISCARD, WRITE_ZEROES, ZONE_APPEND] = [0, 1, 4, 8, 11, 13, 15];
const [OK, IOERR, UNSUPP] = [0, 1, 2];
const HEADER = 0x2_0000;
const DATA = 0x2_1000;
const STATUS = 0x2_3000;
const SECTORS = 64;

/** A disk of the repository's own, whose sectors hold their number, with the features that it offers. */
function disk(readOnly: boolean) {
  const guest = new Guest();
  const device: RamDisk = ramDisk.open({ size: SECTORS * 512, readOnly });
  const medium = new Uint8Array(device.memory);
  medium.forEach((_, i) => {
    medium[i] = (i >> 9) + 1;
  });
  device.log = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };
  const notify = {
    defer: atOnce,
    poller: noPoller,
    notifyUsed: () => {},
    notifyConfig: () => {},
    sessionFailed: () => {},
  };
  const transport = { name: "test", memory: guest.memory, queueSizeMax: 64, carries: () => true, ...notify };
  const model = new DeviceModel(device, ramDisk as Backend<never, RamDisk>, transport);
  const ring = new RawRing(guest, 0x1_0000, 16);
  model.acceptFeatures(FeatureSet.of(...model.offered.bits.filter((bit) => bit < 24), VERSION_1));
  model.writeStatus(11);
  model.setupQueue(0, ring.layout);
  model.queues.enable(0);
  model.writeStatus(15);
  guest.set(DATA, Array(4096).fill(0xee));
  guest.set(STATUS, [0xee]);
  return { guest, medium, model, ring };
}

interface Row {
  readonly name: string;
  /** The sentence that the driver violates, or that the device has to obey. */
  readonly sentence: SentenceKey;
  readonly type: number;
  readonly sector?: bigint;
  /** Bytes after the header, and room before the status. */
  readonly sent?: readonly number[];
  readonly room?: number;
  readonly readOnly?: boolean;
  readonly status: number;
}

/** One range of a discard, as bytes. */
function range(sector: bigint, sectors: number, flags = 0): number[] {
  const view = new DataView(new ArrayBuffer(16));
  view.setBigUint64(0, sector, true);
  view.setUint32(8, sectors, true);
  view.setUint32(12, flags, true);
  return [...new Uint8Array(view.buffer)];
}
const sectorOf = (byte: number) => Array(512).fill(byte);

const rows: readonly Row[] = [
  {
    name: "a read that ends after the last sector",
    sentence: "blockCapacity",
    type: IN,
    sector: 63n,
    room: 1024,
    status: IOERR,
  },
  {
    name: "a read of sector 2^64-1",
    sentence: "blockCapacity",
    type: IN,
    sector: 2n ** 64n - 1n,
    room: 512,
    status: IOERR,
  },
  {
    name: "a read of sector 2^55: its byte wraps to 0",
    sentence: "blockCapacity",
    type: IN,
    sector: 2n ** 55n,
    room: 512,
    status: IOERR,
  },
  { name: "a read of half a sector", sentence: "blockSectors", type: IN, room: 256, status: IOERR },
  {
    name: "a write after the last sector",
    sentence: "blockCapacity",
    type: OUT,
    sector: 64n,
    sent: sectorOf(9),
    status: IOERR,
  },
  {
    name: "a write of a sector and a byte",
    sentence: "blockSectors",
    type: OUT,
    sent: [...sectorOf(9), 9],
    status: IOERR,
  },
  {
    name: "a write to a read-only disk",
    sentence: "blockReadOnly",
    type: OUT,
    sent: sectorOf(9),
    readOnly: true,
    status: IOERR,
  },
  { name: "a discard with unmap", sentence: "blockUnmap", type: DISCARD, sent: range(0n, 1, 1), status: UNSUPP },
  {
    name: "a second range with unmap",
    sentence: "blockUnmap",
    type: DISCARD,
    sent: [...range(0n, 1), ...range(1n, 1, 1)],
    status: UNSUPP,
  },
  {
    name: "write zeroes with unknown flags",
    sentence: "blockFlags",
    type: WRITE_ZEROES,
    sent: range(0n, 1, 2),
    status: UNSUPP,
  },
  { name: "a range that is cut", sentence: "blockRanges", type: DISCARD, sent: range(0n, 1).slice(1), status: IOERR },
  { name: "no range", sentence: "blockRanges", type: WRITE_ZEROES, sent: [], status: IOERR },
  {
    name: "a good range and one beyond the end",
    sentence: "blockCapacity",
    type: WRITE_ZEROES,
    sent: [...range(0n, 1), ...range(64n, 1)],
    status: IOERR,
  },
  {
    name: "a range of 2^32-1 sectors",
    sentence: "blockCapacity",
    type: WRITE_ZEROES,
    sent: range(1n, 0xffff_ffff),
    status: IOERR,
  },
  {
    name: "a range at sector 2^64-1",
    sentence: "blockCapacity",
    type: WRITE_ZEROES,
    sent: range(2n ** 64n - 1n, 2),
    status: IOERR,
  },
  {
    name: "a range more than max_write_zeroes_seg",
    sentence: "blockSegments",
    type: WRITE_ZEROES,
    sent: Array.from({ length: 65 }, () => range(0n, 1)).flat(),
    status: IOERR,
  },
  {
    name: "room for 19 bytes of id",
    sentence: "blockId",
    type: GET_ID,
    room: 19,
    status: IOERR,
  },
  {
    name: "a zone append without VIRTIO_BLK_F_ZONED",
    sentence: "blockZoned",
    type: ZONE_APPEND,
    sent: sectorOf(9),
    room: 8,
    status: UNSUPP,
  },
  {
    name: "a type that is not assigned",
    sentence: "blockStatus",
    type: 0x100,
    status: UNSUPP,
  },
  { name: "a flush", sentence: "blockFlush", type: FLUSH, status: OK },
];

describe.each(rows.map((row) => [row.name, row] as const))("%s", (_, row) => {
  const { sentence, type, sector = 0n, sent = [], room = 0, readOnly = false, status } = row;
  test(`is answered, and neither the medium nor the driver's memory changes: ${quotation(sentence)}`, () => {
    const { guest, medium, model, ring } = disk(readOnly);
    guest.putU32(HEADER, type);
    guest.putU64(HEADER + 8, sector);
    guest.set(HEADER + 16, sent);
    const parts: RawDescriptor[] = [
      { address: HEADER, length: 16 + sent.length },
      { address: DATA, length: room, flags: WRITE },
      { address: STATUS, length: 1, flags: WRITE },
    ];
    ring.chain(0, parts);
    ring.offer(0);
    ring.publish();
    const [memoryBefore, mediumBefore] = [guest.snapshot(), medium.slice()];
    model.queues.kick(0);
    expect([guest.get(STATUS, 1)[0], model.status]).toEqual([status, 15]);
    expect(ring.takeUsed()).toEqual([[0, room === 0 ? 1 : 0]]);
    const allowed: GuestRun[] = [...ring.written, { address: STATUS, length: 1 }];
    expect([guest.changedOutside(memoryBefore, allowed), Buffer.compare(medium, mediumBefore)]).toEqual([[], 0]);
    expectReads(guest, model, ring);
  });
});

/** The disk still does what it is for. */
function expectReads(guest: Guest, model: DeviceModel, ring: RawRing): void {
  guest.putU32(HEADER, IN);
  guest.putU64(HEADER + 8, 5n);
  ring.chain(0, [
    { address: HEADER, length: 16 },
    { address: DATA, length: 512, flags: WRITE },
    { address: STATUS, length: 1, flags: WRITE },
  ]);
  ring.offer(0);
  ring.publish();
  model.queues.kick(0);
  expect([ring.takeUsed(), guest.get(STATUS, 1)[0]]).toEqual([[[0, 513]], OK]);
  expect([...guest.get(DATA, 512)]).toEqual(sectorOf(6));
}
