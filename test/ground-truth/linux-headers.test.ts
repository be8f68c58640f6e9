import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { SourceText } from "../../compiler/diagnostics/source-text.js";
import { compileDefinition, readDefinitions } from "../../compiler/front.js";
import type { DeviceModel } from "../../compiler/model/model.js";
import { describeWithPeers, peersRoot } from "../peers/peers.js";
import { compareWithLinux, type Truth } from "./compare.js";

const root = fileURLToPath(new URL("../../", import.meta.url));
/** The newest headers of Debian's linux-libc-dev, and nothing of the host's. */
const headers = ["usr/include", "usr/include/x86_64-linux-gnu"].map((folder) => join(peersRoot, folder));

const { devices } = await readDefinitions(["definitions"], { cwd: root });
const inLinux = devices.filter(({ linux }) => linux?.header !== undefined);

describeWithPeers("definitions against the Linux headers", () => {
  test.each(inLinux.map((device) => [device.name, device] as const))("%s", async (name, device) => {
    const truth = await compareWithLinux(device, headers);
    console.log(summary(name, device, truth));
    expect(truth.errors, device.source).toEqual([]);
  });

  test("the other definitions have no header", () => {
    const others = devices.filter((device) => !inLinux.includes(device)).map(({ name }) => name);
    console.log(`no Linux header: ${others.join(", ")}`);
    expect(inLinux.length).toBeGreaterThan(0);
  });

  test("constants, sizes, places and stale exceptions are all looked at", async () => {
    const folder = await mkdtemp(join(tmpdir(), "vdev-linux-"));
    try {
      await mkdir(join(folder, "linux"));
      await writeFile(join(folder, "linux/virtio_sample.h"), invented);
      await writeFile(join(folder, "linux/virtio_sample_more.h"), setApart);
      await writeFile(join(folder, "linux/virtio_sampler.h"), "#error another device's");
      const { errors, excepted, matched } = await compareWithLinux(await sample(), [folder, ...headers]);
      expect(errors).toEqual([
        "L001: linux.missing lists F_FOUND but virtio_sample.h has VIRTIO_SAMPLE_F_FOUND",
        "F_LOST: virtio_sample.h has no VIRTIO_SAMPLE_F_LOST [list it under linux.missing, or name it in linux.names]",
        "L002: the constant of S_ERR is 1 here and 2 in virtio_sample.h",
        "L002: the offset of answer.pair.low is 4 here and 6 in virtio_sample.h",
        "L002: the offset of answer.pair.high is 6 here and 4 in virtio_sample.h",
        "L002: the size of config is 8 here and 12 in virtio_sample.h",
        "L002: the offset of config.b is 4 here and 8 in virtio_sample.h",
        "L002: the size of virtio_sample_whole is 5 here and 8 in virtio_sample.h",
        "L002: the offset of virtio_sample_whole.status is 4 here and 5 in virtio_sample.h",
        "VIRTIO_SAMPLE_F_MORE of virtio_sample.h is not in the definition [list it under linux.extra]",
        "virtio_sample_apart of virtio_sample.h is not in the definition [list it under linux.extra]",
        "L001: linux.names lists config.c, and nothing needs it [remove the entry]",
        "L001: linux.missing lists F_FOUND, and nothing needs it [remove the entry]",
        "L001: linux.extra lists GONE_*, and nothing needs it [remove the entry]",
        "L001: linux.differs lists F_SAME, and nothing needs it [remove the entry]",
        "L001: linux.inline lists config.a, which is no struct",
      ]);
      expect(excepted).toEqual([
        "missing F_NEW (not yet)",
        "differs F_OTHER: 3 here, 5 in Linux (a slip)",
        "missing pair (written out in answer)",
        "missing item (bytes)",
        "extra OLD",
        "extra old_hdr",
      ]);
      // F_SAME, F_FOUND, S_OK, ID, LIMITS_CAP; sizes of two members of config, of answer and its two, of limits and its two, of
      // the head and its one, of two in whole; places of one in config, two in answer, of which one lies deeper in Linux's
      // struct, three in limits, and one in each part.
      expect(matched).toEqual({ constants: 5, sizes: 12, offsets: 8 });
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  test.each([
    ["of: request,", "of: requests,", "linux.parts: sample has no status in requests"],
    ["from: status", "from: state", "linux.parts: sample has no state in request"],
  ])("a part that is not there: %s is %s", async (was, is, message) => {
    await expect(compareWithLinux(await sample(was, is), headers)).rejects.toThrow(message);
  });
});

const invented = `
#ifndef _SAMPLE_H
#define _SAMPLE_H
#include <linux/types.h>
#define VIRTIO_SAMPLE_F_SAME 0
#define VIRTIO_SAMPLE_F_OTHER 5
#define VIRTIO_SAMPLE_F_MORE 9 /* struct comment { } */
#define VIRTIO_ID_SAMPLE 65535
enum { VIRTIO_SAMPLE_F_FOUND = 2, VIRTIO_SAMPLE_OLD };
enum virtio_sample_status { VIRTIO_SAMPLE_S_OK, VIRTIO_SAMPLE_S_ERR = 2 };
struct virtio_sample_config { __le32 first; __le32 gap; __le32 b; };
struct virtio_sample_answer { union { __le32 value; } u; struct { __le16 high; __le16 low; } pair; };
struct virtio_sample_head { __le32 x; };
struct virtio_sample_whole { struct virtio_sample_head head; __u8 gap; __u8 status; };
struct virtio_sample_old_hdr { __u8 x; };
#endif
`;

const setApart = `
#include <linux/types.h>
#define VIRTIO_SAMPLE_LIMITS_CAP 0x800
struct virtio_sample_limits { __u8 count; __u8 reserved[3]; __u8 items[]; };
struct virtio_sample_apart { __u8 x; };
`;

async function sample(was = "", is = ""): Promise<DeviceModel> {
  const text = `
schema: 1
device: sample
id: 65535
status: experimental
title: Sample device
features:
  SAME: { bit: 0, doc: As in Linux. }
  NEW: { bit: 1, doc: Not in Linux. }
  FOUND: { bit: 2, doc: Said not to be in Linux. }
  OTHER: { bit: 3, doc: Another bit in Linux. }
  LOST: { bit: 4, doc: Not in Linux either. }
names:
  status: { prefix: S, doc: Outcome., values: { OK: 0, ERR: 1 } }
config: { fields: { a: le32, b: le32 } }
structs:
  pair: { doc: Two numbers., fields: { low: le16, high: le16 } }
  answer: { doc: An answer., fields: { value: le32, pair: pair } }
  item: { doc: An item., fields: { length: u8, bytes: { type: "u8[length]", max: 255 } } }
  limits: { doc: Items., fields: { count: u8, reserved: "reserved[3]", items: { type: "item[count]", max: 8 } } }
capabilities: { LIMITS: { id: 0x800, data: limits, doc: Limits. } }
messages:
  request: { doc: A question., status: { field: status, ok: OK, error: ERR }, to-device: { x: le32 }, to-driver: { status: u8 enum status } }
queues: { requestq: { index: 0, carries: request, doc: Questions. } }
linux:
  header: virtio_sample.h
  names: { config.a: first, config.c: third, answer.value: u.value }
  missing: { F_NEW: not yet, F_FOUND: not true, struct pair: written out in answer, struct item: bytes }
  parts:
    virtio_sample_head: { of: request.to-device, with: NEW }
    virtio_sample_whole: { of: request, head: head, from: status }
  extra: [OLD, struct old_hdr, GONE_*]
  differs: { F_OTHER: a slip, F_SAME: not true }
  inline: [config.a]
`;
  const { model, diagnostics } = await compileDefinition(new SourceText("sample.yaml", text.replace(was, is)));
  if (model === undefined) throw new Error(JSON.stringify(diagnostics));
  return model;
}

/** What a device's header has in common with Linux's, and what not. */
function summary(name: string, { linux }: DeviceModel, { matched, excepted }: Truth): string {
  const counts = Object.entries(matched).map(([sort, count]) => `${count} ${sort}`);
  const renamed = [...(linux?.names ?? [])].map(([ours, theirs]) => `${ours} is ${theirs}`);
  const inline = (linux?.inline ?? []).map((key) => `${key} in place`);
  const lines = [...excepted, ...[...renamed, ...inline].map((what) => `renamed ${what}`)];
  return [`${name}: ${linux?.header}: ${counts.join(", ")} as in Linux`, ...lines.map((line) => `  ${line}`)].join(
    "\n",
  );
}
