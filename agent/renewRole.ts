/** Command line of the role that restarts nodes over renewed certificates: `renew`. */
import type { Command } from "commander";
import { renewalTimes } from "../kafka/renewals.ts";
import type { Common } from "./cli.ts";
import { each, type Kit, time } from "./growthRoles.ts";
import { parseWanted, type Wanted } from "./renew/nodes.ts";

const HOUR = 3_600_000;
/** Where cert-manager renews thirty days before the end, as it does by default of ninety. */
const TIMES = renewalTimes(30 * 24 * HOUR);

interface Renew extends Common {
  readonly set: Wanted[];
  readonly grace: number;
  readonly settle: number;
}

export function addRenewRole(
  role: (name: string, timeout: number) => Command,
  { ends, env }: Pick<Kit, "ends" | "env">,
): void {
  role("renew", 4 * HOUR)
    .description("Restart nodes that hold an older certificate, one at a time, with the pod's own token")
    .requiredOption(
      "--set <name:replicas=certificate>",
      "a set of nodes and its Certificate; repeatable, in the order of restarts",
      each(parseWanted),
    )
    .option(
      "--grace <duration>",
      "how long after a renewal restarts that come anyway are waited for",
      time,
      TIMES.grace,
    )
    .option(
      "--settle <duration>",
      "how long after a renewal a server may have been given the older one",
      time,
      TIMES.settle,
    )
    .action((options: Renew) =>
      ends(options, async (out) => {
        const [{ renew }, { ownNodes }] = await Promise.all([
          import("./renew/renew.ts"),
          import("./renew/kubernetes.ts"),
        ]);
        const { ownApi } = await import("./apiServer.ts");
        return renew(ownNodes(ownApi(env)), options.set, { ...options, deadline: Date.now() + options.timeout }, out);
      }),
    );
}
