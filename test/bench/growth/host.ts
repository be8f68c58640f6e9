/** Many disks without data in one process, each on a socket of its own: `host.js <folder> <count>`. */
import { join } from "node:path";
import blk from "../../../definitions/blk/blk.js";
import { serveVhostUser } from "../../../runtime/index.js";
import { listenAt } from "../../../runtime/run/listening-socket.js";

const [folder = "", count] = process.argv.slice(2);
for (let i = 0; i < Number(count); i++) {
  const { fd } = await listenAt(join(folder, `${i}.sock`), { mode: 0o600, group: undefined });
  serveVhostUser(blk, blk.open({ blkNull: 2 ** 30 }), { listen: fd });
}
process.stdout.write("ready\n");
