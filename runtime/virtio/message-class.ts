import { Block } from "../memory/block.js";
import type { BufferSink, BufferSlot, BufferView, MessageLayout, Term } from "./buffer-view.js";
import { Scratch, SpareBlocks } from "./scratch.js";

/** A generated class for one message. */
export interface MessageClass<View extends BufferView = BufferView> {
  new (slot: BufferSlot): View;
  readonly layout: MessageLayout;
  readonly terms: readonly Term[];
}

/** Makes the views of a queue, one a slot, over two shared blocks of scratch. */
export function makeViews<View extends BufferView>(
  Message: MessageClass<View>,
  slots: number,
  sink: BufferSink,
  terms: Float64Array,
): View[] {
  const input = scratches(Message.layout.inputSize, slots);
  const output = scratches(Message.layout.outputSize, slots);
  return Array.from(
    { length: slots },
    (_, slot) => new Message({ sink, input: input(slot), output: output(slot), terms }),
  );
}

function scratches(size: number, slots: number): (slot: number) => Scratch {
  const stride = (size + 7) & ~7;
  const block = new Block(stride * slots);
  const spare = new SpareBlocks();
  return (slot) => new Scratch(block, slot * stride, stride, spare);
}
