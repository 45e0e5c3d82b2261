import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { flatten } from "../../kafka/properties.ts";
import { brokerProperties, controllerProperties } from "../../kafka/serverProperties.ts";
import { ZONE_LABEL, zoneScript } from "../../kafka/zone.ts";
import { startTlsApi, type TlsApi } from "../support/tlsApi.ts";
import { INPUT } from "./kafkaInput.ts";

const REPLICA_SELECTOR = "org.apache.kafka.common.replica.RackAwareReplicaSelector";

describe("zone of a broker", () => {
  let folder: string;
  let api: TlsApi;
  let answer: { status: number; body: object };
  let asked: { url: string | undefined; authorization: string | undefined }[];

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), "kafka-zone-"));
    mkdirSync(join(folder, "rendered"));
    api = await startTlsApi(({ url, authorization }) => {
      asked.push({ url, authorization });
      return answer;
    });
  });
  after(async () => {
    await api.stop();
    rmSync(folder, { recursive: true });
  });
  beforeEach(() => {
    asked = [];
    rmSync(join(folder, "rendered/zone"), { force: true });
    writeFileSync(join(folder, "why"), "");
  });

  const node = (labels: Record<string, string>) => ({ status: 200, body: { metadata: { labels } } });
  const run = async () => {
    const at = (name: string) => join(folder, name);
    const paths = { data: "", logs: "", config: "", rendered: at("rendered"), secrets: "", certificates: "", tmp: "" };
    writeFileSync(at("zone.mjs"), zoneScript(paths, api.access));
    const env = { ...api.env, NODE_NAME: "node-1" };
    const child = spawn(process.execPath, [at("zone.mjs")], { env: { ...env, TERMINATION_LOG: at("why") } });
    const [stderr] = await Promise.all([text(child.stderr), once(child, "exit")]);
    const zone = existsSync(at("rendered/zone")) ? readFileSync(at("rendered/zone"), "utf8") : undefined;
    return { code: child.exitCode, stderr, zone, why: readFileSync(at("why"), "utf8") };
  };

  it("R-BRK-17 is that of the node, read with the pod's own short-lived token", async () => {
    answer = node({ [ZONE_LABEL]: "eu-central-1a" });
    const { code, zone, stderr } = await run();
    assert.deepEqual([code, zone], [0, "eu-central-1a"], stderr);
    assert.deepEqual(asked, [{ url: "/api/v1/nodes/node-1", authorization: "Bearer short-lived" }]);
  });

  it("R-BRK-18 names the way out where the cluster lets no pod read nodes", async () => {
    answer = { status: 403, body: { message: "nodes is forbidden" } };
    const { code, zone, why } = await run();
    assert.deepEqual([code, zone], [1, undefined]);
    assert.match(why, /^refused: may not read node node-1 \(nodes is forbidden\): .*rackAwareness.zones$/m);
  });

  it("is refused where the node has none, or one that could not stand in a properties file", async () => {
    for (const labels of [{}, { [ZONE_LABEL]: "a|b\n" }] as Record<string, string>[]) {
      answer = node(labels);
      const { code, zone, stderr } = await run();
      assert.deepEqual([code, zone], [1, undefined]);
      assert.match(stderr, /node node-1 has no label topology.kubernetes.io\/zone/);
    }
  });

  it("R-BRK-17 is the rack of brokers alone, with reads from the closest replica, and only where switched on", () => {
    const rack = (enabled: boolean, of = brokerProperties) =>
      flatten(of({ ...INPUT, rackAwareness: { enabled } })).filter(([key]) => /rack|replica\.selector/.test(key));
    assert.deepEqual(rack(true), [
      ["broker.rack", "@ZONE@"],
      ["replica.selector.class", REPLICA_SELECTOR],
    ]);
    assert.deepEqual([rack(false), rack(true, controllerProperties)], [[], []]);
  });
});
