/** Times the engine on plain memory: `npm run bench:engine`. Prints a table; with `--json` one object a line. */
import { styleText } from "node:util";
import type { Case, CaseResult } from "./case.js";
import { runCase } from "./run-case.js";

const requests = Number(process.env["VDEV_BENCH_REQUESTS"] ?? 2_000_000);
const json = process.argv.includes("--json");

function* cases(): Generator<Case> {
  for (const [copy, write] of [
    [false, false],
    [true, false],
    [true, true],
  ] as const) {
    for (const dataDescriptors of [1, 8]) {
      for (const indirect of [false, true]) {
        for (const packed of [false, true]) yield { packed, inOrder: false, copy, write, dataDescriptors, indirect };
      }
    }
  }
}

function row(each: Case, cost: CaseResult): string {
  const payload = each.copy ? `copied, ${each.write ? "write" : "read"}` : "not copied";
  return [
    (each.packed ? "packed" : "split").padEnd(6),
    payload.padEnd(13),
    String(each.dataDescriptors).padStart(4),
    (each.indirect ? "indirect" : "direct").padEnd(8),
    cost.nsPerRequest.toFixed(0).padStart(6),
    (1e3 / cost.nsPerRequest).toFixed(2).padStart(5),
    cost.bytesPerRequest.toFixed(4).padStart(9),
    String(cost.collections).padStart(3),
  ].join("  ");
}

if (!json) {
  process.stdout.write(`4 KiB requests at random sectors, queue of 256, plain memory, one thread, ${requests} a row\n`);
  process.stdout.write(
    `${styleText("bold", "ring    payload        data  table         ns    M/s  bytes/req  GCs")}\n`,
  );
}
for (const each of cases()) {
  const cost = runCase(each, requests);
  if (!cost.isDone || cost.failed > 0) throw new Error(`requests failed: ${JSON.stringify({ ...each, ...cost })}`);
  process.stdout.write(`${json ? JSON.stringify({ ...each, requests, ...cost }) : row(each, cost)}\n`);
}
