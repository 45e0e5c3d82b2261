/** Changes of releases and metadata versions: what each rule refuses, and the nearest change that passes. */
import { type ChangeCases, zookeeper } from "./case.ts";

export const VERSIONS: ChangeCases = {
  "kafka-downgraded": [
    {
      what: "a line that cannot read the metadata",
      from: { kafka: { version: "4.2.1" } },
      bad: { kafka: { version: "4.1.2" } },
      good: { kafka: { version: "4.2.0" } },
      at: "kafka.version",
      says: "4.2-IV1",
    },
  ],
  "upgrade-in-one-step": [
    {
      what: "Kafka 4 together with the way off ZooKeeper",
      from: zookeeper(3),
      bad: { kafka: { version: "4.3.1" } },
      good: { ...zookeeper(3), kafka: { version: "3.9.1" } },
      at: "kafka.version",
      says: "of its own",
    },
  ],
  "metadata-downgraded": [
    {
      what: "a metadata version below the finalised one",
      from: { kafka: { version: "4.3.1", metadataVersion: "4.2-IV1" } },
      bad: { kafka: { version: "4.3.1", metadataVersion: "4.2-IV0" } },
      good: { kafka: { version: "4.3.1", metadataVersion: "4.3-IV0" } },
      at: "kafka.metadataVersion",
      says: "4.2-IV1 or newer",
    },
  ],
};
