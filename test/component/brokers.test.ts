import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { KafkaBrokers, type KafkaBrokersArgs } from "../../components/brokers.ts";
import { brokersArgs, cluster, resources } from "../support/fixtures.ts";
import { at, expectPlain, type RecordedResource, world } from "../support/world.ts";

const make = (change: Partial<KafkaBrokersArgs> = {}) => world(() => new KafkaBrokers("brokers", brokersArgs(change)));

type Container = Record<string, unknown> & { name: string; command: string[]; env: { name: string; value: string }[] };
const pod = (set: RecordedResource) => at(set, "spec.template.spec") as Record<string, unknown>;
const containers = (set: RecordedResource) => [
  ...(pod(set)["initContainers"] as Container[]),
  ...(pod(set)["containers"] as Container[]),
];
const server = (set: RecordedResource) => (pod(set)["containers"] as Container[])[0] as Container;
const properties = (config: RecordedResource) => String(at(config, "data[server.properties]")).split("\n");
const checksum = (set: RecordedResource) => at(set, "spec.template.metadata.annotations[kafka-platform/config]");

describe("KafkaBrokers", () => {
  it("R-BRK-33 makes exactly these children, each named after its parent", async () => {
    const { inventory } = await make();
    assert.deepEqual(inventory(), [
      "ConfigMap brokers-config",
      "KafkaBrokers brokers",
      "PodDisruptionBudget brokers-budget",
      "Service brokers-bootstrap",
      "Service brokers-broker-0",
      "Service brokers-broker-1",
      "Service brokers-broker-2",
      "Service brokers-headless",
      "ServiceAccount brokers-account",
      "StatefulSet brokers-nodes",
    ]);
  });

  it("R-BRK-01 R-CRD-21 runs as many combined nodes as stated, under the stated name", async () => {
    const named = cluster({ names: { brokers: "kafka-kraft", headless: "kafka-kraft-headless" } });
    const { one } = await make({ cluster: named });
    const set = one("StatefulSet");
    assert.equal(at(set, "metadata.name"), "kafka-kraft");
    assert.equal(at(set, "spec.replicas"), 3);
    assert.ok(properties(one("ConfigMap")).includes("process.roles=broker,controller"));
  });

  it("R-CRD-22 R-CRD-23 names every node as a voter, by its pod's name behind the headless Service", async () => {
    const { one } = await make({ cluster: cluster({ kafka: { replicas: 3 } }) });
    const host = (n: number) => `${n}@kafka-${n}.kafka-headless.kafka.svc.cluster.local:9093`;
    assert.ok(properties(one("ConfigMap")).includes(`controller.quorum.voters=${host(0)},${host(1)},${host(2)}`));
  });

  it("R-CRD-26 gives the cluster id to the init script alone, which formats the storage", async () => {
    const { one } = await make({ clusterId: pulumi.output("MkU3OEVBNTcwNTJENDM2Qk") });
    const [init] = pod(one("StatefulSet"))["initContainers"] as Container[];
    assert.deepEqual(
      init?.env.find(({ name }) => name === "CLUSTER_ID"),
      {
        name: "CLUSTER_ID",
        value: "MkU3OEVBNTcwNTJENDM2Qk",
      },
    );
    assert.match(String(at(one("ConfigMap"), "data[init.sh]")), /format --ignore-formatted/);
  });

  it("R-BRK-02 R-PRG-04 runs the stated image", async () => {
    const { one } = await make({ cluster: cluster({ kafka: { image: "registry.example/kafka@sha256:0123" } }) });
    for (const container of containers(one("StatefulSet"))) {
      assert.equal(container["image"], "registry.example/kafka@sha256:0123", container.name);
    }
  });

  it("R-BRK-03 R-BRK-04 R-NS-09 gives every container the stated requests and limits", async () => {
    const stated = { requests: { cpu: "2", memory: "16Gi" }, limits: { cpu: "4", memory: "16Gi" } };
    const { one } = await make({ resources: stated });
    for (const container of containers(one("StatefulSet"))) assert.deepEqual(container["resources"], stated);
  });

  it("R-BRK-05 R-BRK-06 passes the heap and G1 flags to the JVM", async () => {
    const { one } = await make({ cluster: cluster({ kafka: { heap: "8g", jvmOptions: ["-XX:+AlwaysPreTouch"] } }) });
    const { command } = server(one("StatefulSet"));
    assert.equal(command[0], "env");
    assert.ok(command.includes("KAFKA_HEAP_OPTS=-Xms8g -Xmx8g"));
    const flags = command.find((word) => word.startsWith("KAFKA_JVM_PERFORMANCE_OPTS="));
    assert.match(flags ?? "", /-XX:\+UseG1GC .*-XX:\+AlwaysPreTouch$/);
    assert.match(command.at(-2) ?? "", /kafka-server-start\.sh$/);
  });

  it("R-LSN-10 leaves the server's heap out of the environment that admin tools in its container inherit", async () => {
    const { env } = server((await make()).one("StatefulSet"));
    assert.deepEqual(env, [{ name: "LOG_DIR", value: "/var/log/kafka" }]);
  });

  describe("volumes", () => {
    const claims = (set: RecordedResource) =>
      (at(set, "spec.volumeClaimTemplates") as { metadata: { name: string }; spec: Record<string, unknown> }[]).map(
        ({ metadata, spec }) => [metadata.name, spec],
      );

    it("R-BRK-07 R-BRK-08 R-BRK-31 claims a data volume and, where stated, one for logs, of the stated class", async () => {
      const storage = { class: "fast-ssd", data: "500Gi", logs: "100Gi" };
      const { one } = await make({ cluster: cluster({ kafka: { storage } }) });
      const spec = (size: string) => ({
        accessModes: ["ReadWriteOnce"],
        storageClassName: "fast-ssd",
        resources: { requests: { storage: size } },
      });
      assert.deepEqual(claims(one("StatefulSet")), [
        ["data", spec("500Gi")],
        ["logs", spec("100Gi")],
      ]);
      const mounts = server(one("StatefulSet"))["volumeMounts"] as { name: string; mountPath: string }[];
      const path = (volume: string) => mounts.find(({ name }) => name === volume)?.mountPath ?? "";
      assert.notEqual(path("data"), "");
      assert.ok(!path("logs").startsWith(path("data")), "logs are not inside the data volume");
    });

    it("leaves the class to the cluster and logs to scratch space where nothing is stated", async () => {
      const { one } = await make({
        cluster: cluster({ kafka: { storage: { class: null, data: "10Gi", logs: null } } }),
      });
      assert.deepEqual(claims(one("StatefulSet")), [
        ["data", { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "10Gi" } } }],
      ]);
      const volumes = pod(one("StatefulSet"))["volumes"] as { name: string; emptyDir?: object }[];
      assert.ok(volumes.find(({ name }) => name === "logs")?.emptyDir);
    });

    it("shows an edit of a size on the set, whose claim templates are left alone", async () => {
      const sizes = async (storage: KafkaBrokersArgs["cluster"]["kafka"]["storage"]) => {
        const { one } = await make({ cluster: cluster({ kafka: { storage } }) });
        return at(one("StatefulSet"), "metadata.annotations[kafka-platform/volumes]");
      };
      assert.equal(await sizes({ class: null, data: "10Gi", logs: null }), "data=10Gi");
      assert.equal(await sizes({ class: null, data: "20Gi", logs: "5Gi" }), "data=20Gi,logs=5Gi");
    });

    it("keeps claims when the set is deleted or scaled, and never plans a change of their templates", async () => {
      const set = (await make()).one("StatefulSet");
      assert.deepEqual(at(set, "spec.persistentVolumeClaimRetentionPolicy"), {
        whenDeleted: "Retain",
        whenScaled: "Retain",
      });
      assert.deepEqual(set.options.ignoreChanges, ["spec.volumeClaimTemplates"]);
    });
  });

  describe("Services", () => {
    it("R-LSN-04 R-LSN-11 names pods behind a headless Service, ready or not, and advertises those names", async () => {
      const { one } = await make();
      const headless = one("Service", "brokers-headless");
      assert.equal(at(headless, "metadata.name"), "kafka-headless");
      assert.equal(at(headless, "spec.clusterIP"), "None");
      assert.equal(at(headless, "spec.publishNotReadyAddresses"), true);
      assert.equal(at(one("StatefulSet"), "spec.serviceName"), "kafka-headless");
      const advertised = properties(one("ConfigMap")).find((line) => line.startsWith("advertised.listeners="));
      assert.match(advertised ?? "", /CLIENT:\/\/@POD@\.kafka-headless\.kafka\.svc\.cluster\.local:9092/);
    });

    it("R-LSN-01 R-LSN-05 gives clients one Service on 9092 that only ready brokers answer", async () => {
      const { one } = await make({ cluster: cluster({ names: { bootstrap: "kafka" } }) });
      const bootstrap = one("Service", "brokers-bootstrap");
      assert.equal(at(bootstrap, "metadata.name"), "kafka");
      assert.deepEqual(at(bootstrap, "spec.ports"), [
        { name: "tcp-client", port: 9092, targetPort: "tcp-client", protocol: "TCP" },
      ]);
      assert.equal(at(bootstrap, "spec.publishNotReadyAddresses"), undefined);
      assert.deepEqual(at(bootstrap, "spec.selector"), { app: "kafka" });
    });

    it("gives each broker a Service of its pod's name that answers before it is ready", async () => {
      const { all } = await make();
      const own = all("Service").filter(({ name }) => name.startsWith("brokers-broker-"));
      assert.deepEqual(own.map((service) => at(service, "metadata.name")).sort(), ["kafka-0", "kafka-1", "kafka-2"]);
      for (const service of own) {
        const name = at(service, "metadata.name");
        assert.deepEqual(at(service, "spec.selector"), { "statefulset.kubernetes.io/pod-name": name });
        assert.equal(at(service, "spec.publishNotReadyAddresses"), true);
      }
    });

    it("adds the stated aliases of the client Service", async () => {
      const { one } = await make({ cluster: cluster({ names: { aliases: ["kafka-service"] } }) });
      const alias = one("Service", "brokers-alias-kafka-service");
      assert.equal(at(alias, "metadata.name"), "kafka-service");
      assert.deepEqual(at(alias, "spec"), at(one("Service", "brokers-bootstrap"), "spec"));
    });

    it("R-CRD-24 R-LSN-13 shows the controller port to peers only, and no port twice", async () => {
      const { all } = await make();
      const ports = (service: RecordedResource) =>
        (at(service, "spec.ports") as { port: number }[]).map(({ port }) => port);
      for (const service of all("Service")) {
        const expected = service.name === "brokers-headless" ? [9092, 9091, 9093] : [9092];
        assert.deepEqual(ports(service), expected, service.name);
        assert.equal(at(service, "spec.type") ?? "ClusterIP", "ClusterIP");
      }
    });

    it("does not wait behind Services for pods that are made after them", async () => {
      for (const service of (await make()).all("Service")) {
        if (at(service, "spec.clusterIP") === "None") continue;
        assert.equal(at(service, "metadata.annotations[pulumi.com/skipAwait]"), "true", service.name);
      }
    });

    it("R-LSN-12 hands out the full list of brokers beside the single address", async () => {
      const { result } = await make({ cluster: cluster({ names: { bootstrap: "kafka" } }) });
      assert.equal(
        result.brokers,
        [0, 1, 2].map((n) => `kafka-${n}.kafka-headless.kafka.svc.cluster.local:9092`).join(","),
      );
      assert.equal(result.bootstrap, "kafka.kafka.svc.cluster.local:9092");
    });

    it("R-LSN-03 lets brokers talk on a listener of their own", async () => {
      const lines = properties((await make()).one("ConfigMap"));
      assert.ok(lines.includes("inter.broker.listener.name=REPLICATION"));
      assert.ok(lines.includes("listeners=CLIENT://:9092,REPLICATION://:9091,CONTROLLER://:9093"));
    });
  });

  describe("pods", () => {
    it("R-BRK-21 run without root, without rights and with a read-only root", async () => {
      const set = (await make()).one("StatefulSet");
      const spec = pod(set);
      assert.deepEqual(spec["securityContext"], {
        runAsNonRoot: true,
        runAsUser: 1000,
        runAsGroup: 1000,
        fsGroup: 1000,
        fsGroupChangePolicy: "OnRootMismatch",
        seccompProfile: { type: "RuntimeDefault" },
      });
      assert.equal(spec["automountServiceAccountToken"], false);
      assert.equal(spec["enableServiceLinks"], false);
      for (const container of containers(set)) {
        assert.deepEqual(container["securityContext"], {
          allowPrivilegeEscalation: false,
          readOnlyRootFilesystem: true,
          capabilities: { drop: ["ALL"] },
        });
      }
    });

    it("use a ServiceAccount without token", async () => {
      const { one } = await make();
      assert.equal(at(one("ServiceAccount"), "automountServiceAccountToken"), false);
      assert.equal(pod(one("StatefulSet"))["serviceAccountName"], at(one("ServiceAccount"), "metadata.name"));
    });

    it("R-BRK-19 keep apart by host and zone as the stack says", async () => {
      const soft = await make({
        scheduling: {
          antiAffinity: "preferred",
          zoneSpread: "preferred",
          nodeSelector: {},
          tolerations: [],
          priorityClass: null,
        },
      });
      const hard = await make({
        scheduling: {
          antiAffinity: "required",
          zoneSpread: "required",
          nodeSelector: { pool: "kafka" },
          tolerations: [{ key: "kafka", operator: "Exists", effect: undefined }],
          priorityClass: "platform",
        },
      });
      const term = { labelSelector: { matchLabels: { app: "kafka" } }, topologyKey: "kubernetes.io/hostname" };
      const [softPod, hardPod] = [pod(soft.one("StatefulSet")), pod(hard.one("StatefulSet"))];
      assert.deepEqual(hardPod["affinity"], {
        podAntiAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [term] },
      });
      assert.deepEqual(softPod["affinity"], {
        podAntiAffinity: { preferredDuringSchedulingIgnoredDuringExecution: [{ weight: 100, podAffinityTerm: term }] },
      });
      const spread = (spec: Record<string, unknown>) =>
        (spec["topologySpreadConstraints"] as { whenUnsatisfiable: string; topologyKey: string }[])[0];
      assert.equal(spread(hardPod)?.whenUnsatisfiable, "DoNotSchedule");
      assert.equal(spread(softPod)?.whenUnsatisfiable, "ScheduleAnyway");
      assert.equal(spread(softPod)?.topologyKey, "topology.kubernetes.io/zone");
      assert.deepEqual(hardPod["tolerations"], [{ key: "kafka", operator: "Exists" }]);
      assert.deepEqual(hardPod["nodeSelector"], { pool: "kafka" });
      assert.equal(hardPod["priorityClassName"], "platform");
      assert.equal(pod((await make()).one("StatefulSet"))["affinity"], undefined);
    });

    it("R-BRK-22 have probes of their own port: a start gets its whole budget, no probe starts a JVM", async () => {
      const kafka = server(
        (await make({ cluster: cluster({ kafka: { startupBudget: 600_000 } }) })).one("StatefulSet"),
      );
      for (const probe of ["startupProbe", "livenessProbe", "readinessProbe"]) {
        const { tcpSocket, exec } = kafka[probe] as { tcpSocket?: object; exec?: object };
        assert.deepEqual(tcpSocket, { port: "tcp-replication" }, probe);
        assert.equal(exec, undefined);
      }
      const start = kafka["startupProbe"] as { periodSeconds: number; failureThreshold: number };
      assert.equal(start.periodSeconds * start.failureThreshold, 600);
    });

    it("get the stated time to stop", async () => {
      const { one } = await make({ cluster: cluster({ kafka: { terminationGrace: 900_000 } }) });
      assert.equal(pod(one("StatefulSet"))["terminationGracePeriodSeconds"], 900);
    });

    it("R-NS-05 name their ports by protocol for the mesh", async () => {
      const ports = server((await make()).one("StatefulSet"))["ports"] as { name: string }[];
      assert.deepEqual(
        ports.map(({ name }) => name),
        ["tcp-client", "tcp-replication", "tcp-controller"],
      );
    });
  });

  describe("changes", () => {
    it("come up in parallel and roll one by one", async () => {
      const set = (await make()).one("StatefulSet");
      assert.equal(at(set, "spec.podManagementPolicy"), "Parallel");
      assert.deepEqual(at(set, "spec.updateStrategy"), { type: "RollingUpdate" });
      assert.equal(at(set, "spec.minReadySeconds"), 10);
    });

    it("R-BRK-23 a changed property rolls the pods; equal settings give an equal template", async () => {
      const before = checksum((await make()).one("StatefulSet"));
      assert.match(String(before), /^[0-9a-f]{8}$/);
      assert.equal(checksum((await make()).one("StatefulSet")), before);
      const after = checksum((await make({ cluster: cluster({ kafka: { ioThreads: 16 } }) })).one("StatefulSet"));
      assert.notEqual(after, before);
    });

    it("R-BRK-20 allow one node away at a time", async () => {
      const budget = (await make()).one("PodDisruptionBudget");
      assert.deepEqual(at(budget, "spec"), { maxUnavailable: 1, selector: { matchLabels: { app: "kafka" } } });
    });

    it("are awaited for as long as a roll of every node may take", async () => {
      const { customTimeouts } = (await make()).one("StatefulSet").options;
      assert.deepEqual(customTimeouts, { create: "600s", update: "2700s", delete: "900s" });
    });

    it("protect the set and leave its pods running when it is remade, iff the stack says so", async () => {
      const kept = (await make({ deletionProtection: true })).one("StatefulSet");
      const free = (await make()).one("StatefulSet");
      const policy = "metadata.annotations[pulumi.com/deletionPropagationPolicy]";
      assert.deepEqual([kept.options.protect, at(kept, policy)], [true, "orphan"]);
      assert.deepEqual([free.options.protect, at(free, policy)], [false, "background"]);
    });

    it("start pods only after what they mount, run as and are found by", async () => {
      const { one, resources: registered } = await make();
      const before = one("StatefulSet").options.dependsOn.join();
      for (const { type, name } of registered) {
        if (/ConfigMap|Service|Budget/.test(type)) assert.ok(before.includes(`::${name}`), name);
      }
    });
  });

  it("keeps secrets out of its ConfigMap", async () => {
    expectPlain((await make()).one("ConfigMap"));
  });

  it("leaves quorum and controller port to dedicated controllers where the stack has them", async () => {
    const { one } = await make({ cluster: cluster({ controllers: { mode: "dedicated" } }) });
    const lines = properties(one("ConfigMap"));
    assert.ok(lines.includes("process.roles=broker"));
    assert.ok(lines.some((line) => line.startsWith("controller.quorum.voters=100@kafka-controller-0.")));
    assert.deepEqual(
      (at(one("Service", "brokers-headless"), "spec.ports") as { port: number }[]).map(({ port }) => port),
      [9092, 9091],
    );
  });

  it("is the same in a preview, but for the cluster id", async () => {
    const preview = await world(() => new KafkaBrokers("brokers", brokersArgs({ resources })), { preview: true });
    assert.deepEqual(preview.inventory(), (await make()).inventory());
  });
});
