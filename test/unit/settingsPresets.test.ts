/** What the presets of the four systems say, and that each of them loads. */
import assert from "node:assert/strict";
import type { PresetName } from "../../stacks/presets/index.ts";
import { layersOf } from "../../stacks/settings/layers.ts";
import { parseLayers } from "../../stacks/settings/parse.ts";
import { resolve } from "../../stacks/settings/resolve.ts";
import { built, KRAFT, load, presetSays, problemsOf, rulesOf, type SetValues } from "../support/settings.ts";

const SYSTEMS = ["llm-analytics-hub", "voicecore", "selfmonitor", "amazon-api"] as const;
const ENVIRONMENTS = ["dev", "staging", "prod"] as const;

/** One value for each system in the order of SYSTEMS, from what the production preset says. */
const said = (path: string) => SYSTEMS.map((system) => presetSays(system, "prod", path));

describe("settings presets", () => {
  it("R-ENV-01 SelfMonitor in production: 5 brokers, 2Gi, 100Gi, monitoring and security on", () => {
    const says = (path: string) => presetSays("selfmonitor", "prod", path);
    assert.equal(says("kafka.replicas"), 5);
    assert.equal(says("kafka.resources.requests.memory"), "2Gi");
    assert.equal(says("kafka.storage.data"), "100Gi");
    assert.equal(says("monitoring.enabled"), true);
    assert.equal(says("security.mode"), "scram");
    assert.equal(says("profile"), "production");
  });

  it("R-ENV-02 SelfMonitor in staging: 3 brokers, 1Gi, 50Gi, monitoring on", () => {
    const says = (path: string) => presetSays("selfmonitor", "staging", path);
    assert.equal(says("kafka.replicas"), 3);
    assert.equal(says("kafka.resources.requests.memory"), "1Gi");
    assert.equal(says("kafka.storage.data"), "50Gi");
    assert.equal(says("monitoring.enabled"), true);
    assert.equal(says("security.mode"), "plaintext");
  });

  it("R-ENV-03 SelfMonitor in development: 1 broker, 1 ZooKeeper, 512Mi, 10Gi, one copy, heap below the memory", () => {
    const says = (path: string) => presetSays("selfmonitor", "dev", path);
    assert.equal(says("kafka.replicas"), 1);
    assert.equal(says("zookeeper.replicas"), 1);
    assert.equal(says("kafka.resources.requests.memory"), "512Mi");
    assert.equal(says("kafka.storage.data"), "10Gi");
    assert.equal(says("monitoring.enabled"), false);
    const { kafka, topics, zookeeper } = built("selfmonitor", "dev").settings;
    assert.deepEqual([kafka.replicationFactor, kafka.minInSyncReplicas], [1, 1]);
    for (const { replicationFactor, minInSyncReplicas } of topics.items)
      assert.deepEqual([replicationFactor, minInSyncReplicas], [1, 1]);
    assert.match(kafka.heap, /^\d+m$/);
    assert.ok(Number.parseInt(kafka.heap, 10) < 512);
    assert.equal(zookeeper.replicas, 1);
    assert.equal(built("selfmonitor", "dev", KRAFT).settings.controllers.mode, "combined");
  });

  it("R-ENV-04 R-ENV-06 derives dev with one node and staging with three smaller ones from each stated size", () => {
    for (const preset of ["llm-analytics-hub", "voicecore", "amazon-api"] as const) {
      const sizes = ENVIRONMENTS.map((environment) => built(preset, environment).settings.kafka);
      assert.deepEqual(
        sizes.map(({ replicas }) => replicas),
        [1, 3, 3],
        preset,
      );
      const [dev = 0, staging = 0, prod = 0] = sizes.map(({ storage }) => Number.parseInt(storage.data, 10));
      assert.ok(dev <= staging && staging < prod, `${preset}: ${dev}, ${staging}, ${prod}`);
      assert.equal(presetSays(preset, "dev", "zookeeper.replicas"), 1);
      assert.equal(built(preset, "dev", KRAFT).settings.controllers.mode, "combined");
    }
  });

  it("R-CRD-02 coordinates by ZooKeeper where the system says so, which is everywhere", () => {
    assert.deepEqual(said("coordination.mode"), ["zookeeper", "zookeeper", "zookeeper", "zookeeper"]);
    const kraft = { "coordination.mode": "kraft" };
    assert.equal(presetSays("voicecore", "prod", "names.brokers"), "kafka");
    assert.equal(presetSays("voicecore", "prod", "names.brokers", kraft), "kafka-kraft");
  });

  it("R-CRD-25 R-FUT-04 runs VoiceCore on KRaft: 3 combined nodes of 4 CPU, 8Gi and 100Gi, on the newest Kafka", () => {
    const { kafka, controllers, names } = built("voicecore", "prod", KRAFT).settings;
    assert.equal(controllers.mode, "combined");
    assert.equal(controllers.replicas, 3);
    assert.deepEqual(
      [kafka.replicas, kafka.resources.requests, kafka.storage.data],
      [3, { cpu: "4", memory: "8Gi" }, "100Gi"],
    );
    assert.deepEqual([names.brokers, names.bootstrap, kafka.version], ["kafka-kraft", "kafka", "4.3.1"]);
  });

  it("R-CRD-29 keeps the client Service's name in both modes", () => {
    for (const preset of SYSTEMS)
      for (const mode of ["kraft", "zookeeper"])
        assert.equal(presetSays(preset, "prod", "names.bootstrap", { "coordination.mode": mode }), "kafka");
  });

  it("runs 3.9.2 where a system wants ZooKeeper, 4.3.1 on KRaft, and older ones where told to", () => {
    const version = (set: SetValues) =>
      resolve(parseLayers(layersOf({ preset: "amazon-api" }, set)).parsed).kafka.version;
    assert.equal(version({}), "3.9.2");
    assert.equal(version({ "coordination.mode": "kraft" }), "4.3.1");
    assert.equal(version({ "coordination.mode": "kraft", "kafka.version": "3.9.0" }), "3.9.0");
  });

  it("R-PRG-11 has every setting of SelfMonitor's chart", () => {
    const chart = {
      environment: "staging",
      "kafka.replicas": 4,
      "kafka.resources.requests.memory": "1536Mi",
      "kafka.resources.limits.memory": "1536Mi",
      "kafka.storage.data": "60Gi",
      "zookeeper.replicas": 5,
    };
    const off = {
      "schemaRegistry.enabled": false,
      "connect.enabled": false,
      "ksqldb.enabled": false,
      "ui.enabled": false,
    };
    const kraft = { "coordination.mode": "kraft", "monitoring.enabled": false };
    const { settings } = load({ preset: "selfmonitor" }, { ...chart, ...off, ...kraft });
    assert.equal(settings.environment, "staging");
    assert.equal(settings.kafka.replicas, 4);
    assert.equal(settings.kafka.resources.requests.memory, "1536Mi");
    assert.equal(settings.kafka.storage.data, "60Gi");
    assert.equal(settings.zookeeper.replicas, 5);
    const secured = load({ preset: "selfmonitor" }, { ...chart, ...off, ...kraft, "security.mode": "scram" });
    assert.equal(secured.settings.security.mode, "scram");
    const on = { "monitoring.enabled": true };
    const named = problemsOf({ preset: "selfmonitor" }, { ...chart, ...off, "coordination.mode": "kraft", ...on });
    assert.deepEqual(
      named.map(({ path }) => path),
      ["monitoring.enabled"],
    );
  });

  it("R-SR-11 R-CON-12 leaves out what a system lists as later work", () => {
    assert.deepEqual(said("schemaRegistry.enabled"), [false, true, true, false]);
    assert.deepEqual(said("connect.enabled"), [false, true, true, false]);
  });

  it("R-PRG-16 says what each system switches on, built or not", () => {
    assert.deepEqual(said("security.mode"), ["scram-tls", "plaintext", "scram", "plaintext"]);
    assert.deepEqual(said("security.networkPolicies"), [true, false, true, false]);
    assert.deepEqual(said("externalAccess.enabled"), [true, false, false, false]);
    assert.deepEqual(said("rackAwareness.enabled"), [true, false, false, false]);
    assert.deepEqual(said("ksqldb.enabled"), [false, false, true, false]);
    assert.deepEqual(said("ui.enabled"), [false, false, true, false]);
    assert.deepEqual(said("monitoring.enabled"), [true, true, true, false]);
    assert.deepEqual(said("mirrorMaker.enabled"), [true, false, false, false]);
    assert.deepEqual(said("backup.enabled"), [true, false, true, false]);
    assert.deepEqual(said("namespace.istioInjection"), [false, true, false, false]);
    assert.deepEqual(said("namespace.create"), [true, true, true, false]);
  });

  it("R-CRD-06 R-CRD-07 R-CRD-08 R-CRD-18 has the ZooKeeper ensembles that the systems state", () => {
    assert.deepEqual(said("zookeeper.replicas"), [3, 3, 3, 3]);
    assert.deepEqual(presetSays("llm-analytics-hub", "prod", "zookeeper"), {
      version: "3.8.3",
      replicas: 3,
      heap: "3g",
      resources: { requests: { cpu: "500m", memory: "4Gi" }, limits: { memory: "4Gi", cpu: "1" } },
      storage: { class: "fast-ssd", data: "100Gi", logs: "50Gi" },
      chroot: null,
    });
    assert.equal(built("voicecore", "prod").settings.zookeeper.heap, "1g", "half of its memory");
    assert.equal(built("amazon-api", "prod").settings.zookeeper.heap, "256m");
    assert.deepEqual(presetSays("voicecore", "prod", "zookeeper.storage.data"), "10Gi");
    assert.deepEqual(presetSays("voicecore", "prod", "zookeeper.resources.requests"), { cpu: "1", memory: "2Gi" });
    assert.deepEqual(presetSays("amazon-api", "prod", "zookeeper.resources"), {
      requests: { cpu: "200m", memory: "512Mi" },
      limits: { memory: "1Gi", cpu: "500m" },
    });
    assert.deepEqual(presetSays("amazon-api", "prod", "zookeeper.storage"), { class: null, data: "5Gi", logs: "5Gi" });
  });

  it("R-NS-08 R-USR-08 labels SelfMonitor's client namespace as its network policy selects it, with the account of its guide", () => {
    const { namespaces } = built("selfmonitor", "prod").settings.clients;
    assert.deepEqual(namespaces, {
      selfmonitor: { create: true, labels: { name: "selfmonitor" }, serviceAccount: "kafka-user" },
    });
  });

  it("R-USR-07 R-USR-09 has SelfMonitor's user, with the groups of its services and what each of them reads", () => {
    const { security, users } = built("selfmonitor", "prod").settings;
    assert.equal(security.mode, "scram");
    const { acls } = users["items"]["kafka-user"] ?? { acls: [] };
    const of = (resource: string, operation: string) =>
      acls.filter((acl) => acl.resource === resource && acl.operation === operation).map(({ name }) => name);
    const groups = ["analytics-service", "fraud-detection", "notification-service", "audit-service", "ml-service"];
    assert.deepEqual(of("group", "Read").sort(), groups.sort());
    const read = ["user.events", "transaction.events", "analytics.events", "notification.events"];
    const further = ["audit.events", "compliance.events", "ml.predictions"];
    assert.deepEqual(of("topic", "Read").sort(), [...read, ...further].sort());
    assert.equal(of("topic", "Write").length, 11, "it writes to all its topics");
    assert.ok(acls.every(({ permission, pattern }) => permission === "allow" && pattern === "literal"));
  });

  it("R-TLS-09 has neither TLS nor logins for amazon-api, and either by one setting", () => {
    const preset = { preset: "amazon-api", environment: "prod" } as const;
    assert.equal(built("amazon-api", "prod").settings.security.mode, "plaintext");
    const user = { acls: [{ operations: ["Read"], resource: "topic", name: "order.created" } as const] };
    const users = { items: { "notifications-service": user } };
    const today = rulesOf(preset);
    assert.deepEqual(rulesOf({ ...preset, users, security: { mode: "scram" } }), today);
    const encrypted = today.filter((rule) => rule !== "prod-plaintext");
    assert.deepEqual(rulesOf({ ...preset, users, security: { mode: "scram-tls" } }), encrypted);
  });

  it("R-VAL-24 R-USR-10 has the environment keys of amazon-api's service, and the client properties that each system states", () => {
    const clients = (preset: PresetName) => built(preset, "prod").settings.clients;
    assert.deepEqual(clients("amazon-api").namespaces["amazon-api"]?.env, {
      KAFKA_CLIENT_ID: "notifications-service",
      KAFKA_GROUP_ID: "notifications-service-group",
      KAFKA_TOPIC_ORDER_CREATED: "order.created",
    });
    const always = { acks: "all", "enable.idempotence": "true" };
    const lah = { ...always, "compression.type": "lz4", "batch.size": "32768" };
    assert.deepEqual(clients("llm-analytics-hub").producer, lah);
    const inFlight = { "max.in.flight.requests.per.connection": "5" };
    const voicecore = { ...always, "compression.type": "snappy", "linger.ms": "10", ...inFlight };
    assert.deepEqual(clients("voicecore").producer, voicecore);
    const consumer = { "isolation.level": "read_committed", "enable.auto.commit": "false" };
    assert.deepEqual(clients("voicecore").consumer, consumer);
    assert.deepEqual(clients("selfmonitor").producer, { ...always, "compression.type": "snappy" });
  });

  it("R-NS-03 has a LimitRange that admits LLM Analytics Hub's brokers, in its quota of 50 CPU, 200Gi and 5Ti", () => {
    const { namespace } = built("llm-analytics-hub", "prod").settings;
    assert.deepEqual(namespace.quota, { cpu: "50", memory: "200Gi", storage: "5Ti" });
    assert.ok(Number(namespace.limitRange?.max.cpu) >= 4);
    assert.ok(Number.parseInt(namespace.limitRange?.max.memory ?? "0", 10) >= 16);
  });

  for (const preset of ["none", ...SYSTEMS] as const) {
    for (const environment of ENVIRONMENTS) {
      it(`${preset}/${environment} loads without what is not built yet, and is refused for nothing else`, () => {
        const { settings, warnings } = built(preset, environment);
        assert.equal(settings.preset, preset);
        const open = settings.security.mode === "plaintext" ? ["external-access-open"] : [];
        const outside = settings.externalAccess.enabled ? ["external-host-example", ...open] : [];
        // Its users are not stated.
        const users = preset === "llm-analytics-hub" ? ["logins-without-users"] : [];
        const allowed = [...outside, ...users, ...(environment === "prod" ? EXPECTED_WARNINGS[preset] : [])];
        assert.deepEqual(
          warnings.map(({ rule }) => rule),
          allowed,
        );
        const refused = rulesOf({ preset, environment }).filter((rule) => !allowed.includes(rule));
        assert.deepEqual(refused, ALL_BUILT.includes(preset) ? [] : ["not-built-yet"]);
      });
    }
  }
});

/** They switch on nothing that is not built yet. */
const ALL_BUILT: readonly PresetName[] = ["none", "amazon-api"];

const EXPECTED_WARNINGS: Readonly<Record<PresetName, readonly string[]>> = {
  none: ["prod-plaintext"],
  "llm-analytics-hub": [],
  voicecore: ["prod-plaintext"],
  selfmonitor: ["prod-plaintext"],
  "amazon-api": ["prod-memory-not-guaranteed", "prod-auto-create", "prod-plaintext"],
};
