import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { SourceText } from "../../compiler/diagnostics/source-text.js";
import { emitC } from "../../compiler/emit/c/c-source.js";
import { compileDefinition } from "../../compiler/front.js";
import type { DeviceModel } from "../../compiler/model/model.js";
import { valuesOf } from "../ground-truth/probe.js";

/** What a C compiler is to say of the golden `shapes`: numbers worked out by hand from its definition. */
const expected: Readonly<Record<string, Readonly<Record<string, number | undefined>>>> = {
  "constants, masks and bits": {
    VIRTIO_ID_SHAPES: 65535,
    VIRTIO_SHAPES_F_WIDE: 3,
    VIRTIO_SHAPES_SLOTS: 3,
    VIRTIO_SHAPES_CODE_TEXT: 0x102,
    VIRTIO_SHAPES_TRAIT_OLD: 1,
    VIRTIO_SHAPES_TRAIT_LAST: 0x8000_0000,
    VIRTIO_SHAPES_T_FIX: 2,
    VIRTIO_SHAPES_VQ_WRITE: 2,
    VIRTIO_SHAPES_HEAD_LEVEL_UP: 1,
    VIRTIO_SHAPES_HEAD_LEVEL_DEPTH_SHIFT: 4,
    VIRTIO_SHAPES_HEAD_LEVEL_DEPTH_MASK: 0x70,
  },
  "shared memory: ids, and both ends of a range": {
    VIRTIO_SHAPES_SHM_ID_CACHE: 1,
    VIRTIO_SHAPES_SHM_ID_VENDOR: 0x10,
    VIRTIO_SHAPES_SHM_ID_VENDOR_LAST: 0x1f,
    VIRTIO_SHAPES_SHM_ID_CACHE_LAST: undefined,
  },
  "a union: members that differ in size lie at one place, and what follows it lies behind its size": {
    "sizeof(struct virtio_shapes_cell)": 24,
    "sizeof(struct virtio_shapes_cell_pair)": 8,
    ...offsets("cell", { small: 8, pair: 8, text: 8, value_bytes: 8, traits: 20 }),
    "sizeof(((struct virtio_shapes_cell *)0)->small)": 2,
    "sizeof(((struct virtio_shapes_cell *)0)->text)": 5,
    "sizeof(struct virtio_shapes_config)": 32,
    ...offsets("config", { number: 12, byte: 12, tail: 28 }),
  },
  "reserved bytes, and a gated field of the configuration, keep their place": {
    ...offsets("config", { slots: 0, gap: 6, limit: 8 }),
    ...offsets("cell", { gap: 4 }),
    "sizeof(((struct virtio_shapes_config *)0)->gap)": 2,
  },
  "a struct and a part end before a gated field": {
    "sizeof(struct virtio_shapes_head)": 9,
    ...offsets("head", { level: 8, width: undefined, height: undefined }),
    "sizeof(struct virtio_shapes_request)": 13,
    ...offsets("request", { type: 0, head_id: 4, head_level: 12, head_height: undefined }),
    "sizeof(struct virtio_shapes_list)": 13,
    ...offsets("list", { count: undefined, cells: undefined, sum: undefined }),
  },
  "a counted array is a flexible one, and adds nothing to the size": {
    "sizeof(struct virtio_shapes_event)": 4,
    ...offsets("event", { points: 4 }),
    "sizeof(struct virtio_shapes_list_reply)": 12,
    ...offsets("list_reply", { total: 4, found: 12 }),
    "sizeof(((struct virtio_shapes_list_reply *)0)->found[0])": 24,
  },
  "what is fixed is whole; what follows an array of any length is a struct of its own": {
    "sizeof(struct virtio_shapes_fix_reply)": 32,
    ...offsets("fix_reply", { gap: 4, cell: 8 }),
    "sizeof(struct virtio_shapes_write)": 8,
    ...offsets("write", { sector: 0, data: 8, sum: undefined }),
    "sizeof(struct virtio_shapes_write_tail)": 5,
    ...offsets("write_tail", { sum: 0, last: 4 }),
    "sizeof(struct virtio_shapes_write_reply)": 4,
  },
};

/** Where members lie; undefined for those that C is not to have. */
function offsets(
  tag: string,
  members: Readonly<Record<string, number | undefined>>,
): Record<string, number | undefined> {
  const entries = Object.entries(members);
  return Object.fromEntries(
    entries.map(([name, at]) => [`__builtin_offsetof(struct virtio_shapes_${tag}, ${name})`, at]),
  );
}

const definition = new URL("golden/shapes/definition.yaml", import.meta.url);
const { model } = await compileDefinition(new SourceText("shapes.yaml", readFileSync(definition, "utf8")));
const header = emitC(model as DeviceModel).split("\n");

test.each(Object.entries(expected))("%s", async (_, values) => {
  const said = await valuesOf(Object.keys(values), header);
  expect(Object.fromEntries(Object.keys(values).map((expression, i) => [expression, said[i]]))).toEqual(
    Object.fromEntries(Object.entries(values).map(([expression, value]) => [expression, value?.toString()])),
  );
});
