import type { BufferSlot, MessageLayout, Term } from "../../virtio/buffer-view.js";
import { Codec, nameOf, sizeOf, type Value } from "../../virtio/codec.js";
import type { DeviceDescription, FieldDescription, MessageDescription } from "../../virtio/description.js";
import type { MessageClass } from "../../virtio/message-class.js";
import { PoolBuffer } from "../../virtio/pool-buffer.js";
import { Request } from "../../virtio/request.js";
import { kindsOf } from "./answers.js";
import type { DescribedDevice } from "./described-device.js";
import { type ReadPart, readPart, switchValue } from "./read-part.js";

/** Bytes of a request that are looked at; the rest counts as payload. */
const LOOKED_AT = 65536;
const nothing: MessageLayout = { inputBase: 0, inputSize: 0, outputBase: 0, outputSize: 0 };
const noTerms: readonly Term[] = [];

/** The class of a message that nobody generated code for: it is read by its description, which is slow, and answered at once. */
export function describedRequest(device: DeviceDescription, message: MessageDescription): MessageClass<Request<never>> {
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
      const kinds = kindsOf(message);
      const value = switchValue(codec, message, part);
      const index = message.kinds?.findIndex((kind) => kind.value === value) ?? 0;
      const kind = kinds[index];
      const fields = kind && readPart(device, codec, kind.shape.toDevice, part);
      on.heard(
        message,
        kind?.name ?? `kind ${value ?? "of which there is too little"}`,
        fields,
        this.writable.byteLength,
      );
      this.#answer(on, kind?.name, kind?.shape.toDriver ?? commonFields(message));
    }

    #answer(on: DescribedDevice, kind: string | undefined, fields: readonly FieldDescription[]): void {
      const answer = kind === undefined ? undefined : on.answers.get(kind);
      const meant = answer === undefined ? commonFields(message) : fields;
      const status = answer?.status ?? message.status?.unsupported;
      if (status !== undefined) this.#write(meant, { ...answer?.fields, ...statusValue(message, meant, status) });
      this.finish(0);
    }

    /** Fields from the start, then those from the end; where there is no room for both, nothing is answered. */
    #write(fields: readonly FieldDescription[], values: Readonly<Record<string, Value>>): void {
      const head = Math.max(0, ...fields.map(({ at, type }) => (at < 0 ? 0 : at + sizeOf(device, type))));
      const tail = -Math.min(0, ...fields.map(({ at }) => at));
      const room = this.writable.byteLength;
      if (head + tail > room) return;
      const bytes = new Uint8Array(head + tail);
      const view = new DataView(bytes.buffer);
      for (const field of fields) {
        const value = values[nameOf(field)];
        if (value !== undefined)
          codec.encode(field.type, view, field.at < 0 ? bytes.length + field.at : field.at, value);
      }
      this.writable.copyFrom(bytes, 0, 0, head);
      this.writable.copyFrom(bytes, head, room - tail, tail);
    }
  }
  return DescribedRequest as MessageClass<Request<never>>;
}

function statusValue(
  { status }: MessageDescription,
  fields: readonly FieldDescription[],
  value: number,
): Readonly<Record<string, Value>> {
  const field = fields.find(({ name }) => name === status?.field);
  return field === undefined ? {} : { [nameOf(field)]: value };
}

/** What the answers to all kinds have: a refusal holds no more. */
function commonFields(message: MessageDescription): readonly FieldDescription[] {
  const [first, ...others] = kindsOf(message).map(({ shape }) => shape.toDriver);
  const isIn = (field: FieldDescription) => (fields: readonly FieldDescription[]) =>
    fields.some(({ name, at }) => name === field.name && at === field.at);
  return (first ?? []).filter((field) => others.every(isIn(field)));
}

/** A pool's buffer: the device keeps it, for it has nothing to say. */
export class HeldBuffer extends PoolBuffer {
  static readonly layout: MessageLayout = nothing;
  static readonly terms: readonly Term[] = noTerms;

  constructor(slot: BufferSlot) {
    super(slot, nothing);
  }

  override prepare(): boolean {
    return this.openCommon(0, 0, 0, 0);
  }

  override complete(): void {
    this.finish(0);
  }
}
