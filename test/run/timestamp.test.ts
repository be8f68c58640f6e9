import { fc, test } from "@fast-check/vitest";
import { expect } from "vitest";
import { timestamp } from "../../runtime/run/timestamp.js";

/** Years of four digits. */
const times = fc.date({ min: new Date("1970-01-01"), max: new Date("9999-12-31T23:59:59.999Z"), noInvalidDate: true });

test.prop([times])("a time is written as toISOString writes it", (time) => {
  expect(timestamp(time)).toBe(time.toISOString());
});
