import type { Backend } from "../../runtime/index.js";
import { ToyBehaviour } from "./toy-behaviour.js";
import { type ConductName, conduct } from "./toy-conduct.js";
import { definitionOf, ToyDevice } from "./toy-device.js";
import { ToyRequest, ToyStatus } from "./toy-disk.js";

/** A toy disk that can run in a process of its own. */
export class ToyDisk extends ToyDevice {
  readonly behaviour = new ToyBehaviour();
  /** Requests that wait for `release`. */
  readonly held: ToyRequest[] = [];

  constructor(name: ConductName) {
    super(definitionOf(ToyRequest));
    this.conduct(name);
  }

  conduct(name: ConductName): void {
    conduct(this.behaviour, name, this.held);
  }

  /** It runs on one thread. */
  override share(): ToyBehaviour {
    return this.behaviour;
  }

  release(): void {
    for (const request of this.held.splice(0)) request.complete(ToyStatus.OK);
  }
}

const backend: Backend<{ readonly conduct: ConductName }, ToyDisk> = {
  open: ({ conduct: name }) => new ToyDisk(name),
  lane: ({ shared }: { readonly shared: ToyBehaviour }) => shared,
};
export default backend;
