import { fc, test as property } from "@fast-check/vitest";
import { describe, expect, test } from "vitest";
import { BlkStatus, BlkZoneState } from "../../generated/blk.js";
import { type ZoneLayout, Zones } from "./zones.js";

const { OK, IOERR, UNSUPP, ZONE_INVALID_CMD, ZONE_UNALIGNED_WP, ZONE_OPEN_RESOURCE, ZONE_ACTIVE_RESOURCE } = BlkStatus;
const { NOT_WP, EMPTY, IOPEN, EOPEN, CLOSED, RDONLY, FULL, OFFLINE } = BlkZoneState;

/** Zones of 64 sectors, 48 of them writable: two conventional ones, six sequential ones, and a last one of 32. */
const LAYOUT: ZoneLayout = {
  sectors: 8 * 64 + 32,
  zoneSectors: 64,
  zoneCapacity: 48,
  conventional: 2,
  granularity: 8,
  maxOpen: 2,
  maxActive: 3,
  maxAppend: 16,
};
/** First sector of the sequential zone that the rows are about, and of others. */
const A = 128;
const B = 192;
const C = 256;
const D = 320;
const LAST = 512;

function zonesWith(layout: Partial<ZoneLayout> = {}): Zones {
  return new Zones({ ...LAYOUT, ...layout });
}

function write(zones: Zones, sector: number, count: number): BlkStatus {
  const status = zones.write(sector, count);
  if (status === OK) zones.advance(sector, count);
  return status;
}

function append(zones: Zones, sector: number, count: number): BlkStatus {
  const status = zones.append(sector, count);
  if (status === OK) zones.advance(sector, count);
  return status;
}

/** Brings zone A into a state. */
const into: Readonly<Record<string, (zones: Zones) => unknown>> = {
  EMPTY: () => {},
  IOPEN: (zones) => write(zones, A, 8),
  EOPEN: (zones) => zones.openZone(A),
  "EOPEN, written": (zones) => [zones.openZone(A), write(zones, A, 8)],
  CLOSED: (zones) => [write(zones, A, 8), zones.closeZone(A)],
  FULL: (zones) => write(zones, A, 48),
  RDONLY: (zones) => zones.fail(2, RDONLY),
  OFFLINE: (zones) => zones.fail(2, OFFLINE),
};

const operations: Readonly<Record<string, (zones: Zones) => BlkStatus>> = {
  open: (zones) => zones.openZone(A),
  close: (zones) => zones.closeZone(A),
  finish: (zones) => zones.finishZone(A),
  reset: (zones) => zones.resetZone(A),
  resetAll: (zones) => zones.resetAll(),
  append: (zones) => append(zones, A, 8),
  read: (zones) => zones.read(A, 8),
};

describe("the state machine: operation, status, next state", () => {
  test.each<[string, string, BlkStatus, BlkZoneState]>([
    ["EMPTY", "open", OK, EOPEN],
    ["EMPTY", "close", ZONE_INVALID_CMD, EMPTY],
    ["EMPTY", "finish", OK, FULL],
    ["EMPTY", "reset", OK, EMPTY],
    ["EMPTY", "resetAll", OK, EMPTY],
    ["EMPTY", "append", OK, IOPEN],
    ["EMPTY", "read", OK, EMPTY],
    ["IOPEN", "open", OK, EOPEN],
    ["IOPEN", "close", OK, CLOSED],
    ["IOPEN", "finish", OK, FULL],
    ["IOPEN", "reset", OK, EMPTY],
    ["IOPEN", "resetAll", OK, EMPTY],
    ["IOPEN", "append", OK, IOPEN],
    ["EOPEN", "open", OK, EOPEN],
    ["EOPEN", "close", OK, EMPTY],
    ["EOPEN, written", "close", OK, CLOSED],
    ["EOPEN", "finish", OK, FULL],
    ["EOPEN", "reset", OK, EMPTY],
    ["EOPEN", "resetAll", OK, EMPTY],
    ["EOPEN", "append", OK, EOPEN],
    ["CLOSED", "open", OK, EOPEN],
    ["CLOSED", "close", OK, CLOSED],
    ["CLOSED", "finish", OK, FULL],
    ["CLOSED", "reset", OK, EMPTY],
    ["CLOSED", "resetAll", OK, EMPTY],
    ["CLOSED", "append", OK, IOPEN],
    ["FULL", "open", ZONE_INVALID_CMD, FULL],
    ["FULL", "close", ZONE_INVALID_CMD, FULL],
    ["FULL", "finish", OK, FULL],
    ["FULL", "reset", OK, EMPTY],
    ["FULL", "resetAll", OK, EMPTY],
    ["FULL", "append", ZONE_INVALID_CMD, FULL],
    ["FULL", "read", OK, FULL],
    ["RDONLY", "open", ZONE_INVALID_CMD, RDONLY],
    ["RDONLY", "close", ZONE_INVALID_CMD, RDONLY],
    ["RDONLY", "finish", ZONE_INVALID_CMD, RDONLY],
    ["RDONLY", "reset", ZONE_INVALID_CMD, RDONLY],
    ["RDONLY", "resetAll", OK, RDONLY],
    ["RDONLY", "append", ZONE_INVALID_CMD, RDONLY],
    ["RDONLY", "read", OK, RDONLY],
    ["OFFLINE", "open", ZONE_INVALID_CMD, OFFLINE],
    ["OFFLINE", "close", ZONE_INVALID_CMD, OFFLINE],
    ["OFFLINE", "finish", ZONE_INVALID_CMD, OFFLINE],
    ["OFFLINE", "reset", ZONE_INVALID_CMD, OFFLINE],
    ["OFFLINE", "resetAll", OK, OFFLINE],
    ["OFFLINE", "append", ZONE_INVALID_CMD, OFFLINE],
    ["OFFLINE", "read", ZONE_INVALID_CMD, OFFLINE],
  ])("%s, %s: %i, %i", (state, operation, status, next) => {
    const zones = zonesWith();
    into[state]?.(zones);
    expect(operations[operation]?.(zones)).toBe(status);
    expect(zones.at(A)?.state).toBe(next);
  });
});

