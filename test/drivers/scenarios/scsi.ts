import type { Meant, Scenario } from "../scenario.js";

/** Target 0, unit 0, single-level. */
const UNIT = Uint8Array.of(1, 0, 0x40, 0, 0, 0, 0, 0);

const hex = (text: string): string => Buffer.from(text).toString("hex");
const bytes = (digits: string): Uint8Array => Uint8Array.from(Buffer.from(digits, "hex"));

/** A processor device after SPC-3: no driver of the guest does more with it than pass commands on. */
const inquiry = `030005021f000000${hex("VDEV    GOLDEN          1.0 ")}`;
/** Not ready, manual intervention required: a descriptor of fixed format. */
const notReady = `70000200000000${"0a"}000000000403${"00".repeat(4)}`;
/** Only unit 0. */
const luns = "00000008000000000000000000000000";

/** A command, whose CDB the driver fills up with zeroes. */
function cmd(cdb: string, writable: readonly number[], more: object = {}): Meant {
  const sent = { lun: UNIT, taskAttr: 0, prio: 0, crn: 0, cdb: bytes(cdb.padEnd(64, "0")), ...more };
  return { queue: "requestq", kind: "cmd", sent, writable };
}

/** Linux's virtio_scsi: drivers/scsi/virtio_scsi.c. Under QEMU the firmware's driver has looked for disks before. */
const scsi: Omit<Scenario, "frontend"> = {
  device: "scsi",
  modules: ["sg", "virtio_scsi"],
  queues: 3,
  options: [
    ...["--offer", "HOTPLUG,CHANGE", "--set", "num_queues=1", "--set", "seg_max=14", "--set", "max_sectors=128"],
    ...["--set", "cmd_per_lun=4", "--set", "event_info_size=16", "--set", "max_target=0", "--set", "max_lun=0"],
    ...["--answer", `cmd=OK,datain=${inquiry}`, "--answer", "cmd=OK", "--answer", `cmd=OK,datain=${luns}`],
    ...["--answer", `cmd=OK,status=2,sense_len=18,sense=${notReady}`],
    ...["--answer", "cmd=OK,residual=12,datain=01020304", "--answer", "cmd=OK"],
    ...["--answer", "TMF_LOGICAL_UNIT_RESET=FUNCTION_SUCCEEDED"],
  ],
  guest: [
    ["until [ -c /dev/sg0 ]; do :; done; cat /sys/class/scsi_device/*/device/model", "GOLDEN"],
    ["ls /sys/class/scsi_device", /^\d+:0:0:0$/],
    ["cd /sys/class/scsi_host/host$(ls /sys/class/scsi_device | cut -d : -f 1); cat cmd_per_lun sg_tablesize", "4\n14"],
    ["! /scsi-command /dev/sg0 none 000000000000", `status 2, host 0, sense ${notReady}`],
    ["/scsi-command /dev/sg0 in a00000000000000000100000 16", "01020304"],
    ["/scsi-command /dev/sg0 out 3b0000000000000004 01020304"],
    ["/scsi-command /dev/sg0 reset"],
    { device: "post eventq,event=1,lun=0100000000000000,reason=2" },
    ["while [ -e /dev/sg0 ]; do :; done"],
  ],
  accepts: ["HOTPLUG", "CHANGE"],
  meant: [
    cmd("120000002400", [108, 36]),
    cmd("a0000000000000001000", [108, 4096]),
    cmd("000000000000", [108]),
    cmd("a0000000000000000010", [108, 16]),
    cmd("3b0000000000000004", [108], { dataout: Uint8Array.of(1, 2, 3, 4) }),
    { queue: "controlq", kind: "TMF_LOGICAL_UNIT_RESET", sent: { lun: UNIT }, writable: [1] },
  ],
};

/** Lengths of protection information stand before the CDB. */
const protectedCommands: Scenario = {
  ...scsi,
  frontend: "qemu",
  variant: "pi",
  options: scsi.options.map((option) => (option === "HOTPLUG,CHANGE" ? "HOTPLUG,CHANGE,T10_PI" : option)),
  accepts: ["HOTPLUG", "CHANGE", "T10_PI"],
  meant: scsi.meant.map((one) =>
    one.kind === "cmd" ? { ...one, sent: { ...one.sent, piBytesout: 0, piBytesin: 0 } } : one,
  ),
};

export const scenarios: readonly Scenario[] = [
  { ...scsi, frontend: "qemu" },
  {
    ...scsi,
    frontend: "uml",
    // QEMU passes on the whole space, in which these change nothing.
    writes: [
      ["cdb_size", "32"],
      ["sense_size", "96"],
    ],
  },
  protectedCommands,
];
