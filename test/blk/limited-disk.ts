/** Writes below and above the limit of file sizes that this process was started with; prints how that went. */
import { DiskRig, pattern } from "./disk-rig.js";

const [path = "", aio = "auto", sector = "0"] = process.argv.slice(2);
const rig = new DiskRig();
const { queue } = await rig.drive({ blkFile: path, aio });
const low = await queue.send("OUT", { sector: 1, data: pattern(1) });
const high = await queue.send("OUT", { sector: Number(sector), data: pattern(1) });
const read = await queue.send("IN", { sector: 1 }, { data: 512 });
await rig.close();
console.log(JSON.stringify({ low: low.status, high: high.status, read: read.status, log: rig.log }));
