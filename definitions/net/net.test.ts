import { expect, test } from "vitest";
import { NetDevice, type NetFeature, type NetTx } from "../../generated/net.js";
import { defineBackend } from "../../runtime/index.js";
import { Driver } from "../../runtime/testing/index.js";

type Offered = "GUEST_CSUM" | "GUEST_USO4" | "GUEST_USO6";

/** Hands packets to the driver, and takes none. */
class Wire extends NetDevice<Offered> {
  tx(packet: NetTx): void {
    packet.complete();
  }

  /** @returns whether the driver had a buffer for it */
  hear(packet: Uint8Array): boolean {
    return this.receiveq[0]?.post(({ data }) => data.copyFrom(packet)) ?? false;
  }
}

/** Linux's smallest buffer: 12 bytes of header, 14 of Ethernet, 4 of VLAN, 1500 of packet. */
const LINUX_BUFFER = 1530;

test.each<[NetFeature[], boolean]>([
  [[], true],
  [["GUEST_USO4"], true],
  [["GUEST_USO6"], true],
  [["GUEST_USO4", "GUEST_USO6"], false],
])("a short buffer with %j: taken %s", async (uso, isTaken) => {
  const accept = ["GUEST_CSUM", ...uso];
  const wire = new Wire({ offer: ["GUEST_CSUM", "GUEST_USO4", "GUEST_USO6"], config: { mac: new Uint8Array(6) } });
  const driver = await Driver.attach(defineBackend({ open: () => wire }), undefined, { accept });
  void driver.queue("receiveq").sendBytes("rx", new Uint8Array(), LINUX_BUFFER);
  expect(wire.hear(new Uint8Array(60))).toBe(isTaken);
  await driver.close();
});
