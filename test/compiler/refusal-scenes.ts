/** Queue, kind and values (or bytes) of a request, and what comes back: `served` by the behaviour, or these fields. */
export type Row = readonly [queue: string, kind: string, values: object, answer: "served" | object];

/** A device of some features and configuration. */
export interface Scene {
  readonly features?: readonly string[];
  readonly config?: object;
  readonly rows: readonly Row[];
}

const malformedFrame = { result: 1 };
const frame = { length: 8, flags: 0, canId: 1, sdu: new Uint8Array(8) };
const longFrame = { ...frame, length: 9, sdu: new Uint8Array(9) };
const attach = { domain: 1, endpoint: 1, mustBeZero: 0 };
const map = { domain: 1, virtStart: 0n, virtEnd: 4095n, physStart: 0n };
const invalid = { status: 4 };
const spi = {
  csMaxNumber: 1,
  csChangeSupported: 0,
  txNbitsSupported: 0,
  rxNbitsSupported: 0,
  bitsPerWordMask: 0,
  modeFuncSupported: 0x1f,
  maxFreqHz: 0,
  maxWordDelayNs: 0,
  maxCsSetupNs: 0,
  maxCsHoldNs: 0,
  maxCsInactiveNs: 10,
};
const wrongTransfer = { result: 1 };

/** A task management function that SAM does not have. */
const unknownFunction = Uint8Array.of(0, 0, 0, 0, 99, ...new Uint8Array(19));

/** What the chapters of VIRTIO 1.4 leave no choice about, where the definition has the data for it. */
export const scenes: Readonly<Record<string, readonly Scene[]>> = {
  can: [
    {
      features: ["CAN_CLASSIC"],
      config: { status: 0 },
      rows: [
        ["txq", "TX", frame, "served"],
        ["txq", "TX", { ...frame, flags: 0x8000 }, "served"],
        ["txq", "TX", { ...frame, flags: 1 }, malformedFrame],
        ["txq", "TX", longFrame, malformedFrame],
      ],
    },
    { features: ["CAN_FD"], config: { status: 0 }, rows: [["txq", "TX", longFrame, "served"]] },
  ],
  gpio: [
    {
      features: ["IRQ"],
      config: { ngpio: 4, gpioNamesSize: 0 },
      rows: [
        ["requestq", "GET_VALUE", { gpio: 3 }, "served"],
        ["requestq", "GET_VALUE", { gpio: 4 }, { status: 1 }],
        ["requestq", "GET_LINE_NAMES", { gpio: 0 }, { status: 1 }],
        ["eventq", "irq", { gpio: 4 }, { status: 0 }],
      ],
    },
  ],
  iommu: [
    {
      features: ["MAP_UNMAP"],
      config: { pageSizeMask: 1n },
      rows: [
        ["requestq", "ATTACH", { ...attach, attachFlags: 0 }, "served"],
        ["requestq", "ATTACH", { ...attach, attachFlags: 1 }, invalid],
        ["requestq", "MAP", { ...map, mapFlags: 3 }, "served"],
        ["requestq", "MAP", { ...map, mapFlags: 4 }, invalid],
      ],
    },
    {
      features: ["MAP_UNMAP", "MMIO", "BYPASS_CONFIG"],
      config: { pageSizeMask: 1n, bypass: 0 },
      rows: [
        ["requestq", "ATTACH", { ...attach, attachFlags: 1 }, "served"],
        ["requestq", "ATTACH", { ...attach, attachFlags: 2 }, invalid],
        ["requestq", "MAP", { ...map, mapFlags: 7 }, "served"],
        ["requestq", "MAP", { ...map, mapFlags: 8 }, invalid],
      ],
    },
  ],
  media: [
    {
      config: { deviceCaps: 0, deviceType: 0, card: "" },
      rows: [["commandq", "CLOSE", { sessionId: 1 }, "served"]],
    },
  ],
  mem: [
    {
      config: {
        blockSize: 4096,
        nodeId: 0,
        addr: 65536,
        regionSize: 65536,
        usableRegionSize: 65536,
        pluggedSize: 0,
        requestedSize: 0,
      },
      rows: [
        ["guest_request", "PLUG", { addr: 65536, nbBlocks: 1 }, "served"],
        ["guest_request", "PLUG", { addr: 61440, nbBlocks: 1 }, { response: 3 }],
        ["guest_request", "UNPLUG", { addr: 131072, nbBlocks: 1 }, { response: 3 }],
        ["guest_request", "STATE", { addr: 65536, nbBlocks: 0 }, { response: 3 }],
      ],
    },
  ],
  rtc: [
    {
      features: ["ALARM"],
      rows: [
        ["requestq", "SET_ALARM", { alarmTime: 1n, clockId: 0, alarmFlags: 1 }, "served"],
        ["requestq", "SET_ALARM", { alarmTime: 1n, clockId: 0, alarmFlags: 2 }, { reply: { status: 4 } }],
        ["requestq", "SET_ALARM_ENABLED", { clockId: 0, alarmFlags: 2 }, { reply: { status: 4 } }],
      ],
    },
  ],
  scsi: [
    {
      config: {
        numQueues: 1,
        segMax: 1,
        maxSectors: 8,
        cmdPerLun: 1,
        eventInfoSize: 16,
        maxChannel: 0,
        maxTarget: 0,
        maxLun: 0,
      },
      rows: [["controlq", "TMF_ABORT_TASK", unknownFunction, { response: 11 }]],
    },
  ],
  snd: [
    {
      config: { jacks: 0, streams: 1, chmaps: 0 },
      rows: [
        ["controlq", "PCM_START", { streamId: 0 }, "served"],
        ["controlq", "PCM_START", { streamId: 1 }, { status: 0x8001 }],
        ["controlq", "JACK_REMAP", { jackId: 0, association: 0, sequence: 0 }, { status: 0x8001 }],
        ["txq", "playback", { streamId: 1 }, { status: 0x8003 }],
      ],
    },
  ],
  spi: [
    {
      config: spi,
      rows: [
        ["requestq", "transfer", { csChangeDelayInactiveNs: 10, mode: 0x1f, freq: 0xffffffff }, "served"],
        ["requestq", "transfer", { csChangeDelayInactiveNs: 11 }, wrongTransfer],
        ["requestq", "transfer", { chipSelectId: 1 }, wrongTransfer],
        ["requestq", "transfer", { csChange: 1 }, wrongTransfer],
        ["requestq", "transfer", { wordDelayNs: 1 }, wrongTransfer],
        ["requestq", "transfer", { mode: 0x20 }, wrongTransfer],
      ],
    },
    { config: { ...spi, maxFreqHz: 1000 }, rows: [["requestq", "transfer", { freq: 1001 }, wrongTransfer]] },
  ],
};
