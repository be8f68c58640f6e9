import { fc, test } from "@fast-check/vitest";
import { describe, expect } from "vitest";
import { FrontendRequest } from "../../runtime/vhost-user/messages.js";
import { requestTable } from "../../runtime/vhost-user/request-table.js";
import {
  Address,
  Config,
  decodeHeader,
  encodeMessage,
  Features,
  Inflight,
  Region,
  RegionTable,
  State,
  U64,
} from "../../runtime/vhost-user/wire.js";
import { FeatureSet } from "../../runtime/virtio/feature-set.js";

const u16 = fc.nat(0xffff);
const u32 = fc.nat(0xffff_ffff);
const u64 = fc.maxSafeNat();
const region = fc.record({ guestAddress: u64, size: u64, userAddress: u64, fileOffset: u64 });

/** Bytes as a little-endian frontend sends them, in hexadecimal with spaces between fields. */
function bytes(text: string): Uint8Array {
  return Uint8Array.from(Buffer.from(text.replaceAll(" ", ""), "hex"));
}

describe("what is encoded is decoded again", () => {
  test.prop([u64])("numbers", (value) => {
    expect(U64.decode(U64.encode(value))).toBe(value);
  });
  test.prop([u32, u32])("ring states", (index, value) => {
    expect(State.decode(State.encode({ index, value }))).toEqual({ index, value });
  });
  test.prop([fc.uniqueArray(fc.nat(63))])("features", (bits) => {
    expect(Features.decode(Features.encode(FeatureSet.of(...bits)))).toEqual(FeatureSet.of(...bits));
  });
  test.prop([fc.record({ index: u32, flags: u32, descriptors: u64, used: u64, available: u64, log: u64 })])(
    "ring addresses",
    (address) => {
      expect(Address.decode(Address.encode(address))).toEqual(address);
    },
  );
  test.prop([region])("regions", (value) => {
    expect(Region.decode(Region.encode(value))).toEqual(value);
  });
  test.prop([fc.array(region, { maxLength: 8 })])("region tables", (regions) => {
    const table = { count: regions.length, regions };
    expect(RegionTable.decode(RegionTable.encode(table))).toEqual(table);
  });
  test.prop([fc.record({ offset: u32, size: u32, flags: u32, bytes: fc.uint8Array() })])("configuration", (config) => {
    expect(Config.decode(Config.encode(config))).toEqual(config);
  });
  test.prop([fc.record({ mapSize: u64, mapOffset: u64, queues: u16, queueSize: u16 })])("inflight", (inflight) => {
    expect(Inflight.decode(Inflight.encode(inflight))).toEqual(inflight);
  });
  test.prop([u32, u32, fc.uint8Array()])("headers", (request, flags, payload) => {
    const message = encodeMessage(request, flags, payload);
    expect(decodeHeader(message)).toEqual({ request, flags, size: payload.length });
    expect(message.subarray(12)).toEqual(payload);
  });
});

describe("on a little-endian machine, byte by byte", () => {
  test("a header", () => {
    expect(encodeMessage(0x0a, 9, Uint8Array.of(7), 8)).toEqual(bytes("0a000000 09000000 08000000 07"));
  });
  test("features and a large number", () => {
    expect(Features.encode(FeatureSet.of(0, 32, 63))).toEqual(bytes("01000000 01000080"));
    expect(U64.encode(2 ** 40 + 1)).toEqual(bytes("01000000 00010000"));
  });
  test("a ring address: descriptors, used, available, log", () => {
    const encoded = Address.encode({ index: 1, flags: 2, descriptors: 3, used: 4, available: 5, log: 6 });
    expect(encoded).toEqual(
      bytes("01000000 02000000 0300000000000000 0400000000000000 0500000000000000 0600000000000000"),
    );
  });
  test("a region behind eight bytes of padding", () => {
    const encoded = Region.encode({ guestAddress: 1, size: 2, userAddress: 3, fileOffset: 4 });
    const words = "0000000000000000 0100000000000000 0200000000000000 0300000000000000 0400000000000000";
    expect(encoded).toEqual(bytes(words));
  });
  test("an inflight description has the size of the C structure", () => {
    const encoded = Inflight.encode({ mapSize: 1, mapOffset: 2, queues: 3, queueSize: 4 });
    expect(encoded).toEqual(bytes("0100000000000000 0200000000000000 0300 0400 00000000"));
  });
});

test.prop([fc.bigInt({ min: 2n ** 53n, max: 2n ** 64n - 1n })])("no number is rounded to less than 2^53", (value) => {
  const encoded = new Uint8Array(new BigUint64Array([value]).buffer);
  expect(U64.decode(encoded)).toBeGreaterThanOrEqual(2 ** 53);
});

test("the table knows every request by its number and name", () => {
  const names = [...requestTable].map(([request, { name }]) => [name, request]);
  expect(Object.fromEntries(names)).toEqual(FrontendRequest);
  expect([...requestTable.keys()]).toEqual(Array.from({ length: 44 }, (_, i) => i + 1));
});
