import assert from "node:assert/strict";
import { KafkaBrokers, type KafkaBrokersArgs } from "../../components/brokers.ts";
import { askGate } from "../../kafka/probes.ts";
import { brokersArgs, cluster, sidecar } from "../support/fixtures.ts";
import { besides, containers, pod, server } from "../support/nodes.ts";
import { at, type RecordedResource, world } from "../support/world.ts";

const make = (change: Partial<KafkaBrokersArgs> = {}) => world(() => new KafkaBrokers("brokers", brokersArgs(change)));
const checksum = (set: RecordedResource) => at(set, "spec.template.metadata.annotations[kafka-platform/config]");

describe("KafkaBrokers", () => {
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

    it("R-BRK-22 live by their own port and are ready by what the sidecar says: no probe starts a JVM", async () => {
      const kafka = server(
        (await make({ cluster: cluster({ kafka: { startupBudget: 600_000 } }) })).one("StatefulSet"),
      );
      const probe = (name: string) => kafka[`${name}Probe`] as Record<string, number> & { tcpSocket?: object };
      for (const name of ["startup", "liveness"]) {
        assert.deepEqual(probe(name).tcpSocket, { port: "tcp-replication" }, name);
        assert.equal(probe(name)["exec"], undefined);
      }
      const start = probe("startup");
      assert.equal(
        (start["periodSeconds"] ?? 0) * (start["failureThreshold"] ?? 0),
        600,
        "a start has its whole budget",
      );
      const ready = probe("readiness");
      assert.deepEqual(ready["httpGet"], { path: "/readyz", port: 9080 });
      assert.equal((ready["periodSeconds"] ?? 0) * (ready["failureThreshold"] ?? 0), 20);
    });

    it("R-BRK-28 get the stated time to stop, half of it to wait until the cluster can spare them", async () => {
      const { one } = await make({ cluster: cluster({ kafka: { terminationGrace: 900_000 } }) });
      const set = one("StatefulSet");
      assert.equal(pod(set)["terminationGracePeriodSeconds"], 900);
      const command = ["bash", "-c", askGate(9081, 455)];
      assert.deepEqual(server(set)["lifecycle"], { preStop: { exec: { command } } });
      assert.deepEqual(besides(set).env, [{ name: "GATE_SECONDS", value: "450" }]);
    });

    it("have a sidecar that starts with the server, stays until it has gone and reads the server's own properties", async () => {
      const set = (await make()).one("StatefulSet");
      assert.deepEqual(
        containers(set).map(({ name }) => name),
        ["kafka", "sidecar"],
      );
      const { command, image, volumeMounts, ports } = besides(set);
      assert.equal(image, sidecar.image);
      assert.deepEqual(command.slice(-2), ["/opt/sidecar/sidecar.mjs", "/run/kafka-platform/server.properties"]);
      assert.deepEqual(volumeMounts, [
        { name: "sidecar", mountPath: "/opt/sidecar", readOnly: true },
        { name: "rendered", mountPath: "/run/kafka-platform", readOnly: true },
      ]);
      assert.deepEqual(ports, [{ name: "http-sidecar", containerPort: 9080 }]);
      const volumes = pod(set)["volumes"] as { name: string; configMap?: object }[];
      assert.deepEqual(volumes.find(({ name }) => name === "sidecar")?.configMap, { name: "kafka-sidecar" });
    });

    it("R-NS-05 take the sidecar's port out of a mesh, whose proxy may have left while peers still ask", async () => {
      const set = (await make()).one("StatefulSet");
      for (const way of ["Inbound", "Outbound"]) {
        const annotation = `traffic.sidecar.istio.io/exclude${way}Ports`;
        assert.equal(at(set, `spec.template.metadata.annotations[${annotation}]`), "9080");
      }
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
      assert.equal(at(set, "spec.minReadySeconds"), undefined);
    });

    it("R-BRK-23 a property that is read at the start rolls the pods; a live one and equal settings do not", async () => {
      const before = checksum((await make()).one("StatefulSet"));
      assert.match(String(before), /^[0-9a-f]{8}$/);
      assert.equal(checksum((await make()).one("StatefulSet")), before);
      const after = async (kafka: { ioThreads?: number; config?: Record<string, string> }) =>
        checksum((await make({ cluster: cluster({ kafka }) })).one("StatefulSet"));
      assert.notEqual(await after({ config: { "queued.max.requests": "600" } }), before);
      assert.equal(await after({ ioThreads: 16 }), before);
    });

    it("R-BRK-20 allow one node away at a time", async () => {
      const budget = (await make()).one("PodDisruptionBudget");
      assert.deepEqual(at(budget, "spec"), { maxUnavailable: 1, selector: { matchLabels: { app: "kafka" } } });
    });

    it("R-PRG-08 are awaited for as long as a roll of every node may take", async () => {
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
});
