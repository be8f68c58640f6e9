import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { headerOf } from "../../compiler/emit/c/build-header.js";
import { printHeader } from "../../compiler/emit/c/print.js";
import type { DeviceModel, LinuxHeader } from "../../compiler/model/model.js";
import { type Claim, claimsOf } from "./claims.js";
import { Exceptions } from "./exceptions.js";
import { namesIn } from "./linux-names.js";
import { partClaims } from "./part-claims.js";
import { valuesOf } from "./probe.js";

/** How a definition stands to its Linux header. */
export interface Truth {
  readonly matched: Readonly<Record<Claim["sort"], number>>;
  /** What is excepted and why, a line each. */
  readonly excepted: readonly string[];
  /** What is wrong: with the definition, or with what it says of Linux. */
  readonly errors: readonly string[];
}

/** @param folders of the Linux headers */
export async function compareWithLinux(device: DeviceModel, folders: readonly string[]): Promise<Truth> {
  const { linux } = device;
  if (linux?.header === undefined) throw new Error(`${device.name} names no Linux header`);
  const header = headerOf(device);
  const claims = [...claimsOf(header, linux), ...partClaims(device)];
  const text = printHeader(header).split("\n");
  const headers = await headersOf(linux.header, folders);
  const theirs = ["const.h", ...headers, "virtio_ids.h"].map((name) => `#include <linux/${name}>`);
  const [our, their] = [
    await valuesOf(
      claims.map(({ ours }) => ours),
      text,
      folders,
    ),
    await valuesOf(
      claims.map((claim) => claim.theirs),
      theirs,
      folders,
    ),
  ];
  const exceptions = new Exceptions(device.name, linux);
  const matched = { constants: 0, sizes: 0, offsets: 0 };
  for (const [i, claim] of claims.entries()) {
    if (our[i] === undefined) throw new Error(`our header lacks ${claim.ours}`);
    if (exceptions.judge(claim, our[i], their[i])) matched[claim.sort]++;
  }
  const known = new Set(claims.flatMap(({ name }) => (name === undefined ? [] : [name])));
  exceptions.judgeOthers([...(await linuxNames(headers, folders))].filter((name) => !known.has(name)));
  const errors = [...exceptions.errors, ...exceptions.stale(), ...staleInlines(device, linux)];
  return { matched, excepted: exceptions.granted, errors };
}

/** What is written out in place has to be a struct where it is not. */
function staleInlines(device: DeviceModel, linux: LinuxHeader): string[] {
  const { structs } = headerOf({ ...device, linux: { ...linux, inline: [] } });
  const members = structs.flatMap((struct) => struct.members).filter(({ type }) => type.startsWith("struct "));
  const lacks = linux.inline.filter((entry) => !members.some(({ key }) => key === entry));
  return lacks.map((entry) => `L001: linux.inline lists ${entry}, which is no struct`);
}

/** A device's header, and those that Linux sets apart from it: `virtio_net_ff.h` beside `virtio_net.h`. */
async function headersOf(header: string, [folder]: readonly string[]): Promise<string[]> {
  const others = (await readdir(join(folder as string, "linux"))).filter(
    (name) => name.startsWith(`${header.replace(/\.h$/, "")}_`) && name.endsWith(".h"),
  );
  return [header, ...others.sort()];
}

async function linuxNames(headers: readonly string[], [folder]: readonly string[]): Promise<Set<string>> {
  const read = (header: string): Promise<string> => readFile(join(folder as string, "linux", header), "utf8");
  return namesIn((await Promise.all(headers.map(read))).join("\n"));
}
