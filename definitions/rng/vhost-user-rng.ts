import { builtModule } from "../../runtime/run/package-manifest.js";
import { runProgram, serveDevice } from "../../runtime/run/program.js";
import backend from "./rng.js";

const help = {
  program: "vhost-user-rng",
  usage: "(--socket-path PATH | --connect PATH | --fd FDNUM) [options]",
  description: "Serve random bytes to a vhost-user frontend such as QEMU.",
};

void runProgram(help.program, (reporter) =>
  serveDevice(
    { name: "rng", backend, module: builtModule("definitions/rng/rng.js") },
    process.argv.slice(2),
    help,
    reporter,
  ),
);
