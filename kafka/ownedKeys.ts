/**
 * Keys that the program sets itself. Overriding one in `kafka.config` would pull the properties apart from the Services,
 * volumes and rules that were made from the same setting, so it is refused with the setting to use instead.
 */

interface Owned {
  readonly key: string | RegExp;
  /** Why it is the program's. */
  readonly why: string;
  /** The setting to use instead; none where the value follows from others. */
  readonly setting?: string;
}

const IDENTITY = "each pod gets its own from its ordinal";
const LISTENERS = "listeners are made together with Services, ports and certificates";
const QUORUM = "the voters follow from the pods of the quorum";
const VOLUMES = "the paths are those of the mounted volumes";
const REPLICATION = "it is capped by the number of brokers and shared with topics and checks";

const OWNED_BROKER_KEYS: readonly Owned[] = [
  { key: /^(?:node|broker)\.id$/, why: IDENTITY },
  { key: /^(?:broker\.id\.generation\.enable|reserved\.broker\.max\.id)$/, why: IDENTITY },
  { key: "broker.rack", why: "it comes from the zone of the pod's node", setting: "rackAwareness.enabled" },
  { key: "replica.selector.class", why: "it belongs to the zones", setting: "rackAwareness.enabled" },
  { key: "process.roles", why: "roles follow from where the controllers run", setting: "controllers.mode" },
  { key: /^zookeeper\./, why: "the coordination service is wired by the program", setting: "coordination.mode" },
  { key: /^(?:advertised\.)?listeners$/, why: LISTENERS, setting: "security.mode" },
  { key: /^(?:advertised\.)?(?:host\.name|port)$/, why: LISTENERS, setting: "security.mode" },
  { key: /^(?:control\.plane|controller)\.listener\.name/, why: LISTENERS },
  { key: "early.start.listeners", why: LISTENERS },
  { key: "listener.security.protocol.map", why: LISTENERS, setting: "security.mode" },
  { key: /^(?:inter\.broker\.listener\.name|security\.inter\.broker\.protocol)$/, why: LISTENERS },
  { key: /^listener\.name\./, why: LISTENERS, setting: "security.mode" },
  { key: /^(?:ssl|sasl)\./, why: "keys and credentials come from Secrets", setting: "security.mode" },
  { key: /^authorizer\./, why: "access rules belong to the security mode", setting: "security.mode" },
  { key: /^(?:super\.users|allow\.everyone\.if\.no\.acl\.found)$/, why: "access rules belong to the security mode" },
  {
    key: /^controller\.quorum\.(?:voters|bootstrap\.servers|auto\.join)/,
    why: QUORUM,
    setting: "controllers.replicas",
  },
  { key: /^(?:log\.dirs?|metadata\.log\.dir)$/, why: VOLUMES, setting: "kafka.storage" },
  { key: "default.replication.factor", why: REPLICATION, setting: "kafka.replicationFactor" },
  { key: "min.insync.replicas", why: REPLICATION, setting: "kafka.minInSyncReplicas" },
  {
    key: /^(?:offsets\.topic|transaction\.state\.log|share\.coordinator\.state\.topic)\.replication\.factor$/,
    why: REPLICATION,
    setting: "kafka.replicationFactor",
  },
  {
    key: /^(?:transaction\.state\.log|share\.coordinator\.state\.topic)\.min\.isr$/,
    why: REPLICATION,
    setting: "kafka.minInSyncReplicas",
  },
  { key: "num.network.threads", why: "it is a setting", setting: "kafka.networkThreads" },
  { key: "num.io.threads", why: "it is a setting", setting: "kafka.ioThreads" },
  { key: "num.partitions", why: "it is a setting", setting: "kafka.defaultPartitions" },
  { key: "compression.type", why: "it is a setting", setting: "kafka.compression" },
  { key: "auto.create.topics.enable", why: "it is a setting", setting: "kafka.autoCreateTopics" },
  { key: /^log\.retention\.(?:ms|minutes|hours)$/, why: "it is a setting", setting: "kafka.retention" },
  { key: "log.retention.bytes", why: "it is a setting", setting: "kafka.retentionBytes" },
  {
    key: /^(?:unclean\.leader\.election\.enable|controlled\.shutdown\.enable)$/,
    why: "acknowledged records would be lost when a broker fails or rolls",
    setting: "a topic's config for single topics",
  },
];

const OWNED_TOPIC_KEYS: readonly Owned[] = [
  { key: "min.insync.replicas", why: "it is a setting of the topic", setting: "minInSyncReplicas" },
  { key: "retention.ms", why: "it is a setting of the topic", setting: "retention" },
  { key: "retention.bytes", why: "it is a setting of the topic", setting: "retentionBytes" },
  { key: "cleanup.policy", why: "it is a setting of the topic", setting: "cleanupPolicy" },
  { key: "compression.type", why: "it is a setting of the topic", setting: "compression" },
  {
    key: /^(?:leader|follower)\.replication\.throttled\.replicas$/,
    why: "it is set and cleared while replicas move",
  },
];

function reason(owned: readonly Owned[], key: string): string | undefined {
  const entry = owned.find((row) => (typeof row.key === "string" ? row.key === key : row.key.test(key)));
  if (!entry) return undefined;
  return entry.setting === undefined ? entry.why : `${entry.why}; use ${entry.setting} instead`;
}

/** Why a broker key may not be set in `kafka.config`, with the setting to use instead; `undefined` when it may. */
export function ownedBrokerKey(key: string): string | undefined {
  return reason(OWNED_BROKER_KEYS, key);
}

/** Why a key may not be set in a topic's `config`, with the topic's setting to use instead; `undefined` when it may. */
export function ownedTopicKey(key: string): string | undefined {
  return reason(OWNED_TOPIC_KEYS, key);
}
