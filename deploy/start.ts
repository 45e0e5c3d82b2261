#!/usr/bin/env node
/**
 * `npm start`: from a machine with nothing to a running Kafka. A Kubernetes (this machine's own, or yours by --kubeconfig), a
 * Pulumi engine (yours, or built), `up` of the dev stack, records written and read back, and where to connect. Each part is
 * left as it is where it already runs, so a second start is quick.
 */
import { resolve } from "node:path";
import { Command } from "commander";
import { Listr, type ListrTask } from "listr2";
import { type Engine, ensureCluster, ensureEngine } from "../local/index.ts";
import { count } from "./arguments.ts";
import { type ClusterAccess, illPods } from "./cluster.ts";
import { connectionGuide } from "./connectionGuide.ts";
import { ResourceFailedError } from "./errors.ts";
import { engineOptions, stateFolder } from "./local.ts";
import * as operations from "./operations.ts";
import { counts, line } from "./progress.ts";
import { remediesFor } from "./remedies.ts";
import { type Platform, platformOf, roundTrip } from "./roundTrip.ts";

interface Flags {
  readonly stack: string;
  readonly kubeconfig?: string;
  readonly context?: string;
  readonly topic: string;
  readonly records: number;
}

/** What the parts hand on to one another. */
interface Context {
  access: ClusterAccess;
  engine: Engine;
  platform: Platform;
}

type Part = ListrTask<Context>;

const begin = performance.now();
const flags: Flags = new Command("start")
  .description("Bring up a Kubernetes, a Pulumi engine and the dev stack on this machine, and prove that Kafka works.")
  .option("--stack <name>", "stack to bring up", "dev")
  .option("--kubeconfig <path>", "use this cluster in place of this machine's own")
  .option("--context <name>", "context of that kubeconfig; default its current one")
  .option("--topic <name>", "topic to write to and to read from", "user.events")
  .option("--records <n>", "records to write and read back", count, 10)
  .parse()
  .opts();
const embedded = flags.kubeconfig === undefined;

const kubernetes: Part = {
  title: embedded ? "Kubernetes on this machine" : "Kubernetes of your kubeconfig",
  task: async (context, task) => {
    if (flags.kubeconfig !== undefined) {
      context.access = { kubeconfig: resolve(flags.kubeconfig), ...(flags.context ? { context: flags.context } : {}) };
      return;
    }
    const { kubeconfig, node } = await ensureCluster({
      progress: (text) => {
        task.output = text;
      },
    });
    context.access = { kubeconfig };
    task.title += `: node ${node} is ready`;
  },
};

const engine: Part = {
  title: "Pulumi engine",
  rendererOptions: { persistentOutput: true },
  task: async (context, task) => {
    context.engine = await ensureEngine({
      progress: (text) => {
        task.output = text;
      },
    });
    task.output = context.engine.describe().join("\n");
  },
};

const platform: Part = {
  title: `pulumi up of stack ${flags.stack}`,
  task: async (context, task) => {
    const folder = stateFolder(context.access, embedded);
    const show = (text: string | undefined): void => {
      // A provider repeats what it waits for.
      if (text !== undefined && text !== task.output) task.output = text;
    };
    const result = await operations.up(flags.stack, {
      ...engineOptions(flags.stack, context.engine, context.access, folder),
      create: true,
      onEvent: (event) => {
        if (event.kind === "message") show(event.message.text.split("\n")[0]);
        else show(line(event));
      },
    });
    context.platform = platformOf(result.outputs);
    task.title += `: ${counts(result.changes, false)}`;
  },
};

const records: Part = {
  title: `${flags.records} records written to ${flags.topic} and read back`,
  rendererOptions: { persistentOutput: true },
  task: async (context, task) => {
    task.output = await roundTrip(context.access, context.platform, flags.topic, flags.records);
  },
};

const parts = new Listr<Context>([kubernetes, engine, platform, records], {
  ctx: {} as Context,
  rendererOptions: { collapseErrors: false, showErrorMessage: false },
});

try {
  const { access, platform } = await parts.run();
  console.log(connectionGuide(platform, access, flags.topic, embedded));
  console.log(`\n${((performance.now() - begin) / 1000).toFixed(1)} s in all.`);
} catch (error) {
  const failed = parts.tasks.find((task) => task.hasFailed());
  console.error(
    `\nThis part failed: ${failed?.title ?? "start"}\n${error instanceof Error ? error.message : String(error)}`,
  );
  const { access } = parts.ctx as Partial<Context>;
  if (error instanceof ResourceFailedError && access) {
    const namespaces = new Set(error.resources.map(({ namespace }) => namespace).filter((name) => name !== undefined));
    for (const name of namespaces) {
      const ill = (await illPods(access, name).catch(() => [])).join("\n\n");
      console.error([ill, ...remediesFor(ill)].join("\n"));
    }
  }
  console.error("\nMend the cause and run `npm start` again: it goes on where it stopped.");
  process.exitCode = 1;
}
