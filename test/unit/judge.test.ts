import assert from "node:assert/strict";
import { judge } from "../support/judge.ts";
import type { LogRecord } from "../support/topicReader.ts";

const log = (...records: [partition: number, key: string, value: number][]): LogRecord[] =>
  records.map(([partition, key, value], offset) => ({ partition, offset, key, value: String(value) }));
const sent = (key: string, ...values: number[]) => values.map((value) => ({ key, value: String(value) }));

describe("judge, which decides whether a load went through unharmed", () => {
  it("finds nothing where every acknowledged record is there once and in order per key", () => {
    const found = judge(sent("a", 0, 1, 2), log([0, "a", 0], [1, "b", 0], [0, "a", 1], [0, "a", 2]));
    assert.deepEqual(found, { lost: [], duplicates: [], outOfOrder: [] });
  });

  it("names an acknowledged record that is not in the log", () => {
    assert.deepEqual(judge(sent("a", 0, 1, 2), log([0, "a", 0], [0, "a", 2])).lost, ["a=1"]);
  });

  it("accepts a record that was never acknowledged, there or not", () => {
    assert.deepEqual(judge(sent("a", 0), log([0, "a", 0], [0, "a", 1])).lost, []);
    assert.deepEqual(judge(sent("a", 0), log([0, "a", 0])).lost, []);
  });

  it("names a record that is there twice, acknowledged or not", () => {
    const found = judge(sent("a", 0), log([0, "a", 0], [0, "a", 1], [0, "a", 1], [0, "a", 0]));
    assert.deepEqual(found.duplicates, ["a=1", "a=0"]);
  });

  it("names a record that comes after a later one of its key, and no other key's", () => {
    const found = judge([], log([0, "a", 0], [0, "a", 2], [0, "b", 0], [0, "a", 1], [0, "a", 3]));
    assert.deepEqual(found, { lost: [], duplicates: [], outOfOrder: ["a=1"] });
  });
});
