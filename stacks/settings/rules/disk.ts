/** Disk: what retention lets the topics grow to, against the volumes of the brokers. */
import { humanBytes } from "../../../kafka/units.ts";
import type { Settings, TopicSettings } from "../settings.ts";
import { bytes, presentTopics, type Rule, WARNING } from "./rule.ts";

/** Above this the disk alerts go off. */
const USABLE = 0.8;
/** Kafka's default for log.segment.bytes: retention deletes whole segments, so each partition holds up to one more. */
const SEGMENT_BYTES = 2 ** 30;

interface Growth {
  readonly topic: TopicSettings;
  /** Bytes of all replicas by time at the expected rate; infinite without a time limit. */
  readonly byTime: number;
  /** Bytes of all replicas by size limit; infinite without one. */
  readonly bySize: number;
}

/** Growth of every topic that deletes. Compacted topics grow with their keys, which nobody stated. */
function growth(settings: Settings): Growth[] {
  const topics = presentTopics(settings).filter(({ config }) => config["cleanup.policy"]?.includes("delete"));
  const partitions = topics.reduce((sum, topic) => sum + topic.partitions, 0);
  const { load, config, retentionBytes } = settings.kafka;
  const rate = load ? load.messagesPerSecond * load.recordBytes : 0;
  const inherited = retentionBytes === "unlimited" ? -1 : bytes(retentionBytes);
  return topics.map((topic) => {
    const replicas = topic.partitions * topic.replicationFactor;
    const segment = Number(topic.config["segment.bytes"] ?? config["log.segment.bytes"] ?? SEGMENT_BYTES);
    const limit = Number(topic.config["retention.bytes"] ?? inherited);
    const ms = Number(topic.config["retention.ms"]);
    const ofRate = rate * (topic.partitions / partitions) * topic.replicationFactor;
    return {
      topic,
      byTime: ms < 0 ? Number.POSITIVE_INFINITY : ofRate * (ms / 1000),
      bySize: limit < 0 ? Number.POSITIVE_INFINITY : replicas * (limit + segment),
    };
  });
}

const sum = (numbers: readonly number[]): number => numbers.reduce((a, b) => a + b, 0);

export const DISK_RULES: readonly Rule[] = [
  {
    id: "disk-too-small",
    severity: WARNING,
    overridable: true,
    summary: "The expected rate over each topic's retention, with its replicas, fits into 80 % of the data volumes.",
    check: (settings) => {
      const { load, replicas, storage } = settings.kafka;
      if (!load) return [];
      const limited = growth(settings).filter(({ byTime, bySize }) => Number.isFinite(Math.min(byTime, bySize)));
      const each = sum(limited.map(({ byTime, bySize }) => Math.min(byTime, bySize))) / replicas;
      const disk = bytes(storage.data);
      if (each <= disk * USABLE) return [];
      const needed = Math.ceil(each / USABLE / 2 ** 30);
      const rate = `${load.messagesPerSecond} messages/s of ${load.recordBytes} B`;
      return [
        {
          path: "kafka.storage.data",
          found: `${storage.data} a broker for ${humanBytes(each)} (${rate}, kept as each topic says, over ${replicas} brokers)`,
          expected: `the records within ${USABLE * 100} % of the disk`,
          remedy: `set kafka.storage.data=${needed}Gi, shorten retention, or limit it by kafka.retentionBytes`,
        },
      ];
    },
  },
  {
    id: "size-limit-over-disk",
    severity: WARNING,
    overridable: true,
    summary:
      "Where size limits are set, all of them together fit into 80 % of the data volumes: else they guard nothing.",
    check: (settings) => {
      const { replicas, storage, retentionBytes } = settings.kafka;
      if (retentionBytes === "unlimited") return [];
      const guarded = growth(settings).filter(({ bySize }) => Number.isFinite(bySize));
      const each = sum(guarded.map(({ bySize }) => bySize)) / replicas;
      if (each <= bytes(storage.data) * USABLE) return [];
      return [
        {
          path: "kafka.retentionBytes",
          found: `${retentionBytes} a partition, with a segment on top ${humanBytes(each)} a broker`,
          expected: `at most ${humanBytes(bytes(storage.data) * USABLE)}, ${USABLE * 100} % of kafka.storage.data`,
          remedy: 'lower kafka.retentionBytes or kafka.config["log.segment.bytes"], or raise kafka.storage.data',
        },
      ];
    },
  },
];
