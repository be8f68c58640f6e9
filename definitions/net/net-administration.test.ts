import { expect, test } from "vitest";
import {
  NetAdministration,
  NetCapability,
  NetDevicePart,
  NetFfAction,
  NetFfMaskType,
  NetResourceObject,
} from "../../generated/net.js";

const codec = new NetAdministration(["IPSEC"]);
const ones = (length: number): Uint8Array => new Uint8Array(length).fill(255);

test("ids are those of the specification's tables", () => {
  expect(NetCapability).toEqual({
    ...{ FF_RESOURCE: 0x800, FF_SELECTOR: 0x801, FF_ACTION: 0x802, IPSEC_RESOURCE: 0x803, IPSEC_SA: 0x804 },
  });
  expect(NetResourceObject).toEqual({
    ...{ FF_GROUP: 0x200, FF_CLASSIFIER: 0x201, FF_RULE: 0x202, IPSEC_OUTB_SA: 0x203, IPSEC_INB_SA: 0x204 },
  });
  expect(NetDevicePart).toEqual({ CVQ_CFG_PART: 0x200 });
});

test("limits of the flow filter take 20 bytes", () => {
  const limits = { groupsLimit: 1, classifiersLimit: 2, rulesLimit: 3, rulesPerGroupLimit: 4 };
  const bytes = codec.encode("capabilities", "FF_RESOURCE", {
    ...limits,
    lastRulePriority: 5,
    selectorsPerClassifierLimit: 6,
  });
  expect([...bytes]).toEqual([1, 0, 0, 0, 2, 0, 0, 0, 3, 0, 0, 0, 4, 0, 0, 0, 5, 6, 0, 0]);
});

test("a classifier of Ethernet, IPv6 and UDP has the masks that the specification's example has", () => {
  const selectors = [
    { type: NetFfMaskType.ETH, flags: 0, mask: ones(14) },
    { type: NetFfMaskType.IPV6, flags: 0, mask: ones(40) },
    { type: NetFfMaskType.UDP, flags: 1, mask: ones(8) },
  ];
  const bytes = codec.encode("resourceObjects", "FF_CLASSIFIER", { selectors });
  expect(bytes.length).toBe(8 + 3 * 8 + 14 + 40 + 8);
  expect([...bytes.subarray(0, 17)]).toEqual([3, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 14, 0, 0, 0, 255]);
  expect([...bytes.subarray(30, 38)]).toEqual([3, 0, 0, 0, 40, 0, 0, 0]);
  expect([...bytes.subarray(78, 86)]).toEqual([5, 1, 0, 0, 8, 0, 0, 0]);
  expect(codec.decode("capabilities", "FF_SELECTOR", bytes)).toEqual({ selectors });
});

test("a rule has all keys behind it, 54 bytes for Ethernet and IPv6", () => {
  const rule = { groupId: 1, classifierId: 2, rulePriority: 3, action: NetFfAction.DIRECT_RX_VQ, vqIndex: 4 };
  const bytes = codec.encode("resourceObjects", "FF_RULE", { ...rule, keys: ones(54) });
  expect([...bytes.subarray(0, 17)]).toEqual([1, 0, 0, 0, 2, 0, 0, 0, 3, 54, 2, 0, 4, 0, 0, 0, 255]);
  expect(bytes.length).toBe(16 + 54);
});

test("actions are bytes behind their number", () => {
  const bytes = codec.encode("capabilities", "FF_ACTION", { actions: new Uint8Array([1, 2, 3, 4]) });
  expect([...bytes]).toEqual([4, 0, 0, 0, 0, 0, 0, 0, 1, 2, 3, 4]);
});

test("a device part is selected by the command that configured it", () => {
  const bytes = codec.encode("deviceParts", "CVQ_CFG_PART", { commandClass: 1, command: 0 });
  expect([...bytes]).toEqual([1, 0, 0, 0, 0, 0, 0, 0]);
});

test("IPsec needs its feature", () => {
  const limits = { inbSaLimit: 1, outbSaLimit: 2 };
  expect([...codec.encode("capabilities", "IPSEC_RESOURCE", limits)]).toEqual([1, 0, 0, 0, 2, 0, 0, 0]);
  expect(() => new NetAdministration().encode("capabilities", "IPSEC_RESOURCE", limits)).toThrow("does not exist");
});
