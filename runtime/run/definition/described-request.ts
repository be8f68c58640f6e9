import type { BufferSlot, MessageLayout, Term } from "../../virtio/buffer-view.js";
import { Codec } from "../../virtio/codec.js";
import type {
  DeviceDescription,
  MessageDescription,
  PartFieldDescription,
  QueueDescription,
} from "../../virtio/description.js";
import type { Scope } from "../../virtio/expression.js";
import type { MessageClass } from "../../virtio/message-class.js";
import { type Values, valueAt, withValueAt } from "../../virtio/part-layout.js";
import { PoolBuffer } from "../../virtio/pool-buffer.js";
import { Request } from "../../virtio/request.js";
import { kindsOf, type NamedShape } from "./answers.js";
import { withCopies } from "./copies.js";
import type { DescribedDevice } from "./described-device.js";
import { kindIndex, type ReadPart, readPart } from "./read-part.js";
import { buffersIn, hex, lengthsOf } from "./record-file.js";
import { putPart, type WrittenPart, writtenPart } from "./written-part.js";

/** Bytes of a request that are looked at; the rest counts as payload. */
const LOOKED_AT = 65536;
const nothing: MessageLayout = { inputBase: 0, inputSize: 0, outputBase: 0, outputSize: 0 };
const noTerms: readonly Term[] = [];

/**
 * The class of a message that nobody generated code for: it is read by its description, which is slow, and answered at once, or
 * kept where the queue is one whose buffers are held.
 */
export function describedRequest(
  device: DeviceDescription,
  { name: queue, held = false }: QueueDescription,
  message: MessageDescription,
): MessageClass<Request<never>> {
  const codec = new Codec(device);
  class DescribedRequest extends Request<DescribedDevice> {
    static readonly layout: MessageLayout = nothing;
    static readonly terms: readonly Term[] = noTerms;

    constructor(slot: BufferSlot) {
      super(slot, nothing);
    }

    override dispatch(on: DescribedDevice): void {
      if (!this.openCommon(0, 0, 0, 0)) return;
      const readable = this.openReadable(0, 0);
      const part: ReadPart = {
        bytes: new Uint8Array(Math.min(readable.byteLength, LOOKED_AT)),
        length: readable.byteLength,
      };
      readable.copyTo(part.bytes, 0, 0, part.bytes.length);
      this.openWritable(0, 0);
      const read = (fields: readonly PartFieldDescription[]) => readPart(device, codec, fields, part, on.scope);
      const kinds = kindsOf(message);
      const index = kindIndex(device, message, ({ toDevice }) => read(toDevice).values) ?? 0;
      const kind = kinds[index];
      const toDevice = (kind ?? kinds[0])?.shape.toDevice ?? [];
      const { words, values } = read(toDevice);
      const unknown = valueAt(device, toDevice, values, message.switch ?? "") ?? "of which there is too little";
      on.heard(message, kind?.name ?? `kind ${unknown}`, kind && words, this.writable.byteLength);
      const request = {
        queue,
        kind: kind?.name ?? "",
        readable: buffersIn(readable),
        writable: lengthsOf(this.writable),
      };
      const answer = this.#answer(on, kind, { toDevice, values });
      on.record?.add({ ...request, ...(answer && { answer: [hex(answer.head), hex(answer.tail)] }) });
      if (held) on.keep(queue, () => this.finish(0));
      else this.finish(0);
    }

    /** Writes what was written; undefined where nothing was, for there is nothing to say, or no room for it. */
    #answer(on: DescribedDevice, kind: NamedShape | undefined, { toDevice, values }: Sent): WrittenPart | undefined {
      const answer = kind && on.answers.next(kind.name);
      const toDriver = answer === undefined ? commonFields(message) : (kind?.shape.toDriver ?? []);
      const status = answer?.status ?? message.status?.unsupported;
      if (answer === undefined && status === undefined) return undefined;
      const copied = withCopies(device, message.copies ?? [], { toDevice, toDriver }, values, answer?.fields ?? {});
      const given = withStatus(device, message, toDriver, copied, status);
      const scope: Scope = { ...on.scope, field: (path) => valueAt(device, toDevice, values, path) ?? 0 };
      const part = writtenPart(device, codec, toDriver, given, scope, this.writable.byteLength);
      return putPart(part, this.writable) ? part : undefined;
    }
  }
  return DescribedRequest as MessageClass<Request<never>>;
}

/** What the driver sent, by TypeScript name, and the fields that it was read as. */
interface Sent {
  readonly toDevice: readonly PartFieldDescription[];
  readonly values: Values;
}

function withStatus(
  device: DeviceDescription,
  { status }: MessageDescription,
  fields: readonly PartFieldDescription[],
  values: Values,
  value: number | undefined,
): Values {
  return status === undefined || value === undefined
    ? values
    : withValueAt(device, fields, values, status.field, value);
}

/** What the answers to all kinds have: a refusal holds no more. */
function commonFields(message: MessageDescription): readonly PartFieldDescription[] {
  const [first, ...others] = kindsOf(message).map(({ shape }) => shape.toDriver);
  const isIn = (field: PartFieldDescription) => (fields: readonly PartFieldDescription[]) =>
    fields.some(({ name, at }) => name === field.name && at === field.at);
  return (first ?? []).filter((field) => others.every(isIn(field)));
}

/** A pool's buffer. The device keeps it until it has something to say. */
export class HeldBuffer extends PoolBuffer {
  static readonly layout: MessageLayout = nothing;
  static readonly terms: readonly Term[] = noTerms;

  constructor(slot: BufferSlot) {
    super(slot, nothing);
  }

  override prepare(): boolean {
    return this.openCommon(0, 0, 0, 0);
  }

  /** @throws RangeError where the driver's buffer is too small */
  say(part: WrittenPart): void {
    if (putPart(part, this.openWritable(0, 0))) return;
    throw new RangeError(`${part.head.length + part.tail.length} bytes do not fit in the buffer that the driver left`);
  }

  override complete(): void {
    this.finish(0);
  }
}
