/** The rendered network policies as an engine of another make reads them: no cluster, but a program that is built first. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buildGoTools } from "../../local/build/go.ts";
import { cacheFolder } from "../../local/cache.ts";
import { run } from "../../local/run.ts";
import { CASES } from "../support/flowCases.ts";
import { type Evaluator, expectedReach, flowSettings, flowWorld, reachOf } from "../support/flowMatrix.ts";
import type { Endpoint } from "../support/networkPolicy.ts";

describe("network policies of a rendered stack, read by Cyclonus", function () {
  this.timeout(600_000);
  let folder: string;
  let cyclonus: Evaluator;

  before(async () => {
    const program = join(await buildGoTools(cacheFolder(), "cyclonus", console.log), "cyclonus");
    folder = mkdtempSync(join(tmpdir(), "cyclonus-"));
    cyclonus = async (policies, connections) => {
      const traffic = connections.map(({ from, to, port }) => ({
        source: peer(from),
        destination: peer(to),
        resolvedPort: port,
        protocol: "TCP",
      }));
      const file = join(folder, "question.json");
      writeFileSync(file, JSON.stringify({ policies, traffic }));
      return JSON.parse(await run(program, [file])) as boolean[];
    };
  });

  after(() => {
    rmSync(folder, { recursive: true });
  });

  for (const one of CASES) {
    it(`${one.rows ?? ""} lets through what is needed and nothing else: ${one.title}`.trim(), async () => {
      const world = await flowWorld(flowSettings(one));
      assert.deepEqual(await reachOf(world, cyclonus), expectedReach(one, world));
    });
  }
});

function peer(endpoint: Endpoint) {
  const { ip } = endpoint;
  if (!("namespace" in endpoint)) return { ip };
  const { namespace, namespaceLabels, labels: podLabels } = endpoint;
  return { ip, internal: { namespace, namespaceLabels, podLabels } };
}
