/** The composition root: settings in, components in their order of dependence, addresses and names out. */
import type * as pulumi from "@pulumi/pulumi";
import { KafkaAgent } from "../components/agent.ts";
import { KafkaBrokers } from "../components/brokers.ts";
import { KafkaClients } from "../components/clients.ts";
import { KafkaClusterId } from "../components/clusterId.ts";
import { KafkaControllers } from "../components/controllers.ts";
import { ZooKeeperEnsemble } from "../components/ensemble.ts";
import { ensembleNodes } from "../components/ensembleSet.ts";
import { KafkaMigrationStep } from "../components/migrationStep.ts";
import { KafkaNamespace } from "../components/namespace.ts";
import { KafkaNetworkPolicies } from "../components/networkPolicies.ts";
import { brokerAddresses, brokerNodes, controllerNodes, rollDigest } from "../components/nodeSets.ts";
import { containerResources } from "../components/pod.ts";
import { KafkaPreflight } from "../components/preflight.ts";
import { KafkaRenewals } from "../components/renewals.ts";
import { KafkaSettle } from "../components/settle.ts";
import { KafkaSidecar } from "../components/sidecar.ts";
import { KafkaTopics } from "../components/topics.ts";
import { KafkaVerify } from "../components/verify.ts";
import { KafkaVolumes } from "../components/volumes.ts";
import { KafkaVoters, votersName } from "../components/voters.ts";
import { phaseFacts, stageAdvice, stageOf } from "../kafka/coordination.ts";
import { usesEnsembleTls } from "../kafka/ensembleTls.ts";
import { voters, votingPods } from "../kafka/quorum.ts";
import { holdingSets, renewalsName } from "../kafka/renewals.ts";
import { openOf, stepAdvice } from "../kafka/securitySteps.ts";
import { clusterWideConfig } from "../kafka/serverProperties.ts";
import { zookeeperAccess } from "../kafka/zookeeperStorage.ts";
import { access } from "./access.ts";
import { shapeText } from "./appliedShape.ts";
import { labelsOf, nodeArguments, sidecarOf } from "./nodes.ts";
import type { ClusterPrograms, PlatformOutputs } from "./outputs.ts";
import type { Providers } from "./provider.ts";
import { PREFLIGHT } from "./settings/rules/inCluster.ts";
import type { Settings } from "./settings/settings.ts";
import { verification } from "./verification.ts";

export type { ClusterPrograms, PlatformOutputs } from "./outputs.ts";

