import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { goldenText, lineDiff } from "../support/golden.ts";
import { GOLDEN_STACKS, recordedStack } from "../support/stacks.ts";

const EXPECTED = new URL("expected/", import.meta.url);

describe("what a stack registers", () => {
  for (const stack of GOLDEN_STACKS) {
    it(`is as expected: ${stack.title}`, async () => {
      const file = new URL(stack.file, EXPECTED);
      const expected = existsSync(file) ? readFileSync(file, "utf8") : "";
      const actual = goldenText(stack.title, await recordedStack(stack));
      if (actual === expected) return;
      assert.fail(
        `${stack.title} differs from test/golden/expected/${stack.file}; if that is meant, run npm run golden:update ` +
          `and review the change\n${lineDiff(expected, actual)}`,
      );
    });
  }

  it("has no expected file that no stack makes", () => {
    assert.deepEqual(readdirSync(EXPECTED).sort(), GOLDEN_STACKS.map(({ file }) => file).sort());
  });

  it("is the same in every run", async () => {
    const [stack] = GOLDEN_STACKS;
    assert.ok(stack);
    const texts = [await recordedStack(stack), await recordedStack(stack)].map((run) => goldenText(stack.title, run));
    assert.equal(texts[0], texts[1]);
  });
});

describe("the difference that a changed stack shows", () => {
  it("is the changed lines and those around them", () => {
    const before = ["a", "b", "c", "d", "e"].join("\n");
    const after = ["a", "b", "x", "y", "d", "e"].join("\n");
    assert.equal(lineDiff(before, after, 1), "@@ line 3\n  b\n- c\n+ x\n+ y\n  d");
  });

  it("copes with lines that repeat and with one text being the start of the other", () => {
    assert.equal(lineDiff("a\na", "a\na\na", 0), "@@ line 3\n+ a");
    assert.equal(lineDiff("", "a", 0), "@@ line 1\n- \n+ a");
  });
});
