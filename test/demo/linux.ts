import { execFileSync, spawn } from "node:child_process";
import { chmodSync, copyFileSync, existsSync, mkdirSync, readdirSync, realpathSync, writeFileSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";

const TIMEOUT_MS = 180_000;
/** Seen under the same path by programs in the chroot. */
const SHARED = "/run/vdev";
const MODULES = ["virtio_pci", "virtio_blk", "ext4"];

/** A Linux that can be booted with a disk behind a vhost-user socket. */
export interface Linux {
  readonly name: string;
  /** A folder whose contents it sees under the same path. */
  readonly sharedFolder: string;
  /**
   * Boots it on a disk, with a folder for what that needs; the lines that it says.
   *
   * @throws Error with all that it printed, where it fails
   */
  boot(folder: string, socket: string): Promise<string[]>;
}

/** Finds User-mode Linux or QEMU: installed, or in the chroot that test/peers/setup.sh makes. */
export function findLinux(): Linux | undefined {
  const cache = process.env["XDG_CACHE_HOME"] ?? join(homedir(), ".cache");
  const chroot = process.env["VDEV_PEERS"] ?? join(cache, "vdev-peers");
  const roots = ["", ...(process.getuid?.() === 0 && existsSync(join(chroot, "proc/self")) ? [chroot] : [])];
  for (const find of [userModeLinux, qemu]) {
    for (const root of roots) {
      const linux = find(root, root === "" ? tmpdir() : SHARED);
      if (linux !== undefined) return linux;
    }
  }
  return undefined;
}

function userModeLinux(root: string, sharedFolder: string): Linux | undefined {
  const modules = onlyFolder(`${root}/usr/lib/uml/modules`);
  const module = modules && `${modules}/kernel/drivers/block/virtio_blk.ko`;
  if (!existsSync(`${root}/usr/bin/linux.uml`) || module === undefined || busybox(root) === undefined) return undefined;
  return {
    name: "User-mode Linux",
    sharedFolder,
    boot: (folder, socket) => {
      const tree = join(folder, "root");
      makeRoot(root, tree, [module]);
      const kernel = ["mem=256M", "rootfstype=hostfs", `rootflags=${tree}`, "rw", "init=/init", "quiet"];
      const terminals = ["con=null", "con0=null,fd:1"];
      return run([...inside(root), "/usr/bin/linux.uml", ...kernel, ...terminals, `virtio_uml.device=${socket}:2`]);
    },
  };
}

function qemu(root: string, sharedFolder: string): Linux | undefined {
  const modules = onlyFolder(`${root}/usr/lib/modules`);
  const kernel = modules && [`${modules}/vmlinuz`, `${root}/boot/vmlinuz-${basename(modules)}`].find(existsSync);
  const program = "/usr/bin/qemu-system-x86_64";
  if (!existsSync(root + program) || modules === undefined || kernel === undefined) return undefined;
  if (busybox(root) === undefined) return undefined;
  return {
    name: "QEMU",
    sharedFolder,
    boot: (folder, socket) => {
      const tree = join(folder, "root");
      makeRoot(root, tree, dependencies(root, basename(modules)));
      const image = join(folder, "initrd");
      execFileSync(
        "/bin/sh",
        ["-c", 'cd "$1" && find . | "$2" cpio -o -H newc > "$3"', "sh", tree, "./bin/busybox", image],
        {
          stdio: "ignore",
        },
      );
      copyFileSync(kernel, join(folder, "vmlinuz"));
      return run([...inside(root), program, ...machine(folder, socket)]);
    },
  };
}

function machine(folder: string, socket: string): string[] {
  return [
    ...["-accel", "tcg", "-cpu", "max", "-m", "256M", "-machine", "q35,memory-backend=memory"],
    ...["-object", "memory-backend-memfd,id=memory,size=256M,share=on"],
    ...["-nodefaults", "-display", "none", "-serial", "stdio", "-no-reboot"],
    ...["-kernel", join(folder, "vmlinuz"), "-initrd", join(folder, "initrd")],
    ...["-append", "console=ttyS0 quiet panic=-1"],
    ...["-chardev", `socket,id=disk,path=${socket}`, "-device", "vhost-user-blk-pci,chardev=disk"],
  ];
}

/** The file system that Linux finds: BusyBox, modules in the order in which they are loaded, and the first process. */
function makeRoot(root: string, tree: string, modules: readonly string[]): void {
  for (const folder of ["bin", "dev", "modules", "proc", "sys", "tmp"])
    mkdirSync(join(tree, folder), { recursive: true });
  copyFileSync(busybox(root) as string, join(tree, "bin/busybox"));
  copyFileSync(fileURLToPath(new URL("../../../test/demo/guest-init", import.meta.url)), join(tree, "init"));
  chmodSync(join(tree, "init"), 0o755);
  for (const [i, module] of modules.entries()) {
    const bytes = module.endsWith(".xz")
      ? execFileSync(join(tree, "bin/busybox"), ["unxz", "-c", module], { maxBuffer: 2 ** 28 })
      : undefined;
    const target = join(tree, `modules/${100 + i}.ko`);
    if (bytes === undefined) copyFileSync(module, target);
    else writeFileSync(target, bytes);
  }
}

/** Files of the modules, what each needs before it. */
function dependencies(root: string, version: string): string[] {
  const [command = "", ...prefix] = [...inside(root), "/sbin/modprobe"];
  const args = [...prefix, "--set-version", version, "--show-depends"];
  const lines = MODULES.flatMap((module) => execFileSync(command, [...args, module], { encoding: "utf8" }).split("\n"));
  const files = lines.filter((line) => line.startsWith("insmod ")).map((line) => root + (line.split(" ")[1] ?? ""));
  return [...new Set(files)];
}

function busybox(root: string): string | undefined {
  return ["/usr/bin/busybox", "/bin/busybox"].map((path) => root + path).find(existsSync);
}

function inside(root: string): string[] {
  return root === "" ? [] : ["chroot", realpathSync(root)];
}

function onlyFolder(path: string): string | undefined {
  const [name] = existsSync(path) ? readdirSync(path) : [];
  return name === undefined ? undefined : join(path, name);
}

function run([command = "", ...args]: readonly string[]): Promise<string[]> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      stdio: ["ignore", "pipe", "pipe"],
      timeout: TIMEOUT_MS,
      killSignal: "SIGKILL",
    });
    let output = "";
    for (const stream of [child.stdout, child.stderr])
      stream.on("data", (text) => {
        output += text;
      });
    child.once("error", reject);
    child.once("close", () => {
      const lines = [...output.matchAll(/^demo: (.*?)\r?$/gm)].map((match) => match[1] ?? "");
      const failed = lines.length < 2 || lines.some((line) => line.startsWith("FAILED"));
      if (failed) reject(new Error(`${command} did not end as it should:\n${output}`));
      else resolve(lines);
    });
  });
}
