import { execFileSync } from "node:child_process";
import { expect, test } from "vitest";
import { root } from "./readme.js";

test("the demo says what happened", () => {
  const output = execFileSync(process.execPath, ["dist/test/demo/main.js"], { cwd: root, encoding: "utf8" });
  expect(output).toMatch(/Disk "demo" over vhost-user: 131072 sectors; negotiated .*FLUSH/);
  expect(output).toMatch(/1024 requests of 128 KiB written and read back in .* s, sha256 [0-9a-f]{16} both times/);
  expect(output).toMatch(/Linux \S+: \/dev\/vda, 131072 sectors, serial demo, write back|Linux was not booted: /);
  expect(output).toContain("alarm from sensor 1, too hot, 26.0 °C");
  expect(output).toContain("calibrated by -0.5 °C through the configuration space: it reads 25.5 °C");
});
