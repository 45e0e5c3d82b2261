import assert from "node:assert/strict";
import { withRows } from "../../docs/table.ts";
import { type Event, withEvents } from "../support/reliability.ts";

const PAGE = `# Page

<!-- events -->
| old | head |
|---|---|
| a | 1 |
| b | 2 |
<!-- /events -->

After.
`;
const HEAD = ["| what | figure |", "|---|---|"] as const;
const event: Event = { event: "b", acknowledged: 5, lost: 0, duplicates: 0, outOfOrder: 0, longestGapMs: 1234 };

describe("tables that measurements write", () => {
  it("replace the rows that were measured and keep the others, text around them too", () => {
    const text = withRows(PAGE, "events", HEAD, [
      ["b", "3"],
      ["c", "$&"],
    ]);
    assert.equal(
      text,
      PAGE.replace("| old | head |", "| what | figure |").replace("| b | 2 |", () => "| b | 3 |\n| c | $& |"),
    );
    assert.equal(withRows(text, "events", HEAD, []), text);
  });

  it("refuse a page without a place for them", () => {
    assert.throws(() => withRows("# Page\n", "events", HEAD, []), /<!-- events -->/);
  });

  it("say of an event what was acknowledged, lost, doubled, and how long the longest gap was", () => {
    assert.match(withEvents(PAGE, [event]), /^\| b \| 5 \| 0 \| 0 \| 0 \| 1\.2 s \|$/m);
  });
});
