import { describe, expect, test } from "vitest";
import ramDisk, { type RamDisk } from "../../definitions/blk/ram-disk.js";
import type { Backend } from "../../runtime/virtio/backend.js";
import { DeviceModel } from "../../runtime/virtio/device-model.js";
import { FeatureSet } from "../../runtime/virtio/feature-set.js";
import { Guest, type GuestRun } from "../runtime/guest.js";
import { type RawDescriptor, RawRing, WRITE } from "../runtime/raw-ring.js";
import { VERSION_1 } from "../runtime/rig.js";

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
  const notify = { notifyUsed: () => {}, notifyConfig: () => {} };
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
  /** The sentence of VIRTIO 1.4, section Block Device, that the driver violates or that the device has to obey. */
  readonly rule: string;
  readonly type: number;
  readonly sector?: bigint;
  /** Bytes after the header, and room before the status. */
  readonly sent?: readonly number[];
  readonly room?: number;
  readonly readOnly?: boolean;
  readonly status: number;
}

const CAPACITY = "A driver MUST NOT submit a request which would cause a read or write beyond \\field{capacity}.";
const MULTIPLE =
  "The length of \\field{data} MUST be a multiple of 512 bytes for VIRTIO_BLK_T_IN and VIRTIO_BLK_T_OUT requests.";
const RANGES =
  "The length of \\field{data} MUST be a multiple of the size of struct virtio_blk_discard_write_zeroes for VIRTIO_BLK_T_DISCARD, VIRTIO_BLK_T_SECURE_ERASE and VIRTIO_BLK_T_WRITE_ZEROES requests.";
const FLAGS =
  "the device MUST set the \\field{status} byte to VIRTIO_BLK_S_UNSUPP for discard commands if the \\field{unmap} flag is set.";
const READ_ONLY =
  "A device MUST set the \\field{status} byte to VIRTIO_BLK_S_IOERR for a write request if the VIRTIO_BLK_F_RO feature if offered, and MUST NOT write any data.";

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
  { name: "a read that ends after the last sector", rule: CAPACITY, type: IN, sector: 63n, room: 1024, status: IOERR },
  { name: "a read of sector 2^64-1", rule: CAPACITY, type: IN, sector: 2n ** 64n - 1n, room: 512, status: IOERR },
  {
    name: "a read of sector 2^55: its byte wraps to 0",
    rule: CAPACITY,
    type: IN,
    sector: 2n ** 55n,
    room: 512,
    status: IOERR,
  },
  { name: "a read of half a sector", rule: MULTIPLE, type: IN, room: 256, status: IOERR },
  { name: "a write after the last sector", rule: CAPACITY, type: OUT, sector: 64n, sent: sectorOf(9), status: IOERR },
  { name: "a write of a sector and a byte", rule: MULTIPLE, type: OUT, sent: [...sectorOf(9), 9], status: IOERR },
  { name: "a write to a read-only disk", rule: READ_ONLY, type: OUT, sent: sectorOf(9), readOnly: true, status: IOERR },
  { name: "a discard with unmap", rule: FLAGS, type: DISCARD, sent: range(0n, 1, 1), status: UNSUPP },
  {
    name: "a second range with unmap",
    rule: FLAGS,
    type: DISCARD,
    sent: [...range(0n, 1), ...range(1n, 1, 1)],
    status: UNSUPP,
  },
  {
    name: "write zeroes with unknown flags",
    rule: "if any unknown flag is set",
    type: WRITE_ZEROES,
    sent: range(0n, 1, 2),
    status: UNSUPP,
  },
  { name: "a range that is cut", rule: RANGES, type: DISCARD, sent: range(0n, 1).slice(1), status: IOERR },
  { name: "no range", rule: RANGES, type: WRITE_ZEROES, sent: [], status: IOERR },
  {
    name: "a good range and one beyond the end",
    rule: CAPACITY,
    type: WRITE_ZEROES,
    sent: [...range(0n, 1), ...range(64n, 1)],
    status: IOERR,
  },
  {
    name: "a range of 2^32-1 sectors",
    rule: CAPACITY,
    type: WRITE_ZEROES,
    sent: range(1n, 0xffff_ffff),
    status: IOERR,
  },
  {
    name: "a range at sector 2^64-1",
    rule: CAPACITY,
    type: WRITE_ZEROES,
    sent: range(2n ** 64n - 1n, 2),
    status: IOERR,
  },
  {
    name: "a range more than max_write_zeroes_seg",
    rule: "VIRTIO_BLK_T_WRITE_ZEROES requests MUST NOT contain more than \\field{max_write_zeroes_seg} struct virtio_blk_discard_write_zeroes segments",
    type: WRITE_ZEROES,
    sent: Array.from({ length: 65 }, () => range(0n, 1)).flat(),
    status: IOERR,
  },
  {
    name: "room for 19 bytes of id",
    rule: "The length of \\field{data} MUST be 20 bytes for VIRTIO_BLK_T_GET_ID requests.",
    type: GET_ID,
    room: 19,
    status: IOERR,
  },
  {
    name: "a zone append without VIRTIO_BLK_F_ZONED",
    rule: "If the VIRTIO_BLK_F_ZONED feature is not negotiated, the device MUST reject",
    type: ZONE_APPEND,
    sent: sectorOf(9),
    room: 8,
    status: UNSUPP,
  },
  {
    name: "a type that is not assigned",
    rule: "VIRTIO_BLK_S_UNSUPP for a request unsupported by device",
    type: 0x100,
    status: UNSUPP,
  },
  { name: "a flush", rule: "the specification allows it", type: FLUSH, status: OK },
];

describe.each(rows)("$name", ({ type, sector = 0n, sent = [], room = 0, readOnly = false, status }) => {
  test("is answered, and neither the medium nor the driver's memory changes", () => {
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
    const allowed: GuestRun[] = [ring.usedRing, { address: STATUS, length: 1 }];
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
