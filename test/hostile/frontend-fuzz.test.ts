import { fc, test } from "@fast-check/vitest";
import { afterAll, beforeAll, expect } from "vitest";
import { native } from "../../runtime/native/native.js";
import type { FrontendSocket } from "../../runtime/vhost-user/frontend-socket.js";
import { requestTable } from "../../runtime/vhost-user/request-table.js";
import { encodeMessage } from "../../runtime/vhost-user/wire.js";
import { randomRuns } from "../random-runs.js";
import type { Attacker } from "./attacker.js";
import { words } from "./payloads.js";
import { Target } from "./target.js";

let target: Target;
beforeAll(async () => {
  target = await Target.start();
});
afterAll(() => target.process.kill());

/** Numbers at which something ends. */
const edge = fc.constantFrom(
  ...[0n, 1n, 2n, 8n, 0x100n, 0x1000n, 0xffffn, 0x10_0000n, 2n ** 31n, 2n ** 32n - 1n, 2n ** 53n, 2n ** 63n],
  ...[2n ** 64n - 1n, 2n ** 64n - 4096n, 0x5000_0000_0000n, 2n ** 30n + 2n ** 32n, 0x1_b229n],
);
const ids = [...requestTable.keys()];
const kinds = ["eventfd", "memfd", "socket", "memory"] as const;

const message = fc.record({
  request: fc.oneof({ weight: 9, arbitrary: fc.constantFrom(...ids) }, { weight: 1, arbitrary: fc.nat(0xffff_ffff) }),
  flags: fc.oneof({ weight: 9, arbitrary: fc.constantFrom(1, 9) }, { weight: 1, arbitrary: fc.nat(0xffff_ffff) }),
  values: fc.array(edge, { maxLength: 13 }),
  /** Bytes more or less than the request should have, as often as not. */
  surplus: fc.option(fc.integer({ min: -8, max: 8 }), { nil: 0, freq: 3 }),
  /** What the header says beyond the truth. */
  lie: fc.option(fc.constantFrom(-1, 1, 4096, 0x7fff_ffff), { nil: 0, freq: 20 }),
  descriptors: fc.option(fc.array(fc.constantFrom(...kinds), { maxLength: 10 }), { nil: undefined, freq: 4 }),
  cuts: fc.array(fc.nat(80), { maxLength: 3 }),
});
type Raw = typeof message extends fc.Arbitrary<infer T> ? T : never;

const session = fc.record({
  prelude: fc.constantFrom("none", "negotiated", "running"),
  messages: fc.array(message, { minLength: 1, maxLength: 12 }),
  /** Bytes of the last message that are never sent. */
  missing: fc.nat(20),
});

/** A payload of the right size, unless it is to be of a wrong one, with values at the edges. */
function payloadOf({ request, values, surplus }: Raw): Uint8Array {
  const size = Math.max(0, (requestTable.get(request)?.size[0] ?? values.length * 8) + surplus);
  const bytes = new Uint8Array(size);
  bytes.set(words(...values).subarray(0, size));
  return bytes;
}

/** As many as the request should have, unless it is to have others. */
function descriptorsOf({ request, descriptors }: Raw, attacker: Attacker): number[] {
  const usual = Array<(typeof kinds)[number]>(requestTable.get(request)?.descriptors[1] ?? 0).fill("eventfd");
  return (descriptors ?? usual).map((kind) => {
    if (kind === "eventfd") return attacker.own(native().eventfd());
    if (kind === "memfd") return attacker.memfd(2 ** 20);
    if (kind === "memory") return attacker.regions.fd;
    const [ours, theirs] = native().socketPair();
    attacker.own(ours);
    return attacker.own(theirs);
  });
}

async function send(socket: FrontendSocket, raw: Raw, attacker: Attacker, missing: number): Promise<void> {
  const payload = payloadOf(raw);
  const size = (payload.length + raw.lie) >>> 0;
  const whole = encodeMessage(raw.request >>> 0, raw.flags >>> 0, payload, size);
  const bytes = whole.subarray(0, Math.max(1, whole.length - missing));
  const inside = [...new Set(raw.cuts)].filter((cut) => cut > 0 && cut < bytes.length).sort((a, b) => a - b);
  const edges = [0, ...inside, bytes.length];
  const descriptors = descriptorsOf(raw, attacker);
  for (const [i, end] of edges.slice(1).entries()) {
    await socket.send(bytes.slice(edges[i], end), i === 0 ? descriptors : []);
    await new Promise(setImmediate);
  }
}

test.prop([session], { numRuns: randomRuns(150) })(
  "whatever a frontend sends, the process lives, the next client is served, and nothing is left",
  async ({ prelude, messages, missing }) => {
    const attacker = target.connect();
    const { socket } = attacker.frontend;
    try {
      if (prelude !== "none") await attacker.negotiate();
      if (prelude === "running") await attacker.start();
      // Replies are whatever they are.
      socket.onMessage = ({ descriptors }) => {
        for (const fd of descriptors) native().close(fd);
      };
      for (const [i, raw] of messages.entries()) {
        await send(socket, raw, attacker, i === messages.length - 1 ? missing : 0);
      }
    } catch (error) {
      // It is the backend's right to leave.
      expect(error).toMatchObject({ code: "VDEV_BACKEND_GONE" });
    } finally {
      attacker.close();
    }
    await target.expectUnharmed();
  },
);
