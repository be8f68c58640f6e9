import { Block } from "../../runtime/memory/block.js";
import { type ToyHandlers, type ToyRequest, ToyStatus } from "./toy-disk.js";

/** Bytes of the medium. */
export const MEDIUM_SIZE = 4096;

/** What the medium holds at first: no zeroes, so that a read that leaves something out shows. */
export function mediumByte(at: number): number {
  return (at % 251) + 1;
}

/** Serves a toy disk's requests at once, from a medium in memory. */
export class ToyBehaviour implements ToyHandlers {
  readonly medium: Block = new Block(MEDIUM_SIZE);

  constructor() {
    this.medium.bytes.forEach((_, i) => {
      this.medium.bytes[i] = mediumByte(i);
    });
  }

  read(request: ToyRequest): unknown {
    const position = Number(request.position);
    if (position + request.room.byteLength > MEDIUM_SIZE) return request.complete(ToyStatus.ERROR);
    request.room.copyFrom(this.medium, position);
    return request.complete(ToyStatus.OK);
  }

  write(request: ToyRequest): unknown {
    const position = Number(request.position);
    if (position + request.data.byteLength > MEDIUM_SIZE) return request.complete(ToyStatus.ERROR);
    request.data.copyTo(this.medium, position);
    return request.complete(ToyStatus.OK);
  }

  sum(request: ToyRequest): unknown {
    let total = 0n;
    for (let i = 0; i < request.items.length; i++) total += request.items.at(i).value;
    request.total = BigInt.asUintN(64, total);
    return request.complete(ToyStatus.OK);
  }

  list(request: ToyRequest): unknown {
    request.answers.length = Math.min(request.count, request.answers.capacity);
    for (let i = 0; i < request.answers.length; i++) request.answers.at(i).value = request.position + BigInt(i);
    return request.complete(ToyStatus.OK);
  }
}
