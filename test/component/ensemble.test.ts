import assert from "node:assert/strict";
import { isDeepStrictEqual } from "node:util";
import { ZooKeeperEnsemble, type ZooKeeperEnsembleArgs } from "../../components/ensemble.ts";
import type { Rotation } from "../../kafka/authority.ts";
import { labels } from "../../kafka/labels.ts";
import { identity, resources, scheduling } from "../support/fixtures.ts";
import { containers, pod } from "../support/nodes.ts";
import { at, expectPlain, world } from "../support/world.ts";

type Zookeeper = ZooKeeperEnsembleArgs["cluster"]["zookeeper"];
const make = (
  zookeeper: Partial<Zookeeper> = {},
  change: Partial<ZooKeeperEnsembleArgs> = {},
  access: Partial<ZooKeeperEnsembleArgs["cluster"]> = {},
) =>
  world(
    () =>
      new ZooKeeperEnsemble("zookeeper", {
        namespace: "kafka",
        labels: labels("zookeeper", identity),
        cluster: {
          namespace: { name: "kafka" },
          names: { zookeeper: "zookeeper", zookeeperClient: "zookeeper-service", brokers: "kafka" },
          security: { mode: "plaintext", betweenNodes: "tls" },
          certificates: { issuer: null, authority: { generation: 1, rotation: "done" } },
          ...access,
          zookeeper: {
            replicas: 3,
            chroot: null,
            image: "docker.io/library/zookeeper:3.8.3",
            heap: "3g",
            storage: { class: "fast-ssd", data: "100Gi", logs: "50Gi" },
            ...zookeeper,
          },
        },
        resources,
        scheduling,
        deletionProtection: false,
        ...change,
      }),
  );
const template = (set: Parameters<typeof at>[0]) => at(set, "spec.template") as object;