describe("a zone that an operation does not fit", () => {
  test("no operation acts on a conventional zone", () => {
    const zones = zonesWith();
    const calls = [zones.openZone(64), zones.closeZone(64), zones.finishZone(64), zones.resetZone(64)];
    expect([...calls, zones.append(64, 8)]).toEqual(Array(5).fill(ZONE_INVALID_CMD));
    zones.resetAll();
    expect(zones.get(1)?.state).toBe(NOT_WP);
  });

  test.each([A + 1, A + 8, LAYOUT.sectors, 9 * 64, Number.MAX_SAFE_INTEGER])("sector %i begins none", (sector) => {
    const zones = zonesWith();
    const calls = [zones.openZone(sector), zones.closeZone(sector), zones.finishZone(sector), zones.resetZone(sector)];
    expect([...calls, zones.append(sector, 8)]).toEqual(Array(5).fill(ZONE_INVALID_CMD));
  });

  test("only sequential zones fail, and what is offline stays so", () => {
    const zones = zonesWith();
    expect(() => zones.fail(0, RDONLY)).toThrow(RangeError);
    expect(() => zones.fail(9, RDONLY)).toThrow(RangeError);
    zones.fail(2, OFFLINE);
    zones.fail(2, RDONLY);
    expect(zones.get(2)?.state).toBe(OFFLINE);
  });
});

describe("writes", () => {
  test.each<[string, number, number, BlkStatus]>([
    ["at the write pointer", A + 8, 8, OK],
    ["to the end of the capacity", A + 8, 40, OK],
    ["before the write pointer", A, 8, ZONE_UNALIGNED_WP],
    ["after the write pointer", A + 16, 8, ZONE_UNALIGNED_WP],
    ["that ends between granules", A + 8, 7, ZONE_UNALIGNED_WP],
    ["beyond the capacity", A + 8, 48, ZONE_INVALID_CMD],
    ["into the next zone", A + 8, 64, ZONE_INVALID_CMD],
    ["of nothing", A + 8, 0, OK],
    ["of nothing elsewhere", A + 9, 0, ZONE_UNALIGNED_WP],
    ["from a conventional zone to the next", 60, 8, OK],
    ["from a conventional zone into a sequential one", A - 4, 8, ZONE_INVALID_CMD],
    ["at any place of a conventional zone", 3, 1, OK],
    ["past the end", LAST, 40, IOERR],
    ["of nothing at the end", LAYOUT.sectors, 0, OK],
    ["far past the end", Number.MAX_SAFE_INTEGER, 0xffff_ffff, IOERR],
  ])("%s: sectors %i, %i", (_, sector, count, status) => {
    const zones = zonesWith();
    write(zones, A, 8);
    expect(zones.write(sector, count)).toBe(status);
  });

  test("a write of nothing opens no zone", () => {
    const zones = zonesWith();
    expect([write(zones, A, 0), append(zones, A, 0), zones.at(A)?.state]).toEqual([OK, OK, EMPTY]);
  });

  test("the last zone is full when its fewer sectors are written", () => {
    const zones = zonesWith();
    expect([write(zones, LAST, 32), zones.at(LAST)?.state]).toEqual([OK, FULL]);
  });

  test("longer appends than allowed are refused; any is where there are none", () => {
    expect(zonesWith().append(A, 17)).toBe(ZONE_INVALID_CMD);
    expect(zonesWith({ maxAppend: 0 }).append(A, 8)).toBe(UNSUPP);
    expect(zonesWith().append(A, 12)).toBe(ZONE_UNALIGNED_WP);
    const zones = zonesWith();
    write(zones, A, 40);
    expect(zones.append(A, 16)).toBe(ZONE_INVALID_CMD);
  });

  test.each<[string, number, number, BlkStatus]>([
    ["inside a zone", A + 3, 5, OK],
    ["beyond the capacity of a zone", A + 40, 24, OK],
    ["across sequential zones", B - 1, 2, ZONE_INVALID_CMD],
    ["across conventional zones", 63, 2, OK],
    ["past the end", LAST + 31, 2, IOERR],
  ])("reads %s: sectors %i, %i", (_, sector, count, status) => {
    expect(zonesWith().read(sector, count)).toBe(status);
  });
});

