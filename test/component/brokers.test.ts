import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { KafkaBrokers, type KafkaBrokersArgs } from "../../components/brokers.ts";
import { nodeSetSpec } from "../../components/nodeSet.ts";
import { brokerNodes } from "../../components/nodeSets.ts";
import { adminFile } from "../../kafka/adminProperties.ts";
import { brokersArgs, cluster, resources } from "../support/fixtures.ts";
import { kafkaContainers, pod, properties, server } from "../support/nodes.ts";
import { at, expectPlain, type RecordedResource, world } from "../support/world.ts";

const make = (change: Partial<KafkaBrokersArgs> = {}) => world(() => new KafkaBrokers("brokers", brokersArgs(change)));

describe("KafkaBrokers", () => {
  it("formats at another metadata version than that of its Kafka only where the stack says so", async () => {
    const script = async (metadataVersion: string) =>
      String(at((await make({ cluster: cluster({ kafka: { metadataVersion } }) })).one("ConfigMap"), "data[init.sh]"));
    assert.ok(!(await script("4.3-IV0")).includes("--release-version"));
    assert.match(await script("4.2-IV1"), /--release-version=4.2-IV1/);
  });

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

  it("R-CRD-26 gives the cluster id to the init script, which formats the storage", async () => {
    const { one } = await make({ clusterId: pulumi.output("MkU3OEVBNTcwNTJENDM2Qk") });
    assert.deepEqual(
      server(one("StatefulSet")).env.find(({ name }) => name === "CLUSTER_ID"),
      {
        name: "CLUSTER_ID",
        value: "MkU3OEVBNTcwNTJENDM2Qk",
      },
    );
    assert.match(String(at(one("ConfigMap"), "data[init.sh]")), /format --ignore-formatted/);
  });

  it("R-BRK-02 R-PRG-04 runs the stated image", async () => {
    const { one } = await make({ cluster: cluster({ kafka: { image: "registry.example/kafka@sha256:0123" } }) });
    for (const container of kafkaContainers(one("StatefulSet"))) {
      assert.equal(container["image"], "registry.example/kafka@sha256:0123", container.name);
    }
  });

  it("R-BRK-03 R-BRK-04 R-NS-09 gives every container the stated requests and limits", async () => {
    const stated = { requests: { cpu: "2", memory: "16Gi" }, limits: { cpu: "4", memory: "16Gi" } };
    const { one } = await make({ resources: stated });
    for (const container of kafkaContainers(one("StatefulSet"))) assert.deepEqual(container["resources"], stated);
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
    assert.deepEqual(
      env.map(({ name }) => name),
      ["CLUSTER_ID", "LOG_DIR"],
    );
  });

  it("R-LSN-10 mounts a file for --command-config in every mode, and restarts nothing when it changes", async () => {
    for (const mode of ["plaintext", "scram", "scram-tls"] as const) {
      const { one } = await make({ cluster: cluster({ security: { mode } }) });
      assert.match(String(at(one("ConfigMap"), "data[admin.properties]")), /^security\.protocol=/m, mode);
      const mounts = server(one("StatefulSet"))["volumeMounts"] as { name: string; mountPath: string }[];
      assert.ok(
        mounts.some((mount) => mount.name === "config" && adminFile("CLIENT").startsWith(`${mount.mountPath}/`)),
      );
    }
    const nodes = brokerNodes(brokersArgs());
    const admin = { "admin.properties": [{ why: "another", entries: [["security.protocol", "SSL"]] }] } as const;
    assert.deepEqual(nodeSetSpec({ ...nodes, admin }), nodeSetSpec(nodes));
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
        { name: "tcp-client", port: 9092, targetPort: 9092, protocol: "TCP" },
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

  it("keeps secrets out of its ConfigMap", async () => {
    expectPlain((await make()).one("ConfigMap"));
  });

  it("R-USR-12 keeps what the authorizer decides as soon as everybody logs in", async () => {
    const log = async (mode: "plaintext" | "scram" | "scram-tls") =>
      String(
        at((await make({ cluster: cluster({ security: { mode } }) })).one("ConfigMap"), "data[log4j2.properties]"),
      );
    assert.doesNotMatch(await log("plaintext"), /authorizer/);
    for (const mode of ["scram", "scram-tls"] as const) assert.match(await log(mode), /=kafka\.authorizer\.logger$/m);
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
