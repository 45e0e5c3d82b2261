/** Entry: runs the role and ends the process, so that no open socket keeps a Job's pod running. */
import { run } from "./cli.ts";

const code = await run(process.argv.slice(2));
// A pipe takes a long document in pieces; leaving before the last one would cut it off.
for (const stream of [process.stdout, process.stderr]) {
  await new Promise<void>((resolve) => {
    stream.write("", () => {
      resolve();
    });
  });
}
process.exit(code);