describe("limits", () => {
  test("a write closes the zone that was opened first by a write", () => {
    const zones = zonesWith();
    expect([A, B, C].map((sector) => write(zones, sector, 8))).toEqual([OK, OK, OK]);
    expect([A, B, C].map((sector) => zones.at(sector)?.state)).toEqual([CLOSED, IOPEN, IOPEN]);
  });

  test("zones that the driver opened are not closed for others", () => {
    const zones = zonesWith();
    expect([A, B, C].map((sector) => zones.openZone(sector))).toEqual([OK, OK, ZONE_OPEN_RESOURCE]);
    expect([write(zones, C, 8), zones.finishZone(C), write(zones, A, 8)]).toEqual([
      ZONE_OPEN_RESOURCE,
      ZONE_OPEN_RESOURCE,
      OK,
    ]);
  });

  test("where both limits would be passed, the active one is told; nothing was closed", () => {
    const zones = zonesWith();
    for (const sector of [A, B, C]) write(zones, sector, 8);
    expect([write(zones, D, 8), append(zones, D, 8), zones.openZone(D), zones.finishZone(D)]).toEqual(
      Array(4).fill(ZONE_ACTIVE_RESOURCE),
    );
    expect([A, B, C].map((sector) => zones.at(sector)?.state)).toEqual([CLOSED, IOPEN, IOPEN]);
    expect(write(zones, A, 0)).toBe(ZONE_UNALIGNED_WP);
    expect(write(zones, A + 8, 8)).toBe(OK);
  });

  test.each<[string, (zones: Zones) => unknown]>([
    ["full", (zones) => write(zones, A + 8, 40)],
    ["finished", (zones) => zones.finishZone(A)],
    ["reset", (zones) => zones.resetZone(A)],
    ["offline", (zones) => zones.fail(2, OFFLINE)],
    ["read only", (zones) => zones.fail(2, RDONLY)],
  ])("a zone that is %s makes room for another", (_, release) => {
    const zones = zonesWith();
    for (const sector of [A, B, C]) write(zones, sector, 8);
    release(zones);
    expect(write(zones, D, 8)).toBe(OK);
  });

  test("0 means none", () => {
    const zones = zonesWith({ maxOpen: 0, maxActive: 0 });
    for (let i = 2; i < zones.length; i++) expect(zones.openZone(i * 64)).toBe(OK);
    zones.closeAll();
    expect([...Array(7).keys()].map((i) => zones.get(i + 2)?.state)).toEqual(Array(7).fill(EMPTY));
  });
});

const step = fc.record({
  what: fc.constantFrom("write", "append", "openZone", "closeZone", "finishZone", "resetZone", "resetAll"),
  zone: fc.nat({ max: 8 }),
  count: fc.constantFrom(0, 7, 8, 16, 24, 48),
});

property.prop([fc.array(step, { maxLength: 200 })])("the limits hold whatever the driver does", (steps) => {
  const zones = zonesWith();
  for (const { what, zone, count } of steps) {
    const sector = zone * 64;
    if (what === "write") write(zones, zones.get(zone)?.pointer ?? 0, count);
    else if (what === "append") append(zones, sector, count);
    else zones[what as "openZone"](sector);
    const states = [...Array(zones.length).keys()].map((i) => zones.get(i));
    const open = states.filter((each) => each?.isOpen).length;
    const closed = states.filter((each) => each?.state === CLOSED);
    expect(open).toBeLessThanOrEqual(2);
    expect(open + closed.length).toBeLessThanOrEqual(3);
    expect(closed.every((each) => (each?.written ?? 0) > 0)).toBe(true);
    expect(states.every((each) => each !== undefined && each.room >= 0)).toBe(true);
  }
});
