/** Entry: runs the role and ends the process, so that no open socket keeps a Job's pod running. */
import { run } from "./cli.ts";

process.exit(await run(process.argv.slice(2)));