describe("ZooKeeperEnsemble", () => {
  it("R-CRD-10 makes exactly these children, each named after its parent", async () => {
    assert.deepEqual((await make()).inventory(), [
      "ConfigMap zookeeper-config",
      "PodDisruptionBudget zookeeper-budget",
      "Service zookeeper-client",
      "Service zookeeper-headless",
      "Service zookeeper-metrics",
      "ServiceAccount zookeeper-account",
      "StatefulSet zookeeper-nodes",
      "ZooKeeperEnsemble zookeeper",
    ]);
  });

  it("R-CRD-04 is StatefulSet zookeeper with as many pods as stated, which need no one to be ready first", async () => {
    const set = (await make()).one("StatefulSet");
    assert.equal(at(set, "metadata.name"), "zookeeper");
    assert.equal(at(set, "spec.replicas"), 3);
    assert.equal(at(set, "spec.podManagementPolicy"), "Parallel");
    assert.equal(at((await make({ replicas: 1 })).one("StatefulSet"), "spec.replicas"), 1);
  });

  it("R-CRD-06 R-CRD-20 claims a data volume and, where stated, one for the transaction log, and keeps both", async () => {
    const claims = async (storage: Zookeeper["storage"]) => {
      const set = (await make({ storage })).one("StatefulSet");
      assert.deepEqual(at(set, "spec.persistentVolumeClaimRetentionPolicy"), {
        whenDeleted: "Retain",
        whenScaled: "Retain",
      });
      assert.deepEqual(set.options.ignoreChanges, ["spec.volumeClaimTemplates"]);
      const [server] = pod(set)["containers"] as { volumeMounts: { name: string; mountPath: string }[] }[];
      const templates = at(set, "spec.volumeClaimTemplates") as {
        metadata: { name: string };
        spec: { storageClassName?: string; resources: { requests: { storage: string } } };
      }[];
      return templates.map(({ metadata: { name }, spec }) => [
        name,
        spec.resources.requests.storage,
        spec.storageClassName,
        server?.volumeMounts.find((mount) => mount.name === name)?.mountPath,
      ]);
    };
    assert.deepEqual(await claims({ class: "fast-ssd", data: "100Gi", logs: "50Gi" }), [
      ["data", "100Gi", "fast-ssd", "/data"],
      ["logs", "50Gi", "fast-ssd", "/datalog"],
    ]);
    assert.deepEqual(await claims({ class: null, data: "10Gi", logs: null }), [["data", "10Gi", undefined, "/data"]]);
  });

  it("R-CRD-07 gives every container the stated requests and limits", async () => {
    const stated = { requests: { cpu: "500m", memory: "4Gi" }, limits: { cpu: "1", memory: "4Gi" } };
    const { one } = await make({}, { resources: stated });
    for (const container of containers(one("StatefulSet"))) assert.deepEqual(container["resources"], stated);
  });

  it("R-CRD-09 R-CRD-08 has server configuration, JVM settings and init script in one ConfigMap", async () => {
    const config = (await make()).one("ConfigMap");
    const data = at(config, "data") as Record<string, string>;
    assert.deepEqual(Object.keys(data).sort(), ["init.sh", "java.env", "logback.xml", "zoo.cfg"]);
    assert.match(data["java.env"] ?? "", /-Xmx3g -XX:\+UseG1GC/);
    assert.match(data["zoo.cfg"] ?? "", /^server\.98=zookeeper-2\.zookeeper\.kafka\.svc\.cluster\.local:2888:3888$/m);
    expectPlain(config);
  });

  it("R-CRD-10 R-CRD-11 R-MON-02 has a headless, a client and a metrics Service", async () => {
    const { one } = await make();
    const of = (name: string) => {
      const service = one("Service", name);
      const ports = at(service, "spec.ports") as { name: string; port: number }[];
      return [at(service, "metadata.name"), ...ports.map(({ name: port, port: number }) => `${port} ${number}`)];
    };
    assert.deepEqual(of("zookeeper-headless"), ["zookeeper", "tcp-client 2181", "tcp-peer 2888", "tcp-election 3888"]);
    assert.deepEqual(of("zookeeper-client"), ["zookeeper-service", "tcp-client 2181"]);
    assert.deepEqual(of("zookeeper-metrics"), ["zookeeper-metrics", "http-metrics 7070"]);
    const headless = one("Service", "zookeeper-headless");
    assert.deepEqual([at(headless, "spec.clusterIP"), at(headless, "spec.publishNotReadyAddresses")], ["None", true]);
    assert.equal(at(one("StatefulSet"), "spec.serviceName"), "zookeeper");
  });

  it("R-TLS-02 R-TLS-03 mounts a certificate with whom to trust as one folder, and opens 2281, where connections are encrypted", async () => {
    const encrypted = (rotation: Rotation) => {
      const security = { mode: "scram-tls", betweenNodes: "tls" } as const;
      return make({}, {}, { security, certificates: { issuer: null, authority: { generation: 2, rotation } } });
    };
    const { one } = await encrypted("done");
    const set = one("StatefulSet");
    const files = (secret: string, trust: string) => ({
      name: "certificates",
      projected: {
        sources: [
          { secret: { name: secret, items: [{ key: "tls-combined.pem", path: "tls-combined.pem" }] } },
          { configMap: { name: trust, items: [{ key: "ca.crt", path: "ca.crt" }] } },
        ],
      },
    });
    const volumes = (of: typeof set) => pod(of)["volumes"] as { name: string }[];
    const certificates = (of: typeof set) => volumes(of).find(({ name }) => name === "certificates");
    assert.deepEqual(certificates(set), files("zookeeper-certificate-2", "kafka-trust-2"));
    const [server] = pod(set)["containers"] as { volumeMounts: object[]; ports: { containerPort: number }[] }[];
    const mountPath = "/run/secrets/kafka-platform/certificates";
    assert.ok(server);
    const mounted = { name: "certificates", mountPath, readOnly: true };
    assert.ok(server.volumeMounts.some((mount) => isDeepStrictEqual(mount, mounted)));
    const ports = server.ports.map(({ containerPort }) => containerPort);
    assert.deepEqual(ports, [2181, 2281, 2888, 3888, 7070]);
    for (const name of ["zookeeper-headless", "zookeeper-client"]) {
      const ports = at(one("Service", name), "spec.ports") as { port: number; targetPort: string }[];
      assert.ok(
        ports.some(({ port, targetPort }) => port === 2281 && targetPort === "tcp-secure"),
        name,
      );
    }
    // Each step of another authority is another pod, so that members roll.
    const trusts = certificates((await encrypted("trust")).one("StatefulSet"));
    assert.deepEqual(trusts, files("zookeeper-certificate", "kafka-trust-2-1"));
    assert.equal(certificates((await make()).one("StatefulSet")), undefined);
  });

  it("R-CRD-13 asks a member whether it lives by ruok, and whether it serves by srvr", async () => {
    const [server] = pod((await make()).one("StatefulSet"))["containers"] as Record<
      "livenessProbe" | "readinessProbe" | "startupProbe",
      { exec: { command: string[] }; failureThreshold: number; periodSeconds: number }
    >[];
    assert.ok(server);
    assert.match(server.livenessProbe.exec.command.join(" "), /echo ruok .*imok/);
    assert.match(server.startupProbe.exec.command.join(" "), /echo ruok .*imok/);
    assert.match(server.readinessProbe.exec.command.join(" "), /echo srvr .*\^Mode: /);
    assert.ok(server.startupProbe.failureThreshold * server.startupProbe.periodSeconds >= 600);
  });

  it("R-CRD-15 keeps a majority up: two of three, three of five; one node has nothing to keep", async () => {
    const least = async (replicas: number) =>
      at((await make({ replicas })).one("PodDisruptionBudget"), "spec.minAvailable");
    assert.deepEqual([await least(3), await least(5), await least(1)], [2, 3, 0]);
  });

  it("R-CRD-16 keeps members off each other's hosts, and prefers to spread them over zones", async () => {
    const spread = { ...scheduling, antiAffinity: "required", zoneSpread: "preferred" } as const;
    const spec = pod((await make({}, { scheduling: spread })).one("StatefulSet")) as {
      affinity: { podAntiAffinity: { requiredDuringSchedulingIgnoredDuringExecution: object[] } };
      topologySpreadConstraints: { topologyKey: string; whenUnsatisfiable: string }[];
    };
    assert.deepEqual(spec.affinity.podAntiAffinity.requiredDuringSchedulingIgnoredDuringExecution, [
      { labelSelector: { matchLabels: { app: "zookeeper" } }, topologyKey: "kubernetes.io/hostname" },
    ]);
    const [zone] = spec.topologySpreadConstraints;
    assert.deepEqual([zone?.topologyKey, zone?.whenUnsatisfiable], ["topology.kubernetes.io/zone", "ScheduleAnyway"]);
  });

  it("R-CRD-18 runs the stated image", async () => {
    for (const { image } of containers((await make()).one("StatefulSet")))
      assert.equal(image, "docker.io/library/zookeeper:3.8.3");
  });

  it("R-CRD-19 rewrites the list of members and rolls all of them when it grows", async () => {
    const [three, five] = [await make(), await make({ replicas: 5 })];
    assert.notDeepEqual(template(five.one("StatefulSet")), template(three.one("StatefulSet")));
    const list = String(at(five.one("ConfigMap"), "data[zoo.cfg]")).match(/^server\.\d+/gm);
    assert.deepEqual(list, ["server.100", "server.99", "server.98", "server.97", "server.96"]);
    assert.deepEqual(
      template((await make()).one("StatefulSet")),
      template(three.one("StatefulSet")),
      "else it does not",
    );
  });

  it("is protected iff the stack says so", async () => {
    assert.equal((await make({}, { deletionProtection: true })).one("StatefulSet").options.protect, true);
    assert.equal((await make()).one("StatefulSet").options.protect, false);
  });

  it("gives brokers every member's address and the path", async () => {
    const { result } = await make({ chroot: "/kafka" });
    assert.match(result.connect, /^zookeeper-0\..*:2181,zookeeper-1\..*:2181,zookeeper-2\..*:2181\/kafka$/);
  });
});
