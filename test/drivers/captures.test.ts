import { expect, test } from "vitest";
import { compiledTypes } from "../compiler/golden-models.js";
import { committedCapture, parseCapture } from "./capture.js";
import { expectMeaning } from "./meaning.js";
import { replay } from "./replay.js";
import { nameOf } from "./scenario.js";
import { scenarios } from "./scenarios.js";

const types = await compiledTypes();

test.each(scenarios.map((scenario) => [nameOf(scenario), scenario] as const))(
  "%s: our views read what the driver sent as its kernel meant it",
  async (name, scenario) => {
    const type = types.find((candidate) => candidate.name === scenario.device);
    if (type === undefined) throw new Error(`there is no definition of ${scenario.device}`);
    const capture = parseCapture(committedCapture(name));
    expect(capture.device.device).toBe(scenario.device);
    expectMeaning(scenario, capture, await replay(type, capture, scenario));
  },
);
