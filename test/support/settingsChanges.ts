/** Settings that a stack may have had, and edits of them, drawn at random: for properties of changes. */
import fc from "fast-check";
import { SettingsError } from "../../stacks/settings/problem.ts";
import type { Settings } from "../../stacks/settings/settings.ts";
import { load, type SetValues } from "./settings.ts";

const portsFrom = (client: number) => ({
  client: { port: client },
  replication: { port: client - 1 },
  controller: { port: client + 1 },
});
/** A beginning of names: a topic would have to be declared. */
const reads = { roles: [{ role: "consumer", prefixes: ["user."] }] };

/** Values to change between, every one valid in some company. */
const VALUES: Readonly<Record<string, readonly unknown[]>> = {
  environment: ["dev", "staging"],
  "labels.team": ["payments", "search"],
  "namespace.name": ["kafka", "other"],
  "namespace.create": [true, false],
  "names.brokers": ["kafka", "broker"],
  "names.headless": ["kafka-headless", "nodes"],
  "names.controllers": ["kafka-controller", "voter"],
  "names.controllersHeadless": ["kafka-controller-headless", "voters"],
  "names.bootstrap": ["kafka", "bootstrap"],
  "names.aliases": [[], ["one"], ["one", "two"]],
  "kafka.version": ["3.9.2", "4.2.1", "4.3.1"],
  "kafka.metadataVersion": ["3.9-IV0", "4.2-IV1"],
  "rackAwareness.enabled": [true, false],
  "rackAwareness.zones": [[], ["a", "b"], ["b", "a"]],
  "coordination.mode": ["kraft", "zookeeper"],
  "coordination.phase": ["zookeeper", "controllers", "dual-write", "brokers-kraft", "kraft", "rollback"],
  "zookeeper.replicas": [1, 3, 5],
  "zookeeper.heap": ["512m", "400m"],
  "zookeeper.storage.data": ["10Gi", "12Gi"],
  "zookeeper.storage.logs": ["5Gi", "6Gi"],
  "zookeeper.storage.class": [null, "fast"],
  "kafka.replicas": [1, 3, 4, 5],
  "kafka.replicationFactor": [1, 3],
  "kafka.heap": ["1g", "900m"],
  "kafka.storage.data": ["20Gi", "30Gi"],
  "kafka.storage.class": [null, "fast"],
  "kafka.storage.logs": [null, "5Gi", "6Gi"],
  "kafka.ioThreads": [8, 9],
  'kafka.config["num.replica.fetchers"]': ["1", "2"],
  'kafka.config["queued.max.requests"]': ["500", "600"],
  "kafka.retention": ["7d", "3d"],
  "kafka.terminationGrace": ["300s", "200s"],
  "kafka.jvmOptions": [[], ["-XX:+AlwaysPreTouch"]],
  "controllers.mode": ["dedicated", "combined"],
  "controllers.replicas": [3, 5],
  "controllers.heap": ["512m", "400m"],
  "controllers.storage.data": ["10Gi", "12Gi"],
  "controllers.storage.class": [null, "fast"],
  "listeners.client.port": [9092, 9192],
  "listeners.controller.port": [9093, 9193],
  "security.mode": ["plaintext", "scram", "scram-tls"],
  "security.alongside": [
    null,
    ...["plaintext", "scram", "scram-tls"].map((mode) => ({ mode, listeners: portsFrom(9292) })),
  ],
  "security.betweenNodes": ["tls", "scram"],
  "security.networkPolicies": [true, false],
  "certificates.issuer": [null, { name: "company", kind: "ClusterIssuer" }],
  "certificates.authority": [
    { generation: 1, rotation: "done" },
    ...["trust", "sign", "done"].map((rotation) => ({ generation: 2, rotation })),
  ],
  "certificates.jks": [true, false],
  "certificates.certManager": ["present", "install"],
  "certificates.duration": ["90d", "60d"],
  "users.items.app": [
    reads,
    { ...reads, credential: { generation: 2, keepPrevious: true } },
    { ...reads, credential: { generation: 2 } },
    { ...reads, state: "absent" },
  ],
  "externalAccess.enabled": [true, false],
  "externalAccess.hostTemplate": ["b{id}.corp.test", "k{id}.corp.test"],
  "scheduling.antiAffinity": ["preferred", "none"],
  "agent.image": ["node:24.21.0", "node:24.20.0"],
  'topics.items["user.events"].partitions': [1, 12],
  "verify.enabled": [true, false],
};
const PATHS = Object.keys(VALUES);

/** Where chance alone would seldom begin: what belongs together, and the paths that are worth an edit there. */
export const STARTS: readonly { readonly set: SetValues; readonly edits: RegExp }[] = [
  { set: {}, edits: /./ },
  { set: { "security.mode": "scram", "users.items.app": reads }, edits: /^(users|security\.(mode|alongside))/ },
  {
    set: {
      "security.mode": "scram-tls",
      "users.items.app": reads,
      "certificates.authority": { generation: 2, rotation: "trust" },
    },
    edits: /^certificates\.(authority|jks)/,
  },
  {
    set: { "security.mode": "scram-tls", "users.items.app": reads, "certificates.certManager": "install" },
    edits: /^(security|certificates|listeners|externalAccess)/,
  },
  {
    set: { "coordination.mode": "zookeeper", "kafka.version": "3.9.2" },
    edits: /^(coordination|zookeeper|kafka|controllers)/,
  },
  ...["controllers", "kraft"].map((phase) => ({
    set: { "coordination.mode": "zookeeper", "coordination.phase": phase, "kafka.version": "3.9.2" },
    edits: /^(coordination|zookeeper|controllers)/,
  })),
  {
    set: { "rackAwareness.enabled": true, "rackAwareness.zones": ["a", "b"] },
    edits: /^(rackAwareness|kafka.replicas)/,
  },
];

const assignment = (path: string) => fc.constantFrom(...(VALUES[path] ?? [])).map((value) => [path, value] as const);
const some = (paths: readonly string[], minLength: number, maxLength: number) =>
  fc
    .uniqueArray(fc.constantFrom(...paths), { minLength, maxLength })
    .chain((chosen) => fc.tuple(...chosen.map(assignment)))
    .map((entries): SetValues => Object.fromEntries(entries));

function valid(set: SetValues): Settings | undefined {
  try {
    return load({}, set).settings;
  } catch (error) {
    if (error instanceof SettingsError) return undefined;
    throw error;
  }
}

/** Settings, and the same ones with up to three changes; undefined where the rules of settings refuse one of them. */
export const settingsChange = fc
  .constantFrom(...STARTS)
  .chain(({ set, edits }) =>
    fc.tuple(
      some(PATHS, 0, 5).map((further) => ({ ...further, ...set })),
      some(
        PATHS.filter((path) => edits.test(path)),
        1,
        3,
      ),
    ),
  )
  .map(([before, edits]) => [valid(before), valid({ ...before, ...edits })] as const);