export function platform(settings: Settings, providers: Providers, programs: ClusterPrograms): PlatformOutputs {
  const { deletionProtection, names } = settings;
  const { alongside } = settings.security;
  const kafkaLabels = labelsOf(settings, "kafka");
  const agentLabels = labelsOf(settings, "kafka-agent");
  const kubernetes = { provider: providers.kubernetes };

  const namespace = new KafkaNamespace(
    "namespace",
    {
      name: settings.namespace.name,
      create: settings.namespace.create,
      labels: kafkaLabels,
      podSecurity: settings.namespace.podSecurity,
      istioInjection: settings.namespace.istioInjection,
      quota: settings.namespace.quota,
      limitRange: settings.namespace.limitRange,
      deletionProtection,
    },
    kubernetes,
  );
  // Before the pods: none is open for a while, and none waits for a flow that is still to be let in.
  const fence = settings.security.networkPolicies
    ? new KafkaNetworkPolicies(
        "network-policies",
        { namespace: namespace.namespace, labels: kafkaLabels, stack: settings },
        { ...kubernetes, dependsOn: namespace },
      )
    : namespace;
  const { clusterId } = new KafkaClusterId("cluster", { deletionProtection }, { provider: providers.random });
  const { before, ca, door, login, logins, protocol, truststore, users } = access(settings, {
    namespace,
    labels: { kafka: kafkaLabels, agent: agentLabels },
    providers,
  });
  const sidecar = new KafkaSidecar(
    "sidecar",
    {
      namespace: namespace.namespace,
      labels: kafkaLabels,
      name: sidecarOf(settings).configMap,
      code: programs.sidecar.code,
    },
    { ...kubernetes, dependsOn: namespace },
  );
  const agent = new KafkaAgent(
    "agent",
    {
      namespace: namespace.namespace,
      labels: agentLabels,
      ...programs.agent,
      image: settings.agent.image,
      resources: containerResources(settings.agent.resources),
      login,
    },
    { ...kubernetes, dependsOn: [namespace, ...before] },
  );
  const nodes = nodeArguments(settings, clusterId);
  const placed = { namespace: namespace.namespace, deletionProtection };
  const brokerSet = brokerNodes(nodes.brokers);
  const nodeSets = [brokerSet, ...(nodes.controllers ? [controllerNodes(nodes.controllers)] : [])];
  // In some phases of the way to KRaft ensemble or controllers can go: then the next step may delete them.
  const facts = phaseFacts(settings.coordination);
  const around = {
    namespace: namespace.namespace,
    labels: agentLabels,
    roll: rollDigest(nodeSets),
    rebalance: settings.kafka.rebalance,
    agent: agent.runtime,
  };
  const preflight = new KafkaPreflight(
    "preflight",
    {
      ...around,
      name: names.preflightJob,
      cluster: settings,
      checks: !settings.allowUnsafe.some(({ rule }) => rule === PREFLIGHT.id),
    },
    { ...kubernetes, dependsOn: [namespace, agent, fence] },
  );

  const ensemble = nodes.ensemble
    ? new ZooKeeperEnsemble(
        "zookeeper",
        {
          ...placed,
          ...nodes.ensemble,
          deletionProtection: deletionProtection && facts.expendable !== "ensemble",
        },
        { ...kubernetes, dependsOn: [namespace, ...before, fence] },
      )
    : namespace;
  const quorum = nodes.controllers
    ? new KafkaControllers(
        "controllers",
        {
          ...placed,
          ...nodes.controllers,
          deletionProtection: deletionProtection && facts.expendable !== "controllers",
        },
        { ...kubernetes, dependsOn: [namespace, ...before, sidecar, preflight, ensemble] },
      )
    : ensemble;
  const migrationStep = (after: pulumi.Resource) =>
    new KafkaMigrationStep(
      "migration",
      {
        namespace: namespace.namespace,
        labels: agentLabels,
        name: `${names.brokers}-migration`,
        step: facts.step ?? "copied",
        script: {
          distribution: settings.kafka.distribution,
          access: zookeeperAccess(settings),
          controllers: voters(settings).map(({ host }) => host),
        },
        image: settings.kafka.image,
        resources: containerResources(settings.agent.resources),
        certificate: usesEnsembleTls(settings) ? brokerSet.certificate : undefined,
      },
      { ...kubernetes, dependsOn: [namespace, after] },
    );
  const back = facts.step === "return" ? migrationStep(quorum) : quorum;
  const volumes = new KafkaVolumes(
    "volumes",
    {
      namespace: namespace.namespace,
      labels: agentLabels,
      name: names.volumesJob,
      sets: [...nodeSets, ...(facts.ensemble ? [{ ...settings.zookeeper, name: names.zookeeper }] : [])],
      brokers: brokerAddresses(settings),
      agent: agent.runtime,
    },
    { ...kubernetes, dependsOn: [namespace, agent, preflight] },
  );
  const brokers = new KafkaBrokers(
    "brokers",
    { ...placed, ...nodes.brokers },
    {
      ...kubernetes,
      dependsOn: [namespace, ...before, sidecar, preflight, back],
    },
  );
  const copied = facts.step === "copied" ? migrationStep(brokers) : brokers;
  // In the order of a roll: who is connected to comes before those who connect.
  const members = nodes.ensemble ? [ensembleNodes(nodes.ensemble)] : [];
  const holding = holdingSets(settings, [...members, ...nodeSets.toReversed()]);
  if (holding.length > 0) {
    new KafkaRenewals(
      "renewals",
      {
        namespace: namespace.namespace,
        labels: agentLabels,
        name: renewalsName(names.brokers),
        sets: holding,
        renewBefore: settings.certificates.renewBefore,
        brokers: brokers.brokers,
        agent: agent.runtime,
      },
      { ...kubernetes, dependsOn: [brokers, agent] },
    );
  }
  const settle = new KafkaSettle(
    "settle",
    { ...around, name: names.settleJob, replicas: settings.kafka.replicas, brokers: brokers.brokers },
    { ...kubernetes, dependsOn: [copied, agent] },
  );
  new KafkaVoters(
    "voters",
    {
      namespace: namespace.namespace,
      labels: kafkaLabels,
      name: votersName(names.brokers),
      pods: votingPods(settings).filter((pod) => !settings.coordination.emptyVoters.includes(pod)),
    },
    { ...kubernetes, dependsOn: settle },
  );
  const topics = new KafkaTopics(
    "topics",
    {
      namespace: namespace.namespace,
      labels: agentLabels,
      name: names.topicsJob,
      topics: settings.topics.items,
      brokerConfig: clusterWideConfig(settings),
      metadataVersion: settings.coordination.mode === "kraft" ? settings.kafka.metadataVersion : null,
      brokers: brokers.brokers,
      agent: agent.runtime,
      users,
      drift: settings.topics.drift,
    },
    { ...kubernetes, dependsOn: [copied, agent] },
  );
  const clients = new KafkaClients(
    "clients",
    {
      labels: kafkaLabels,
      name: names.client,
      connection: { brokers: brokers.brokers, bootstrap: brokers.bootstrap, securityProtocol: protocol },
      topics: settings.topics.items.filter(({ state }) => state === "present").map(({ name }) => name),
      producer: settings.clients.producer,
      consumer: settings.clients.consumer,
      namespaces: settings.clients.namespaces,
      logins,
      door,
      ca,
      truststore,
      platformNamespace: settings.namespace.name,
      deletionProtection,
    },
    { ...kubernetes, dependsOn: topics },
  );
  if (settings.verify.enabled) {
    new KafkaVerify(
      "verify",
      {
        namespace: namespace.namespace,
        labels: agentLabels,
        name: names.verifyJob,
        ...verification(settings),
        topicFiles: topics.files,
        brokers: brokers.brokers,
        agent: agent.runtime,
      },
      { ...kubernetes, dependsOn: [topics, settle, volumes] },
    );
  }

  return {
    namespace: namespace.namespace,
    brokers: brokers.brokers,
    bootstrap: brokers.bootstrap,
    ...(brokers.externalBrokers === undefined ? {} : { externalBrokers: brokers.externalBrokers }),
    clusterId,
    ...(facts.ensemble ? { migration: stageAdvice(stageOf(settings.coordination)) } : {}),
    ...(alongside ? { securityStep: stepAdvice({ ...openOf(settings), alongside }) } : {}),
    clientConfigMaps: clients.configMaps,
    clientSecrets: clients.secrets,
    ...(users ? { userSecrets: clients.userSecrets } : {}),
    appliedShape: shapeText(settings),
  };
}
