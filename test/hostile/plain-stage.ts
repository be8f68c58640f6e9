import { Guest } from "../runtime/guest.js";
import { INDIRECT_DESC, RING_PACKED, Rig } from "../runtime/rig.js";
import { ToyBehaviour } from "../runtime/toy-behaviour.js";
import { conduct } from "../runtime/toy-conduct.js";
import { type ToyRequest, ToyStatus } from "../runtime/toy-disk.js";
import { fill, RUNS, ringIn, type Scene, type Stage } from "./stage.js";

/** A device in this process, on plain memory: a kick has done all there is to do when it returns. */
export const plainStage: Stage = {
  name: "plain memory",
  async open(queueSize, features, packed): Promise<Scene> {
    const guest = new Guest(RUNS);
    fill(guest);
    const behaviour = new ToyBehaviour();
    const held: ToyRequest[] = [];
    const rig = new Rig(guest.memory, behaviour);
    const ring = ringIn(guest, queueSize, packed);
    const format = packed ? [RING_PACKED] : [];
    rig.start([ring.layout], ...features, ...format);
    return {
      guest,
      ring,
      kick: async () => rig.kick(),
      conduct: async (name) => conduct(behaviour, name, held),
      trouble: async () => ({ rule: rig.brokenRule, errors: rig.errors.length, configChanges: rig.configChanges }),
      held: async () => held.length,
      async restart() {
        rig.model.writeStatus(0);
        for (const request of held) request.complete(ToyStatus.OK);
        await new Promise(setImmediate);
        conduct(behaviour, "proper", held);
        const next = ringIn(guest, 4, packed);
        rig.start([next.layout], INDIRECT_DESC, ...format);
        return next;
      },
      close: async () => {},
    };
  },
  close: async () => {},
};
