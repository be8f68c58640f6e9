import type { Backend } from "../../runtime/index.js";
import { ToyBehaviour } from "./toy-behaviour.js";
import { type ConductName, conduct, conductNames } from "./toy-conduct.js";
import { definitionOf, ToyDevice } from "./toy-device.js";
import { type ToyHandlers, ToyRequest, ToyStatus } from "./toy-disk.js";

/** Words that the disk and its lane share: an index of `conductNames`; requests that are held; how often they were let go. */
const Word = { CONDUCT: 0, HELD: 1, RELEASES: 2 } as const;
type Words = Int32Array<SharedArrayBuffer>;

/** How often a lane looks whether requests are let go, in milliseconds. */
const LOOK = 1;

/** A toy disk that can run in a process of its own, and its queue on another thread. */
export class ToyDisk extends ToyDevice {
  readonly #words: Words = new Int32Array(new SharedArrayBuffer(12));

  constructor(name: ConductName) {
    super(definitionOf(ToyRequest));
    this.conduct(name);
  }

  conduct(name: ConductName): void {
    Atomics.store(this.#words, Word.CONDUCT, conductNames.indexOf(name));
  }

  /** Requests that wait for `release`. */
  get held(): number {
    return Atomics.load(this.#words, Word.HELD);
  }

  release(): void {
    Atomics.add(this.#words, Word.RELEASES, 1);
  }

  override share(): Words {
    return this.#words;
  }
}

/** Goes about each request as the disk says at that moment. */
class ToyLane implements ToyHandlers {
  readonly #words: Words;
  readonly #behaviour = new ToyBehaviour();
  readonly #held: ToyRequest[] = [];
  #conduct = -1;
  #releases: number;
  #timer: NodeJS.Timeout | undefined;

  constructor(words: Words) {
    this.#words = words;
    this.#releases = Atomics.load(words, Word.RELEASES);
  }

  read = (request: ToyRequest): unknown => this.#as((behaviour) => behaviour.read(request));
  write = (request: ToyRequest): unknown => this.#as((behaviour) => behaviour.write(request));
  sum = (request: ToyRequest): unknown => this.#as((behaviour) => behaviour.sum(request));
  list = (request: ToyRequest): unknown => this.#as((behaviour) => behaviour.list(request));

  #as(act: (behaviour: ToyBehaviour) => unknown): unknown {
    const now = Atomics.load(this.#words, Word.CONDUCT);
    if (now !== this.#conduct) conduct(this.#behaviour, conductNames[now] ?? "proper", this.#held);
    this.#conduct = now;
    try {
      return act(this.#behaviour);
    } finally {
      this.#tellHeld();
      if (this.#held.length > 0) this.#timer ??= setInterval(this.#look, LOOK);
    }
  }

  #tellHeld(): void {
    Atomics.store(this.#words, Word.HELD, this.#held.length);
  }

  readonly #look = (): void => {
    const releases = Atomics.load(this.#words, Word.RELEASES);
    if (releases === this.#releases) return;
    this.#releases = releases;
    clearInterval(this.#timer);
    this.#timer = undefined;
    for (const request of this.#held.splice(0)) request.complete(ToyStatus.OK);
    this.#tellHeld();
  };
}

const backend: Backend<{ readonly conduct: ConductName }, ToyDisk> = {
  open: ({ conduct: name }) => new ToyDisk(name),
  definition: definitionOf(ToyRequest),
  lane: ({ shared }: { readonly shared: Words }) => new ToyLane(shared),
};
export default backend;
