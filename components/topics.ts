/**
 * The topics of a platform, and the configuration that its brokers take while they run: one ConfigMap key a topic, so that
 * a review shows which topic changes, and a Job that brings the brokers in line whenever something does. A CronJob looks for
 * drift. Nothing here deletes a topic: a name that leaves the list is left alone in the cluster.
 */
import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { PLATFORM_USERS } from "../kafka/access/platformUsers.ts";
import { BROKER_CONFIG_FILE, renderBrokerConfig } from "../kafka/brokerConfigFile.ts";
import { renderTopicFile, type TopicSpec } from "../kafka/topicFile.ts";
import { type AgentRuntime, agentPod } from "./agentPod.ts";
import { contentJob, jobSpec } from "./contentJob.ts";
import { shortDigest } from "./digest.ts";
import { shardTopics } from "./topicShards.ts";
import type { UserSources } from "./users.ts";

export interface KafkaTopicsArgs {
  readonly namespace: pulumi.Input<string>;
  readonly labels: Readonly<Record<string, string>>;
  /** Name of the Job before its hash, of the ConfigMap, and of the CronJob before `-drift`. */
  readonly name: string;
  readonly topics: readonly TopicSpec[];
  /** Cluster-wide configuration of the brokers, by Kafka's keys. */
  readonly brokerConfig: Readonly<Record<string, string>>;
  /** Level of `metadata.version` to finalise; null without KRaft. */
  readonly metadataVersion: string | null;
  /** Every broker, `host:port` separated by commas. */
  readonly brokers: string;
  readonly agent: AgentRuntime;
  /** Users to bring in line too; default: nobody logs in. */
  readonly users?: AgentUsers | undefined;
  readonly drift: {
    /** Cron schedule; null for no drift check. */
    readonly schedule: string | null;
    /** `repair` puts drifted topics right; `report` only fails the CronJob's Job. */
    readonly action: "repair" | "report";
  };
}

export interface AgentUsers {
  readonly sources: UserSources;
  /** Changes with the users and their passwords. */
  readonly subject: unknown;
  /** Where passwords are tried; default: where the agent itself logs in. */
  readonly door?: { readonly brokers: string; readonly secret: string } | undefined;
}

const INPUTS = "/etc/kafka-platform/topics";
const BROKER_INPUTS = "/etc/kafka-platform/brokers";
const USERS = "/etc/kafka-platform/users";
const PASSWORDS = "/etc/kafka-platform/passwords";
const DOOR = "/etc/kafka-platform/door";
const KEPT = Object.values(PLATFORM_USERS).join(",");
/** Ten thousand topics take minutes, not a quarter of an hour. */
const DEADLINE_SECONDS = 900;

export class KafkaTopics extends pulumi.ComponentResource {
  /** Name of the Job that applied the current list. */
  public readonly job: pulumi.Output<string>;
  /** ConfigMaps that hold the list, one key a topic. */
  public readonly files: readonly string[];
  /** Digest of the list and of what applies it. */
  public readonly digest: string;

  constructor(name: string, args: KafkaTopicsArgs, opts?: pulumi.ComponentResourceOptions) {
    super("kafka:index:KafkaTopics", name, {}, opts);
    const metadata = { namespace: args.namespace, labels: args.labels };
    const shards = shardTopics(args.topics.map((topic) => [topic.name, renderTopicFile(topic)]));
    this.files = shards.map((_, index) => (index === 0 ? args.name : `${args.name}-${index + 1}`));

    const files = shards.map(
      (data, index) =>
        new k8s.core.v1.ConfigMap(
          index === 0 ? `${name}-files` : `${name}-files-${index + 1}`,
          { metadata: { ...metadata, name: this.files[index] ?? args.name }, data },
          { parent: this },
        ),
    );
    const brokerFile = { [BROKER_CONFIG_FILE]: renderBrokerConfig(args.brokerConfig) };
    const brokerConfig = new k8s.core.v1.ConfigMap(
      `${name}-broker-config`,
      { metadata: { ...metadata, name: `${args.name}-brokers` }, data: brokerFile },
      { parent: this },
    );
    const door = args.users?.door;
    const pod = (...flags: string[]) =>
      agentPod(args.agent, {
        role: "reconcile",
        args: [
          "--topics",
          INPUTS,
          "--broker-config",
          `${BROKER_INPUTS}/${BROKER_CONFIG_FILE}`,
          "--brokers",
          "$(KAFKA_BROKERS)",
          ...(args.metadataVersion === null ? [] : ["--metadata-version", args.metadataVersion]),
          ...(args.users ? ["--users", USERS, "--passwords", PASSWORDS, "--kept", KEPT] : []),
          ...(door ? ["--login-brokers", door.brokers, "--login-config", `${DOOR}/client.properties`] : []),
          ...flags,
        ],
        brokers: args.brokers,
        inputs: {
          [INPUTS]: this.files,
          [BROKER_INPUTS]: [`${args.name}-brokers`],
          ...(args.users ? { [USERS]: [args.users.sources.files] } : {}),
        },
        secrets: {
          ...(args.users ? { [PASSWORDS]: args.users.sources.passwords } : {}),
          ...(door ? { [DOOR]: door.secret } : {}),
        },
      });
    const spec = jobSpec(args.labels, pod(), DEADLINE_SECONDS);
    this.digest = shortDigest({ shards, brokerFile, spec, ...(args.users ? { users: args.users.subject } : {}) });

    const job = contentJob(
      `${name}-reconcile`,
      { ...args, spec, digest: this.digest },
      { parent: this, dependsOn: [...files, brokerConfig] },
    );
    this.job = job.metadata.name;

    if (args.drift.schedule !== null) {
      const flags = args.drift.action === "report" ? ["--check"] : [];
      new k8s.batch.v1.CronJob(
        `${name}-drift`,
        {
          metadata: { ...metadata, name: `${args.name}-drift` },
          spec: {
            schedule: args.drift.schedule,
            concurrencyPolicy: "Forbid",
            startingDeadlineSeconds: 3600,
            successfulJobsHistoryLimit: 1,
            failedJobsHistoryLimit: 3,
            jobTemplate: { spec: jobSpec(args.labels, pod(...flags), DEADLINE_SECONDS) },
          },
        },
        { parent: this, dependsOn: job },
      );
    }
    this.registerOutputs({ job: this.job });
  }
}
