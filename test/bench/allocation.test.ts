import { describe, expect, test } from "vitest";
import type { Case } from "./case.js";
import { runCase } from "./run-case.js";

/** After 10^5 requests of warm-up, up to request 10^7. */
const REQUESTS = 9_900_000;

/** Node itself allocates now and then; one small object for each hundred requests would be more. */
const BYTES_PER_REQUEST = 0.5;

const split = { packed: false, inOrder: false } as const;
const packed = { packed: true, inOrder: false } as const;

const cases: Case[] = [
  { ...split, copy: true, write: false, dataDescriptors: 1, indirect: false },
  { ...split, copy: true, write: true, dataDescriptors: 8, indirect: true },
  { ...split, copy: false, write: false, dataDescriptors: 8, indirect: false },
  { ...split, copy: false, write: false, dataDescriptors: 1, indirect: true, malformed: true },
  { ...packed, copy: false, write: false, dataDescriptors: 1, indirect: false },
  { ...packed, copy: false, write: true, dataDescriptors: 8, indirect: true },
  { packed: true, inOrder: true, copy: false, write: false, dataDescriptors: 1, indirect: true },
];

describe("a request of the RAM disk allocates nothing between the 10^5th and the 10^7th", () => {
  test.each(cases)(
    "packed $packed, in order $inOrder, copy $copy, write $write, $dataDescriptors data, indirect $indirect, malformed $malformed",
    (each) => {
      const { collections, bytesPerRequest, isDone, failed } = runCase(each, REQUESTS);
      expect({ collections, isDone, failed: failed > 0 }).toEqual({
        collections: 0,
        isDone: true,
        failed: each.malformed === true,
      });
      expect(bytesPerRequest).toBeLessThan(BYTES_PER_REQUEST);
    },
  );
});
