import { ToyKind, ToyStatus } from "../runtime/toy-disk.js";
import { type Attack, DATA, header, offerChain, room, status, statusOnly, type World, writeHeader } from "./attack.js";

/** Attacks on the answer: what the driver finds in it, and where it lies. */
export const answerAttacks: readonly Attack[] = [
  {
    number: 49,
    name: "room for a long list after another driver's long list (CVE-2021-3545)",
    sentence: "underestimate",
    reported: "CVE-2021-3545: bytes that nobody had written were sent",
    async write(world) {
      await serveSecrets(world);
      writeHeader(world.guest, ToyKind.LIST, 1, 7n);
      offerChain(world, [header, room(DATA, 512), status]);
      return [{ address: DATA, length: 8 }, ...statusOnly];
    },
    expected: { used: [8], status: ToyStatus.OK },
  },
  {
    number: 49,
    name: "a sum that is refused after a sum that was answered (CVE-2021-3545)",
    sentence: "underestimate",
    reported: "CVE-2021-3545: bytes that nobody had written were sent",
    async write(world) {
      await serveSecrets(world);
      writeHeader(world.guest, ToyKind.SUM, 1);
      offerChain(world, [header, room(DATA, 8), status]);
      return statusOnly;
    },
    expected: { used: [0], status: ToyStatus.MALFORMED },
  },
  {
    number: 49,
    name: "a behaviour that says how long its list is and fills nothing in",
    sentence: "atLeastLen",
    async write(world) {
      await serveSecrets(world);
      await world.conduct("announcesAListAndFillsNothingIn");
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
    sentence: "blockStatus",
    reported: "CVE-2020-14377: what lies behind the request was read",
    async write(world) {
      await serveSecrets(world);
      await world.conduct("readsAnElementTooMuch");
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
    sentence: "atLeastLen",
    async write(world) {
      await serveSecrets(world);
      await world.conduct("answersWithoutData");
      writeHeader(world.guest, ToyKind.READ);
      offerChain(world, [header, room(DATA, 64), status]);
      return statusOnly;
    },
    expected: { used: [0], status: ToyStatus.OK },
  },
  {
    number: 49,
    name: "a behaviour that fails in the middle of its answer",
    sentence: "underestimate",
    async write(world) {
      await serveSecrets(world);
      await world.conduct("failsInTheMiddle");
      writeHeader(world.guest, ToyKind.READ);
      offerChain(world, [header, room(DATA, 64), status]);
      return [{ address: DATA, length: 32 }, ...statusOnly];
    },
    expected: { used: [0], status: ToyStatus.ERROR },
  },
  {
    number: 51,
    name: "a list of a thousand with room for two (CVE-2021-3546)",
    sentence: "readOrWrite",
    reported: "CVE-2021-3546: the answer was written past its room",
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
    sentence: "noWriteNoRead",
    async write(world) {
      await world.conduct("announcesAListAndFillsNothingIn");
      writeHeader(world.guest, ToyKind.LIST);
      offerChain(world, [header, room(DATA, 23), status]);
      return statusOnly;
    },
    expected: { used: [0], status: ToyStatus.ERROR },
  },
  {
    number: 51,
    name: "a behaviour that writes more than the driver has room for",
    sentence: "noWriteNoRead",
    async write(world) {
      await world.conduct("writesTooMuch");
      writeHeader(world.guest, ToyKind.READ);
      offerChain(world, [header, room(DATA, 99), status]);
      return statusOnly;
    },
    expected: { used: [0], status: ToyStatus.ERROR },
  },
];

/** Has the first slots of the queue serve requests whose bytes nobody else may see, and forgets those requests. */
async function serveSecrets(world: World): Promise<void> {
  const { guest, ring } = world;
  const secrets = 0x2_8000;
  for (const [kind, count, length] of [
    [ToyKind.LIST, 64, 512],
    [ToyKind.SUM, 2, 8],
  ] as const) {
    writeHeader(guest, kind, count, 0x5ec2_e75e_c2e7_5ec2n);
    guest.set(secrets, Array(16).fill(0x5e));
    offerChain(world, [header, { address: secrets, length: 16 }, room(secrets + 512, length), status]);
    await world.kick();
    ring.takeUsed();
  }
  guest.set(secrets, new Uint8Array(1024));
}
