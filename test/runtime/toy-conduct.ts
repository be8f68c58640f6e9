import { ToyBehaviour } from "./toy-behaviour.js";
import { type ToyHandlers, type ToyRequest, ToyStatus } from "./toy-disk.js";

/** Ways to go about requests, by name: the behaviour may run in another process. They keep what they never complete. */
const conducts = {
  proper: () => ({}),
  holdsReads: (held) => ({ read: (request) => void held.push(request) }),
  announcesAListAndFillsNothingIn: () => ({
    list(request) {
      request.answers.length = 3;
      request.complete(ToyStatus.OK);
    },
  }),
  readsAnElementTooMuch: () => ({
    sum(request) {
      request.total = request.items.at(1).value;
      request.complete(ToyStatus.OK);
    },
  }),
  answersWithoutData: () => ({ read: (request) => request.complete(ToyStatus.OK) }),
  failsInTheMiddle: () => ({
    read(request) {
      request.room.fill(0x11, 0, 32);
      throw new Error("the medium is gone");
    },
  }),
  writesTooMuch: () => ({
    read(request) {
      request.room.copyFrom(new Uint8Array(100), 0, 0, 100);
      request.complete(ToyStatus.OK);
    },
  }),
} as const satisfies Readonly<Record<string, (held: ToyRequest[]) => Partial<ToyHandlers>>>;

export type ConductName = keyof typeof conducts;
export const conductNames = Object.keys(conducts) as ConductName[];

const { read, write, sum, list } = ToyBehaviour.prototype;

/** Has a behaviour go about requests in that way from now on. */
export function conduct(behaviour: ToyBehaviour, name: ConductName, held: ToyRequest[]): void {
  Object.assign(behaviour, { read, write, sum, list }, conducts[name](held));
}
