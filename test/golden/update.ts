/** `npm run golden:update`: writes what each stack registers now; the difference is for the review. */
import { mkdirSync, writeFileSync } from "node:fs";
import { goldenText } from "../support/golden.ts";
import { GOLDEN_STACKS, recordedStack } from "../support/stacks.ts";

const folder = new URL("expected/", import.meta.url);
mkdirSync(folder, { recursive: true });
for (const stack of GOLDEN_STACKS) {
  writeFileSync(new URL(stack.file, folder), goldenText(stack.title, await recordedStack(stack)));
  console.log(`test/golden/expected/${stack.file}`);
}
