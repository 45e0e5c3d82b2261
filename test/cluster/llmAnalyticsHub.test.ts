/**
 * LLM Analytics Hub's production case on real pods, smaller in memory alone: brokers on ZooKeeper, passwords over TLS on every
 * listener, Java key stores, network policies, a listener for outside, zones of the nodes.
 */
import assert from "node:assert/strict";
import { llmAnalyticsHub } from "../../stacks/presets/llmAnalyticsHub.ts";
import type { SettingsInput } from "../../stacks/settings/schema.ts";
import { handshake } from "../support/handshakes.ts";
import { clientCertificate, newAuthority } from "../support/issuing.ts";
import { assertUnharmed } from "../support/judge.ts";
import { topicFacts, untilInSync, withAdmin } from "../support/kafkaFacts.ts";
import { loadRoles, startLoad } from "../support/load.ts";
import { PlatformUnderTest } from "../support/platformUnderTest.ts";
import { OF_TODAY, scan } from "../support/scan.ts";
import { SecretSearch } from "../support/secretSearch.ts";
import type { Client } from "../support/topicReader.ts";

const PRODUCTION: SettingsInput = {
  preset: "llm-analytics-hub",
  environment: "prod",
  coordination: { mode: "zookeeper" },
  deletionProtection: false,
  monitoring: { enabled: false },
  mirrorMaker: { enabled: false },
  backup: { enabled: false },
  kafka: {
    heap: "384m",
    resources: { requests: { cpu: "100m", memory: "896Mi" }, limits: { memory: "1Gi" } },
    storage: { class: null, data: "500Gi", logs: "100Gi" },
    terminationGrace: "60s",
  },
  controllers: { storage: { class: null } },
  zookeeper: {
    heap: "96m",
    resources: { requests: { cpu: "50m", memory: "256Mi" }, limits: { memory: "320Mi" } },
    storage: { class: null },
  },
  // There is one machine.
  scheduling: { antiAffinity: "preferred" },
  users: {
    items: {
      ingest: {
        roles: loadRoles("llm-events"),
      },
    },
  },
};
const TOPICS = Object.keys(llmAnalyticsHub.base.always.topics?.items ?? {});

describe("three secured brokers on ZooKeeper: LLM Analytics Hub's production case", function () {
  this.timeout(900_000);
  let platform: PlatformUnderTest;
  let search: SecretSearch;
  const admin = () => platform.login("kafka-admin", platform.stack.namespace);
  const ingest = () => platform.login("kafka-client-ingest");

  before(async () => {
    platform = await PlatformUnderTest.open("lah", PRODUCTION);
    search = new SecretSearch(platform);
    await search.up();
  });
  after(() => platform.close());

  it("R-USR-01 R-USR-04 R-TLS-02 the platform's Jobs log in over TLS: every topic is there, three times, and the verification is green", async () => {
    assert.equal(TOPICS.length, 14);
    const found = await topicFacts(await admin(), TOPICS);
    assert.deepEqual(
      Object.values(found).map(({ replicationFactor }) => replicationFactor),
      TOPICS.map(() => 3),
    );
    await untilInSync(await admin(), TOPICS);
    assert.equal((await platform.pods.jobLog("kafka-verify")).succeeded, true);
  });

  it("R-LSN-02 R-LSN-03 every listener is SASL_SSL, the one among brokers and the one for outside too", async () => {
    const { tls } = await admin();
    const ca = String(tls?.ca);
    for (const { metadata, status } of await platform.pods.list("kafka")) {
      const broker = metadata?.name ?? "";
      for (const port of [9091, 9092, 9094]) {
        const found = await handshake(status?.podIP ?? "", port, { ca, servername: `${broker}.kafka-headless` });
        assert.equal(found.protocol, "TLSv1.3", `${broker}:${port} ${found.refused ?? ""}`);
      }
      const { output } = await platform.pods.exec(broker, ["cat", "/run/kafka-platform/server.properties"]);
      assert.match(output, /^listener.security.protocol.map=CLIENT:SASL_SSL,REPLICATION:SASL_SSL,EXTERNAL:SASL_SSL$/m);
    }
  });

  it("R-TLS-02 a scanner finds protocols and ciphers of today alone, at the listener for outside too", async () => {
    const host = (await platform.pods.get("kafka-0")).status?.podIP ?? "";
    const stranger = clientCertificate(newAuthority("another authority"), "stranger", -1, 1);
    for (const port of [9091, 9092, 9094]) assert.deepEqual(await scan(host, port, stranger), OF_TODAY, String(port));
  });

  it("R-USR-05 R-USR-14 a user does what its roles say and nothing else, and nobody is let in without a login", async () => {
    await assert.rejects(
      withAdmin(await ingest(), (one) => one.createTopics({ topics: ["mine"], partitions: 1, replicas: 1 })),
    );
    const { brokers, tls } = await admin();
    const nobody = { brokers, ...(tls ? { tls, tlsServerName: true } : {}), retries: 0 } as Client;
    await assert.rejects(withAdmin(nobody, (one) => one.listTopics()));
  });

  it("R-OPS-01 rolls all brokers under load, with passwords among them that ZooKeeper holds: nothing is lost", async () => {
    const load = await startLoad({ ...(await ingest()), topic: "llm-events" });
    await load.more(300);
    await search.up({ kafka: { heap: "400m" } });
    await load.more(300, 120);
    assertUnharmed(await load.stop(), 600, "LLM Analytics Hub's production");
  });

  it("R-USR-02 no password and no key is in manifests, state, previews, events, logs, arguments or environments, up to the end", async () => {
    await search.preview({
      kafka: { heap: "400m" },
      users: { items: { ingest: { credential: { generation: 2, keepPrevious: true } } } },
    });
    await search.destroy();
    search.assertHidden({
      of: [
        /^kafka-ca tls.key$/,
        /^kafka-certificate tls.key$/,
        /^kafka-stores password$/,
        /^kafka-client-ingest password$/,
      ],
      at: [/^StatefulSet zookeeper$/, /^log of zookeeper-0 zookeeper$/, /^NetworkPolicy kafka-client-access$/],
    });
  });
});
