import { builtModule } from "../../runtime/run/package-manifest.js";
import { runProgram, serveDevice } from "../../runtime/run/program.js";
import backend from "./blk.js";

const help = {
  program: "vhost-user-blk",
  usage: "(--socket-path PATH | --connect PATH | --fd FDNUM) [options]",
  description: "Serve a disk image or block device to a vhost-user frontend such as QEMU.",
};

void runProgram(help.program, (reporter) =>
  serveDevice(
    { name: "blk", backend, module: builtModule("definitions/blk/blk.js") },
    process.argv.slice(2),
    help,
    reporter,
  ),
);
