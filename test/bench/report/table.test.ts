import { expect, test } from "vitest";
import { markdownTable, textTable } from "./table.js";

const table = {
  title: "Fruit",
  head: ["name", "weight"],
  rows: [["apple", "7"], ["a|b", "1234567"], ["none"]],
};

test("a table for a terminal has columns of one width", () => {
  expect(textTable(table)).toBe("Fruit\n\nname    weight\n-----  -------\napple        7\na|b    1234567\nnone\n");
});

test("a table for a document escapes what would end a cell, and has all cells", () => {
  expect(markdownTable(table)).toBe(
    "Fruit\n\n| name | weight |\n| --- | ---: |\n| apple | 7 |\n| a\\|b | 1234567 |\n| none |  |\n",
  );
});
