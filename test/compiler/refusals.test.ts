import { expect, test } from "vitest";
import type { Device } from "../../runtime/codegen.js";
import { Driver, type DriverQueue } from "../../runtime/testing/index.js";
import { type CompiledType, compiledTypes } from "./golden-models.js";
import { type Row, type Scene, scenes } from "./refusal-scenes.js";

const types = await compiledTypes();

/** Room for the status of a request that is sent as bytes. */
const STATUS = 1;

test.each(types.flatMap((type) => (scenes[type.name] ?? []).map((scene) => [type.name, type, scene] as const)))(
  "%s refuses what its chapter has it refuse",
  async (_, type, scene) => {
    const { driver, served } = await attach(type, scene);
    for (const row of scene.rows) {
      const [queue, kind, , answer] = row;
      const before = served.length;
      const reply = await send(driver.queue(queue as never), row);
      const what = `${kind} of ${queue}, row ${scene.rows.indexOf(row)}`;
      expect(served.length - before, what).toBe(answer === "served" ? 1 : 0);
      if (answer !== "served") expect(reply, what).toMatchObject(answer);
    }
    await driver.close();
  },
);

test("every scene is of a device type", () => {
  expect(types.map(({ name }) => name)).toEqual(expect.arrayContaining(Object.keys(scenes)));
});

/** A device whose behaviour answers everything at once, and says what it was handed. */
async function attach({ model, load }: CompiledType, { features = [], config = {} }: Scene) {
  const generated = await load();
  const served: string[] = [];
  const open = (): Device => {
    const device = new generated.Device({ offer: features, config });
    for (const message of model.messages)
      for (const { handler, name } of message.kinds.length > 0 ? message.kinds : [message])
        Object.assign(device, {
          [handler]: (request: { complete(status?: number): void }) => {
            served.push(name);
            request.complete(message.status?.ok);
          },
        });
    return device;
  };
  return { driver: await Driver.attach({ open }, undefined), served };
}

function send(queue: DriverQueue, [, kind, values]: Row): Promise<object> {
  return values instanceof Uint8Array ? queue.sendBytes(kind, values, STATUS) : queue.send(kind, values, {});
}
