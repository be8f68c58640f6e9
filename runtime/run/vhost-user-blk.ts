#!/usr/bin/env node
import { runProgram, serveDevice } from "./program.js";

const help = {
  program: "vhost-user-blk",
  usage: "(--socket-path PATH | --connect PATH | --fd FDNUM) [options]",
  description: "Serve a disk image or block device to a vhost-user frontend such as QEMU.",
};

await runProgram(help.program, (reporter) => serveDevice("blk", process.argv.slice(2), help, reporter));
