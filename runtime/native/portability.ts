import { execFileSync } from "node:child_process";

/**
 * What the addon may take from the C library: functions that musl has too, in the oldest versions that glibc has of them
 * on any processor. Node and its libuv give the rest.
 */
const NEWEST_GLIBC = [2, 17];
const LIBRARY = "libc.so.6";
/** What a C compiler adds to every shared library; all are weak, and may be missing. */
const COMPILERS_OWN = ["__cxa_finalize", "__gmon_start__", "_ITM_deregisterTMCloneTable", "_ITM_registerTMCloneTable"];
const FUNCTIONS = [
  "_exit",
  ...["__errno_location", "calloc", "free", "malloc", "memchr", "memcpy", "memmove", "memset", "realloc", "snprintf"],
  ...["accept4", "bind", "connect", "listen", "recvmsg", "sendmsg", "setsockopt", "socket", "socketpair"],
  ...[
    "close",
    "eventfd",
    "fcntl",
    "fstatfs",
    "ftruncate",
    "ioctl",
    "mmap",
    "munmap",
    "read",
    "syscall",
    "sysconf",
    "unlink",
    "write",
  ],
  ...[
    "eventfd_read",
    "eventfd_write",
    "fallocate",
    "fdatasync",
    "poll",
    "posix_memalign",
    "preadv",
    "pwritev",
    "sched_yield",
    "strcmp",
  ],
  ...["epoll_create1", "epoll_ctl", "epoll_wait", "raise", "sigaction", "sigemptyset"],
];

/** Why a binary would not load on every Linux that we serve; empty where it would. */
export function portabilityFaults(binary: string): string[] {
  const libraries = [...readelf("--dynamic", binary).matchAll(/\(NEEDED\).*\[(.*)\]/g)].map(
    ([, name]) => name as string,
  );
  return [...libraries.filter((name) => name !== LIBRARY), ...importsOf(binary).filter((name) => !isPortable(name))];
}

/** Names of what a binary takes from others, with the version where it asks for one. */
export function importsOf(binary: string): string[] {
  const lines = readelf("--dyn-syms", binary).matchAll(/ UND (\S+)/g);
  return [...lines].map(([, name]) => name as string);
}

function isPortable(symbol: string): boolean {
  const [name = "", version] = symbol.split("@");
  if (version === undefined) return /^(napi|uv)_/.test(name) || COMPILERS_OWN.includes(name);
  return COMPILERS_OWN.includes(name) || (FUNCTIONS.includes(name) && isOld(version));
}

function isOld(version: string): boolean {
  const [major = 0, minor = 0] = version.replace("GLIBC_", "").split(".").map(Number);
  const [newestMajor = 0, newestMinor = 0] = NEWEST_GLIBC;
  return major < newestMajor || (major === newestMajor && minor <= newestMinor);
}

function readelf(table: string, binary: string): string {
  return execFileSync("readelf", ["--wide", table, binary], { encoding: "utf8" });
}
