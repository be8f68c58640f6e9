import { MEDIUM_SIZE } from "../runtime/toy-behaviour.js";
import { HEADER_SIZE, ToyKind, ToyStatus } from "../runtime/toy-disk.js";
import { type Attack, DATA, HEADER, header, offerChain, room, status, statusOnly, writeHeader } from "./attack.js";

const LAYOUT = "the driver fills in a request of the device type's layout; a shorter one is malformed";
const FREE_FRAMING =
  "the specification allows it: The device MUST NOT make assumptions about the particular arrangement of descriptors.";

/** Attacks on what is inside a well-formed chain: the request is answered, and the ring goes on. */
export const requestAttacks: readonly Attack[] = [
  {
    number: 42,
    name: "a header that is a byte short (CVE-2022-2132)",
    violates: LAYOUT,
    write(world) {
      // Whoever looks at a kind that is not all there answers that it is not supported.
      writeHeader(world.guest, 0xffff_ffff);
      offerChain(world, [{ address: HEADER, length: HEADER_SIZE - 1 }, status]);
      return statusOnly;
    },
    expected: { used: [1], status: ToyStatus.MALFORMED },
  },
  {
    number: 42,
    name: "no header at all",
    violates: LAYOUT,
    write(world) {
      offerChain(world, [status]);
      return statusOnly;
    },
    expected: { used: [1], status: ToyStatus.MALFORMED },
  },
  {
    number: 42,
    name: "no room for the status (cloud-hypervisor#8401)",
    violates: LAYOUT,
    write(world) {
      writeHeader(world.guest, ToyKind.WRITE);
      offerChain(world, [header]);
      return [];
    },
    expected: { used: [0] },
  },
  {
    number: 42,
    name: "a chain without a byte",
    violates: LAYOUT,
    write(world) {
      offerChain(world, [room(0, 0)]);
      return [];
    },
    expected: { used: [0] },
  },
  {
    number: 42,
    name: "room for the status but not for the kind's answer",
    violates: LAYOUT,
    write(world) {
      writeHeader(world.guest, ToyKind.SUM);
      offerChain(world, [header, room(DATA, 7), status]);
      return statusOnly;
    },
    expected: { used: [0], status: ToyStatus.MALFORMED },
  },
  {
    number: 43,
    name: "a header of one-byte descriptors (CVE-2022-2132)",
    violates: FREE_FRAMING,
    queueSize: 32,
    write(world) {
      writeHeader(world.guest, ToyKind.READ, 0, 200n);
      const bytes = Array.from({ length: HEADER_SIZE }, (_, i) => ({ address: HEADER + i, length: 1 }));
      offerChain(world, [...bytes, room(DATA, 3), room(DATA + 3, 6), status]);
      return [{ address: DATA, length: 9 }, ...statusOnly];
    },
    expected: { used: [10], status: ToyStatus.OK },
  },
  ...[5, 65, 0x2000_0001, 0xffff_ffff].map(
    (count): Attack => ({
      number: 45,
      name: `a count of ${count} and four elements (CVE-2020-14374)`,
      violates: LAYOUT,
      write(world) {
        writeHeader(world.guest, ToyKind.SUM, count);
        world.guest.set(DATA, Array(32).fill(1));
        offerChain(world, [header, { address: DATA, length: 32 }, room(DATA + 64, 8), status]);
        return statusOnly;
      },
      expected: { used: [0], status: ToyStatus.MALFORMED },
    }),
  ),
  {
    number: 45,
    name: "a position of 2^64-1",
    violates: "A driver MUST NOT submit a request which would cause a read or write beyond \\field{capacity}.",
    write(world) {
      writeHeader(world.guest, ToyKind.READ, 0, 0xffff_ffff_ffff_ffffn);
      offerChain(world, [header, room(DATA, 512), status]);
      return statusOnly;
    },
    expected: { used: [0], status: ToyStatus.ERROR },
  },
  {
    number: 45,
    name: "a write past the end of the medium",
    violates: "A driver MUST NOT submit a request which would cause a read or write beyond \\field{capacity}.",
    write(world) {
      writeHeader(world.guest, ToyKind.WRITE, 0, BigInt(MEDIUM_SIZE - 15));
      offerChain(world, [header, { address: DATA, length: 16 }, status]);
      return statusOnly;
    },
    expected: { used: [1], status: ToyStatus.ERROR },
  },
  {
    number: 45,
    name: "a kind that nobody knows",
    violates: "VIRTIO_BLK_S_UNSUPP for a request unsupported by device",
    write(world) {
      writeHeader(world.guest, 0xffff_ffff);
      offerChain(world, [header, status]);
      return statusOnly;
    },
    expected: { used: [1], status: ToyStatus.UNSUPPORTED },
  },
  {
    number: 46,
    name: "a ninth request on a queue of eight (CVE-2016-5403)",
    violates: "Queue Size corresponds to the maximum number of buffers in the virtqueue",
    hold: true,
    queueSize: 8,
    write({ guest, ring, rig }) {
      writeHeader(guest, ToyKind.READ);
      const length = ring.table(DATA, [header, status]);
      for (let head = 0; head < 8; head++) {
        ring.describe(head, { address: DATA, length, flags: 4 });
        ring.offer(head);
      }
      ring.publish();
      rig.kick();
      ring.offer(0);
      ring.publish();
      return statusOnly;
    },
    expected: { needsReset: "head-in-flight" },
  },
  {
    number: 49,
    name: "room for a long list after another driver's long list (CVE-2021-3545)",
    violates: "preferable to the driver believing that uninitialized memory has been overwritten when it has not",
    write(world) {
      serveSecrets(world);
      writeHeader(world.guest, ToyKind.LIST, 1, 7n);
      offerChain(world, [header, room(DATA, 512), status]);
      return [{ address: DATA, length: 8 }, ...statusOnly];
    },
    expected: { used: [8], status: ToyStatus.OK },
  },
  {
    number: 49,
    name: "a sum that is refused after a sum that was answered (CVE-2021-3545)",
    violates: "preferable to the driver believing that uninitialized memory has been overwritten when it has not",
    write(world) {
      serveSecrets(world);
      writeHeader(world.guest, ToyKind.SUM, 1);
      offerChain(world, [header, room(DATA, 8), status]);
      return statusOnly;
    },
    expected: { used: [0], status: ToyStatus.MALFORMED },
  },
  {
    number: 49,
    name: "a behaviour that says how long its list is and fills nothing in",
    violates: "preferable to the driver believing that uninitialized memory has been overwritten when it has not",
    write(world) {
      serveSecrets(world);
      world.behaviour.list = (request) => {
        request.answers.length = 3;
        request.complete(ToyStatus.OK);
      };
      writeHeader(world.guest, ToyKind.LIST);
      offerChain(world, [header, room(DATA, 512), status]);
      return [{ address: DATA, length: 24 }, ...statusOnly];
    },
    expected: { used: [24], status: ToyStatus.OK },
    data: [...Array(24).fill(0), 0xfd],
  },
  {
    number: 49,
    name: "a behaviour that reads an element more than the driver sent",
    violates: "the specification allows it; CVE-2020-14378: elements of an earlier request were used",
    write(world) {
      serveSecrets(world);
      world.behaviour.sum = (request) => {
        request.total = request.items.at(1).value;
        request.complete(ToyStatus.OK);
      };
      writeHeader(world.guest, ToyKind.SUM, 1);
      offerChain(world, [header, { address: DATA + 64, length: 8 }, room(DATA, 8), status]);
      return [{ address: DATA, length: 8 }, ...statusOnly];
    },
    expected: { used: [0], status: ToyStatus.ERROR },
    data: Array(8).fill(0xfd),
  },
  {
    number: 49,
    name: "a behaviour that answers without writing a list or data",
    violates:
      "The device MUST write at least \\field{len} bytes to descriptor, beginning at the first device-writable buffer",
    write(world) {
      serveSecrets(world);
      world.behaviour.read = (request) => request.complete(ToyStatus.OK);
      writeHeader(world.guest, ToyKind.READ);
      offerChain(world, [header, room(DATA, 64), status]);
      return statusOnly;
    },
    expected: { used: [0], status: ToyStatus.OK },
  },
  {
    number: 49,
    name: "a behaviour that fails in the middle of its answer",
    violates: "the specification allows it; the answer counts as not written: len is permitted to be an underestimate",
    write(world) {
      serveSecrets(world);
      world.behaviour.read = (request) => {
        request.room.fill(0x11, 0, 32);
        throw new Error("the medium is gone");
      };
      writeHeader(world.guest, ToyKind.READ);
      offerChain(world, [header, room(DATA, 64), status]);
      return [{ address: DATA, length: 32 }, ...statusOnly];
    },
    expected: { used: [0], status: ToyStatus.ERROR },
  },
  {
    number: 51,
    name: "a list of a thousand with room for two (CVE-2021-3546)",
    violates: "the specification allows it; CVE-2021-3546, CVE-2017-5931: the answer was written past its room",
    write(world) {
      writeHeader(world.guest, ToyKind.LIST, 1000, 1n);
      offerChain(world, [header, room(DATA, 23), status]);
      return [{ address: DATA, length: 16 }, ...statusOnly];
    },
    expected: { used: [16], status: ToyStatus.OK },
  },
  {
    number: 51,
    name: "a behaviour whose list is longer than the driver has room for",
    violates: "A device MUST NOT write to a device-readable buffer",
    write(world) {
      world.behaviour.list = (request) => {
        request.answers.length = 3;
        request.complete(ToyStatus.OK);
      };
      writeHeader(world.guest, ToyKind.LIST);
      offerChain(world, [header, room(DATA, 23), status]);
      return statusOnly;
    },
    expected: { used: [0], status: ToyStatus.ERROR },
  },
  {
    number: 51,
    name: "a behaviour that writes more than the driver has room for",
    violates: "A device MUST NOT write to a device-readable buffer",
    write(world) {
      world.behaviour.read = (request) => {
        request.room.copyFrom(new Uint8Array(100), 0, 0, 100);
        request.complete(ToyStatus.OK);
      };
      writeHeader(world.guest, ToyKind.READ);
      offerChain(world, [header, room(DATA, 99), status]);
      return statusOnly;
    },
    expected: { used: [0], status: ToyStatus.ERROR },
  },
];

/** Has the first slots of the queue serve requests whose bytes nobody else may see, and forgets those requests. */
function serveSecrets(world: Parameters<Attack["write"]>[0]): void {
  const { guest, ring, rig } = world;
  const secrets = 0x2_8000;
  for (const [kind, count, length] of [
    [ToyKind.LIST, 64, 512],
    [ToyKind.SUM, 2, 8],
  ] as const) {
    writeHeader(guest, kind, count, 0x5ec2_e75e_c2e7_5ec2n);
    guest.set(secrets, Array(16).fill(0x5e));
    offerChain(world, [header, { address: secrets, length: 16 }, room(secrets + 512, length), status]);
    rig.kick();
    ring.takeUsed();
  }
  guest.set(secrets, new Uint8Array(1024));
}
