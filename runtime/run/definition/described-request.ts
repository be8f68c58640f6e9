import type { BufferSlot, MessageLayout, Term } from "../../virtio/buffer-view.js";
import { Codec } from "../../virtio/codec.js";
import type { DeviceDescription, MessageDescription, PartFieldDescription } from "../../virtio/description.js";
import type { MessageClass } from "../../virtio/message-class.js";
import { type Values, valueAt, withValueAt } from "../../virtio/part-layout.js";
import { PoolBuffer } from "../../virtio/pool-buffer.js";
import { Request } from "../../virtio/request.js";
import { kindsOf } from "./answers.js";
import type { DescribedDevice } from "./described-device.js";
import { kindIndex, type PartRead, type ReadPart, readPart } from "./read-part.js";
import { buffersIn, hex, lengthsOf } from "./record-file.js";
import { putPart, type WrittenPart, writtenPart } from "./written-part.js";

/** Bytes of a request that are looked at; the rest counts as payload. */
const LOOKED_AT = 65536;
const nothing: MessageLayout = { inputBase: 0, inputSize: 0, outputBase: 0, outputSize: 0 };
const noTerms: readonly Term[] = [];

/** The class of a message that nobody generated code for: it is read by its description, which is slow, and answered at once. */
export function describedRequest(
  device: DeviceDescription,
  queue: string,
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
      const name = kind?.name ?? `kind ${switchValue(read) ?? "of which there is too little"}`;
      const words = kind && read(kind.shape.toDevice).words;
      on.heard(message, name, words, this.writable.byteLength);
      const request = {
        queue,
        kind: kind?.name ?? "",
        readable: buffersIn(readable),
        writable: lengthsOf(this.writable),
      };
      const answer = this.#answer(on, kind?.name, kind?.shape.toDriver ?? commonFields(message));
      on.record?.add({ ...request, ...(answer && { answer: [hex(answer.head), hex(answer.tail)] }) });
      this.finish(0);
    }

    /** Writes what was written; undefined where nothing was, for there is nothing to say, or no room for it. */
    #answer(
      on: DescribedDevice,
      kind: string | undefined,
      fields: readonly PartFieldDescription[],
    ): WrittenPart | undefined {
      const answer = kind === undefined ? undefined : on.answers.get(kind);
      const meant = answer === undefined ? commonFields(message) : fields;
      const status = answer?.status ?? message.status?.unsupported;
      const values =
        status === undefined ? answer?.fields : withStatus(device, message, meant, answer?.fields ?? {}, status);
      if (values === undefined) return undefined;
      const part = writtenPart(device, codec, meant, values, on.scope);
      return putPart(part, this.writable) ? part : undefined;
    }
  }

  /** What the switch field says, where the part has room for it. */
  function switchValue(read: (fields: readonly PartFieldDescription[]) => PartRead): number | undefined {
    const fields = kindsOf(message)[0]?.shape.toDevice ?? [];
    return valueAt(device, fields, read(fields).values, message.switch ?? "");
  }
  return DescribedRequest as MessageClass<Request<never>>;
}

function withStatus(
  device: DeviceDescription,
  { status }: MessageDescription,
  fields: readonly PartFieldDescription[],
  values: Values,
  value: number,
): Values {
  return status === undefined ? values : withValueAt(device, fields, values, status.field, value);
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
