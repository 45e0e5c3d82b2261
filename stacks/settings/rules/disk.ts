/** Disk: what retention lets the topics grow to, against the volumes of the brokers. */
import { diskNeed } from "../../../kafka/sizing.ts";
import { humanBytes } from "../../../kafka/units.ts";
import type { Settings } from "../settings.ts";
import { bytes, presentTopics, type Rule, WARNING } from "./rule.ts";

/** Above this the disk alerts go off. */
const USABLE = 0.8;
/** Kafka's default for log.segment.bytes: retention deletes whole segments, so each partition holds up to one more. */
const SEGMENT_BYTES = 2 ** 30;

interface Growth {
  /** Bytes a broker keeps of the topic at the expected rate; infinite without a limit, 0 without a rate. */
  readonly expected: number;
  /** Bytes a broker keeps of the topic when its size limit is reached; infinite without one. */
  readonly bySize: number;
}

/** Growth of every topic that deletes. Compacted topics grow with their keys, which nobody stated. */
function growth(settings: Settings): Growth[] {
  const topics = presentTopics(settings).filter(({ config }) => config["cleanup.policy"]?.includes("delete"));
  const partitions = topics.reduce((all, topic) => all + topic.partitions, 0);
  const { load, config, retentionBytes, replicas: brokers } = settings.kafka;
  const inherited = retentionBytes === "unlimited" ? -1 : bytes(retentionBytes);
  return topics.map(({ partitions: own, replicationFactor, config: topic }) => {
    const segment = Number(topic["segment.bytes"] ?? config["log.segment.bytes"] ?? SEGMENT_BYTES);
    const limit = Number(topic["retention.bytes"] ?? inherited);
    const sizeBound = limit < 0 ? undefined : own * (limit + segment);
    const retention = Number(topic["retention.ms"]);
    // The load is the cluster's; a topic's share of it goes by its partitions.
    const share = {
      messagesPerSecond: ((load?.messagesPerSecond ?? 0) * own) / partitions,
      recordBytes: load?.recordBytes ?? 0,
    };
    return {
      expected: diskNeed({ load: share, retention, replicationFactor, brokers, sizeBound }),
      bySize: sizeBound === undefined ? Number.POSITIVE_INFINITY : (sizeBound * replicationFactor) / brokers,
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
      // A topic without any limit is another rule's matter.
      const each = sum(
        growth(settings)
          .map(({ expected }) => expected)
          .filter(Number.isFinite),
      );
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
      const { storage, retentionBytes } = settings.kafka;
      if (retentionBytes === "unlimited") return [];
      const each = sum(
        growth(settings)
          .map(({ bySize }) => bySize)
          .filter(Number.isFinite),
      );
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
