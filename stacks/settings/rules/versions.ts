/** Versions and images: what runs together, and what a production image reference must pin. */
import { METADATA_LEVELS, metadataLevel } from "../../../kafka/features.ts";
import { VERSION_LINES, versionFacts } from "../../../kafka/versions.ts";
import type { Settings } from "../settings.ts";
import { beside, ERROR, type Rule, STRICT } from "./rule.ts";

interface ImageReference {
  /** Last word of the repository, e.g. `cp-kafka`. */
  readonly name: string;
  readonly tag: string | undefined;
  readonly digest: boolean;
}

function parseImage(reference: string): ImageReference {
  const [named = "", digest] = reference.split("@");
  const last = named.split("/").at(-1) ?? "";
  const [name = "", tag] = last.split(":");
  return { name, tag, digest: digest !== undefined };
}

function images(settings: Settings): { path: string; image: string }[] {
  const { kafka, zookeeper, agent, ui } = settings;
  return [
    ...(beside(settings).includes("zookeeper") ? [{ path: "zookeeper.image", image: zookeeper.image }] : []),
    { path: "kafka.image", image: kafka.image },
    { path: "agent.image", image: agent.image },
    ...(ui.enabled ? [{ path: "ui.image", image: ui.image }] : []),
  ];
}

/** Repositories whose distribution is certain; a mirror may call an image anything else. */
const KNOWN_IMAGES: Readonly<Record<string, "apache" | "confluent">> = {
  kafka: "apache",
  "cp-kafka": "confluent",
  "cp-server": "confluent",
  "confluent-local": "confluent",
};

const distributionOf = (name: string): "apache" | "confluent" | undefined =>
  Object.hasOwn(KNOWN_IMAGES, name) ? KNOWN_IMAGES[name] : undefined;

export const VERSION_RULES: readonly Rule[] = [
  {
    id: "kafka-version-unknown",
    severity: ERROR,
    overridable: false,
    summary: "kafka.version is a release of a line in the table of facts: properties and keys follow from it.",
    check: ({ kafka: { version } }) =>
      versionFacts(version)
        ? []
        : [
            {
              path: "kafka.version",
              found: JSON.stringify(version),
              expected: `a release of ${VERSION_LINES.join(", ")}, written with its patch, e.g. 4.3.1`,
              remedy: "choose one of these, or leave it out for the newest that runs in coordination.mode",
            },
          ],
  },
  {
    id: "metadata-version-unknown",
    severity: ERROR,
    overridable: false,
    summary: "kafka.metadataVersion is a level that a known release made ready for production.",
    check: ({ kafka: { metadataVersion } }) =>
      metadataLevel(metadataVersion) === undefined
        ? [
            {
              path: "kafka.metadataVersion",
              found: JSON.stringify(metadataVersion),
              expected: `one of ${Object.keys(METADATA_LEVELS).join(", ")}`,
              remedy: "name one of these, or leave it out for that of kafka.version",
            },
          ]
        : [],
  },
  {
    id: "metadata-version-above-kafka",
    severity: ERROR,
    overridable: false,
    summary:
      "kafka.metadataVersion is at most that of kafka.version: brokers cannot write a format that they do not know.",
    check: ({ kafka: { metadataVersion, version } }) => {
      const level = metadataLevel(metadataVersion);
      const own = versionFacts(version)?.metadataVersion;
      if (level === undefined || own === undefined || level <= (metadataLevel(own) ?? 0)) return [];
      return [
        {
          path: "kafka.metadataVersion",
          found: `${metadataVersion} with kafka.version ${version}`,
          expected: `at most ${own}`,
          remedy: `set kafka.metadataVersion=${own}, or leave it out`,
        },
      ];
    },
  },
  {
    id: "zookeeper-with-kafka-4",
    severity: ERROR,
    overridable: false,
    summary: "ZooKeeper ends with Kafka 3.9: 4.0 removed it (KIP-500).",
    check: ({ coordination: { mode }, kafka: { version } }) => {
      const facts = versionFacts(version);
      if (!facts || facts.coordination.includes(mode)) return [];
      return [
        {
          path: "kafka.version",
          found: `${version} with coordination.mode ${mode}`,
          expected: "3.9 or older with ZooKeeper",
          remedy: "set kafka.version=3.9.2, or coordination.mode=kraft for a new cluster",
        },
      ];
    },
  },
  {
    id: "zookeeper-version-unknown",
    severity: ERROR,
    overridable: true,
    summary: "ZooKeeper is of a line that Kafka 3.9's client speaks to, with its logging by logback: 3.8 or 3.9.",
    check: (settings) => {
      const { version } = settings.zookeeper;
      if (!beside(settings).includes("zookeeper") || /^3\.[89]\.\d+$/.test(version)) return [];
      return [
        {
          path: "zookeeper.version",
          found: JSON.stringify(version),
          expected: "a release of 3.8 or 3.9, written with its patch, e.g. 3.8.4",
          remedy: "choose one of these",
        },
      ];
    },
  },
  {
    id: "image-distribution-mismatch",
    severity: ERROR,
    overridable: true,
    summary:
      "The image is of the distribution that kafka.distribution names: it decides the paths of the start commands.",
    check: ({ kafka: { image, distribution } }) => {
      const { name } = parseImage(image);
      const known = distributionOf(name);
      if (known === undefined || known === distribution) return [];
      return [
        {
          path: "kafka.image",
          found: `${image} with kafka.distribution ${distribution}`,
          expected: `an image of ${distribution}`,
          remedy: `set kafka.distribution=${known}, or leave kafka.image out`,
        },
      ];
    },
  },
  {
    id: "image-version-mismatch",
    severity: ERROR,
    overridable: true,
    summary: "The tag of an Apache image is kafka.version: properties and keys are made for that version.",
    check: ({ kafka: { image, distribution, version } }) => {
      const { name, tag = "" } = parseImage(image);
      if (distribution !== "apache" || distributionOf(name) === "confluent") return [];
      if (!/^\d+\.\d+\.\d+$/.test(tag) || tag === version) return [];
      if (!versionFacts(version)) return [];
      return [
        {
          path: "kafka.image",
          found: `${image} with kafka.version ${version}`,
          expected: `the tag ${version}`,
          remedy: `set kafka.version=${tag}, or leave kafka.image out`,
        },
      ];
    },
  },
  {
    id: "prod-latest-tag",
    severity: STRICT,
    overridable: true,
    summary: "An image is pinned by a tag other than latest, or by digest: else a restart can bring another version.",
    check: (settings) =>
      images(settings)
        .filter(({ image }) => {
          const { tag, digest } = parseImage(image);
          return !digest && (tag === undefined || tag === "" || tag === "latest");
        })
        .map(({ path, image }) => ({
          path,
          found: JSON.stringify(image),
          expected: "a tag other than latest, or a digest",
          remedy: "name the release, e.g. docker.io/apache/kafka:4.3.1",
        })),
  },
];
