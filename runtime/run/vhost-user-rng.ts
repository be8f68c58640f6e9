#!/usr/bin/env node
import { runProgram, serveDevice } from "./program.js";

const help = {
  program: "vhost-user-rng",
  usage: "(--socket-path PATH | --connect PATH | --fd FDNUM) [options]",
  description: "Serve random bytes to a vhost-user frontend such as QEMU.",
};

await runProgram(help.program, (reporter) => serveDevice("rng", process.argv.slice(2), help, reporter));
