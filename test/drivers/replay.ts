/** Gives a captured driver's requests to a generated device, and compares what everybody makes of them. */
import { expect } from "vitest";
import { evaluate } from "../../compiler/model/evaluate.js";
import type { Field, Kind, Message } from "../../compiler/model/model.js";
import type { RecordedRequest } from "../../runtime/run/definition/record-file.js";
import { Driver, type DriverQueue } from "../../runtime/testing/index.js";
import type { Value } from "../../runtime/virtio/codec.js";
import type { AnyDriverSide, CompiledType } from "../compiler/golden-models.js";
import { pick } from "../compiler/pick.js";
import { readFields, shown } from "../compiler/view-values.js";
import type { Capture } from "./capture.js";
import type { Meant, Scenario } from "./scenario.js";

/** A request as the generated device saw it. */
export type Seen = Required<Meant>;

type View = Readonly<Record<string, unknown>> & { readonly complete: (status?: number) => void };

/**
 * Serves the requests of a capture, cut as the driver had cut them. What the device's views see, what the driver's side
 * reads, and what the definition alone says must be one; and the driver's side must build the very same bytes.
 */
export async function replay(
  type: CompiledType,
  { device, starts }: Capture,
  scenario: Scenario,
): Promise<readonly Seen[]> {
  const generated = await type.load();
  const bytes = Buffer.from(device.config, "hex");
  const all = new generated.Driver({ features: device.offered, config: bytes });
  const config = all.readConfig(bytes) as Record<string, Value>;
  const seen: Seen[] = [];
  for (const { accepted, requests } of starts) {
    const backend = { open: () => new generated.Device({ offer: device.offered, config }) };
    const driver = await Driver.attach(backend, undefined, { accept: accepted, queueSize: 256 });
    const side = new generated.Driver({ features: accepted, config: bytes });
    const reader = new Reader(type, accepted, config, driver.device as unknown as Record<string, unknown>);
    for (const request of requests) {
      const opened = (driver as Driver<Record<string, never>>).queue(request.queue as never) as unknown as DriverQueue;
      const served = await reader.serve(opened, request);
      compare(side, request, served, scenario);
      seen.push({ queue: request.queue, kind: request.kind, sent: served, writable: request.writable });
    }
    await driver.close();
  }
  return seen;
}

function bytesOf({ readable }: RecordedRequest): Uint8Array {
  return Uint8Array.from(Buffer.from(readable.join(""), "hex"));
}

function compare(
  side: AnyDriverSide,
  request: RecordedRequest,
  served: Record<string, Value>,
  { fills = [], trails = [] }: Scenario,
): void {
  const bytes = bytesOf(request);
  const parsed = side.parseRequest(request.queue, request.kind, bytes);
  expect(pick(parsed, served), request.kind).toEqual(served);
  const built = side.request(request.queue, request.kind, parsed, {}).readable;
  for (const { queue, at, bytes: count } of fills) if (queue === request.queue) bytes.fill(0, at, at + count);
  const trailing = trails.find(({ kind }) => kind === request.kind)?.bytes ?? 0;
  expect(hex(built), `${request.kind} as our driver builds it`).toBe(hex(bytes.subarray(0, bytes.length - trailing)));
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("hex");
}

/** Bytes of a device-writable buffer that are given to the device at the most: a balloon's driver has all of its free memory in them. */
const ROOM_MAX = 65536;

/** Handlers that read all of a request and agree to it. */
class Reader {
  readonly #type: CompiledType;
  readonly #accepted: readonly string[];
  readonly #config: Readonly<Record<string, Value>>;
  #served: { readonly kind: string; readonly values: Record<string, Value> } | undefined;

  constructor(
    type: CompiledType,
    accepted: readonly string[],
    config: Readonly<Record<string, Value>>,
    device: Record<string, unknown>,
  ) {
    this.#type = type;
    this.#accepted = accepted;
    this.#config = config;
    for (const message of type.model.messages) {
      for (const item of message.kinds.length > 0 ? message.kinds : [message]) {
        device[item.handler] ??= (view: View) => this.#read(message, item, view);
      }
    }
  }

  /** What the device made of a request. */
  async serve(queue: DriverQueue, request: RecordedRequest): Promise<Record<string, Value>> {
    const { kind, readable, writable } = request;
    this.#served = undefined;
    const rooms = writable.map((length) => Math.min(length, ROOM_MAX));
    const room = rooms.reduce((sum, length) => sum + length, 0);
    const framing = { readable: readable.map((buffer) => buffer.length / 2), writable: rooms };
    await queue.sendBytes(kind, bytesOf(request), room, framing);
    const served = this.#served as { kind: string; values: Record<string, Value> } | undefined;
    expect(served?.kind, `the device refused ${JSON.stringify(request)}`).toBe(kind);
    return served?.values ?? {};
  }

  #read(message: Message, item: Kind | Message, view: View): void {
    const { toDevice } = "shape" in item ? item.shape : item.common;
    const switches = [message.switch, ...("selectors" in item ? item.selectors.map((one) => one.switch) : [])];
    const fields = shown(toDevice.fields).filter((field) => !switches.includes(field.name) && this.#exists(field));
    this.#served = { kind: item.name, values: readFields(this.#type.model, fields, view) };
    view.complete(("ok" in item ? item.ok : undefined) ?? message.status?.ok);
  }

  #exists({ if: gate }: Field): boolean {
    const { config } = this.#type.model;
    const names = new Map(config.fields.map(({ name, ts }) => [name, ts]));
    const feature = (name: string): boolean => this.#accepted.includes(name);
    const number = (name: string): number => Number(this.#config[names.get(name) ?? name] ?? 0);
    return gate === undefined || evaluate(gate, { feature, config: number, field: () => 0 }) !== 0;
  }
}
