import { expect, test } from "vitest";
import {
  CryptoAdministration,
  CryptoCapability,
  CryptoIpsecDirection,
  CryptoIpsecMode,
  CryptoResourceObject,
} from "../../generated/crypto.js";

const codec = new CryptoAdministration();

test("ids are those of the specification's tables", () => {
  expect(CryptoCapability).toEqual({ IPSEC_RESOURCE: 0x800, IPSEC_SA: 0x801 });
  expect(CryptoResourceObject).toEqual({ IPSEC_OUTBOUND_SA: 0x200, IPSEC_INBOUND_SA: 0x201 });
});

test("each mode of IPsec takes 44 bytes", () => {
  const mode = {
    mode: CryptoIpsecMode.AH_TUNNEL,
    maxReplayWinSz: 64,
    options: 0x41,
    cipherAlgo: 8n,
    hmacAlgo: 1n << 54n,
  };
  const capMode = { ...mode, aeadAlgo: 2, maxCipherKeyLen: 32, maxAuthKeyLen: 16 };
  const bytes = codec.encode("capabilities", "IPSEC_SA", { capMode: [capMode, capMode] });
  expect(bytes.length).toBe(8 + 2 * 44);
  expect([...bytes.subarray(0, 20)]).toEqual([2, 0, 0, 0, 0, 0, 0, 0, 3, 0, 0, 0, 64, 0, 0, 0, 0x41, 0, 0, 0]);
  expect([...bytes.subarray(20, 40)]).toEqual([0, 0, 0, 0, 8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 64, 0]);
  expect([...bytes.subarray(40, 52)]).toEqual([2, 0, 0, 0, 32, 0, 0, 0, 16, 0, 0, 0]);
});

test("a security association has its keys and its lifetime at fixed places", () => {
  const key = (length: number, byte: number) => ({ length, data: new Uint8Array(32).fill(byte) });
  const sa = {
    ...{ mode: CryptoIpsecMode.ESP_TUNNEL, direction: CryptoIpsecDirection.OUTBOUND },
    ...{ objId: 2, spi: 3, salt: 4, options: 5n, udpSport: 6, udpDport: 7, replayWinSz: 8 },
    param: { type: 9, ipv4: { srcIp: 10, dstIp: 11, dscp: 12, df: 1, ttl: 13 } },
    ...{ cipherAlgo: 14n, cipherKey: key(16, 15), authAlgo: 16n, authKey: key(32, 17) },
    life: { packetsSoftLimit: 18n, bytesSoftLimit: 19n, packetsHardLimit: 20n, bytesHardLimit: 2n ** 64n - 1n },
  };
  const bytes = codec.encode("resourceObjects", "IPSEC_OUTBOUND_SA", sa);
  const view = new DataView(bytes.buffer);
  expect(bytes.length).toBe(196);
  expect([4, 8, 12].map((at) => view.getUint32(at, true))).toEqual([2, 3, 4]);
  expect([...bytes.subarray(24, 40)]).toEqual([9, 0, 0, 0, 10, 0, 0, 0, 11, 0, 0, 0, 12, 1, 13, 0]);
  expect([68, 70, 72, 84, 128].map((at) => view.getUint16(at, true))).toEqual([6, 7, 8, 16, 32]);
  expect([16, 76, 120, 164, 188].map((at) => view.getBigUint64(at, true))).toEqual([5n, 14n, 16n, 18n, 2n ** 64n - 1n]);
  expect([bytes[88], bytes[119], bytes[132], bytes[163]]).toEqual([15, 15, 17, 17]);
  expect(codec.decode("resourceObjects", "IPSEC_INBOUND_SA", bytes)).toMatchObject(sa);
});

test("a key of more than 256 bits is refused", () => {
  const bytes = codec.encode("resourceObjects", "IPSEC_OUTBOUND_SA", {} as never);
  bytes[84] = 33;
  const decode = () => codec.decode("resourceObjects", "IPSEC_OUTBOUND_SA", bytes);
  expect(decode).toThrow("resource_obj_ipsec_sa.cipher_key.length is 33, and at most 32 was expected");
});
