import type { Meant, Scenario } from "../scenario.js";

/** The first of the kernel's own tests of AES in CBC mode: RFC 3602, case 1. */
const key = bytes("06a9214036b8a15b512e03d534120006");
const vector = bytes("3dafba429d9eb430b422da802c9fac41");
const plain = new TextEncoder().encode("Single block msg");
const encrypted = "e353779c1079aeb82708942dbe77181a";

const ENCRYPTING = 0x77;
const DECRYPTING = 0x78;
const VERIFYING = 0x99;

function bytes(hex: string): Uint8Array {
  return Uint8Array.from(Buffer.from(hex, "hex"));
}

/** A session of AES in CBC mode, one way. */
function session(op: number): Meant {
  const sent = { header: { algo: 3 }, cipherSession: { algo: 3, keyLen: 16, op }, opType: 1, keys: key };
  return { queue: "controlq", kind: "CIPHER_CREATE_SESSION", sent, writable: [16] };
}

/** Linux's X.509 verifies a certificate's signature, of 2048 bits, with its public key. */
const verification: readonly Meant[] = [
  {
    queue: "controlq",
    kind: "AKCIPHER_CREATE_SESSION",
    sent: { akcipherFlf: { algo: 1, keyType: 1, keyLen: 270, rsa: { paddingAlgo: 0 } } },
    writable: [16],
  },
  {
    queue: "dataq",
    kind: "AKCIPHER_ENCRYPT",
    sent: { header: { algo: 1, sessionId: VERIFYING }, akcipherSrcDataLen: 256, akcipherDstDataLen: 256 },
    writable: [256, 1],
  },
  { queue: "controlq", kind: "AKCIPHER_DESTROY_SESSION", sent: { destroyId: VERIFYING }, writable: [1] },
];

/**
 * Linux's virtio_crypto: drivers/crypto/virtio. The kernel tests its ciphers before it lets anybody use them; so it does not use
 * this one, until it is told not to test. AF_ALG, by which programs use ciphers, takes none that are done elsewhere.
 */
export const scenarios: readonly Scenario[] = [
  {
    device: "crypto",
    frontend: "qemu",
    modules: ["cfg80211", "virtio_crypto"],
    queues: 2,
    options: [
      ...["--set", "status=HW_READY", "--set", "max_dataqueues=1", "--set", "max_size=65536"],
      // Services: ciphers, public keys. AES in CBC mode; RSA.
      ...["--set", "crypto_services=0x11", "--set", "cipher_algo_l=0x08", "--set", "akcipher_algo=2"],
      ...["--set", "max_cipher_key_len=64", "--set", "max_auth_key_len=64"],
      ...["--answer", `CIPHER_CREATE_SESSION,session_id=${ENCRYPTING}`],
      ...["--answer", `CIPHER_CREATE_SESSION,session_id=${DECRYPTING}`, "--answer", "CIPHER_DESTROY_SESSION,status=OK"],
      ...["--answer", `CIPHER_ENCRYPT=OK,result=${encrypted}`],
      ...[
        "--answer",
        `AKCIPHER_CREATE_SESSION,session_id=${VERIFYING}`,
        "--answer",
        "AKCIPHER_DESTROY_SESSION,status=OK",
      ],
      ...["--answer", "AKCIPHER_ENCRYPT=OK"],
    ],
    guest: [
      // The answer to the first test is right.
      ["until dmesg | grep -o 'aes_cbc encryption test failed.*vector 1'; do :; done", /vector 1$/],
      ["until dmesg | grep -o 'akcipher: encrypt test failed'; do :; done", /failed$/],
      ["rmmod virtio_crypto cfg80211; echo 1 >/sys/module/cryptomgr/parameters/notests; modprobe virtio_crypto"],
      // It makes nothing of our zeroes.
      ["modprobe cfg80211; dmesg | grep -c 'Problem loading in-kernel X.509 certificate (-74)'", "4"],
    ],
    accepts: [],
    meant: [
      session(1),
      session(2),
      {
        queue: "dataq",
        kind: "CIPHER_ENCRYPT",
        sent: { header: { algo: 0, sessionId: ENCRYPTING }, symOpType: 1, source: Uint8Array.of(...vector, ...plain) },
        writable: [16, 1],
      },
      { queue: "controlq", kind: "CIPHER_DESTROY_SESSION", sent: { destroyId: ENCRYPTING }, writable: [1] },
      { queue: "controlq", kind: "CIPHER_DESTROY_SESSION", sent: { destroyId: DECRYPTING }, writable: [1] },
      ...verification,
    ],
  },
];
