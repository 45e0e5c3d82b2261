import assert from "node:assert/strict";
import { KafkaBrokers } from "../../components/brokers.ts";
import type { ExternalServices } from "../../components/externalAccess.ts";
import { brokersArgs, cluster } from "../support/fixtures.ts";
import { at, type RecordedResource, world } from "../support/world.ts";

const make = (externalAccess: Partial<ExternalServices>) =>
  world(() => {
    const on = { enabled: true, hostTemplate: "kafka-{id}.corp.test", bootstrapHost: "kafka.corp.test" };
    return new KafkaBrokers(
      "brokers",
      brokersArgs({ cluster: cluster({ externalAccess: { ...on, ...externalAccess } }) }),
    );
  });
const outside = (services: readonly RecordedResource[]) => services.filter(({ name }) => name.includes("-external-"));
const column = (services: readonly RecordedResource[], path: string) => services.map((service) => at(service, path));
const propertiesOf = (config: RecordedResource) =>
  new Map(
    String(at(config, "data[server.properties]"))
      .split("\n")
      .map((line) => line.split("=", 2) as [string, string]),
  );

describe("access from outside", () => {
  it("R-LSN-07 R-LSN-08 has a load balancer to begin with and one a broker, each for the pod that it names", async () => {
    const { all, one } = await make({});
    const services = outside(all("Service"));
    assert.deepEqual(column(services, "metadata.name"), [
      "kafka-bootstrap-external",
      "kafka-0-external",
      "kafka-1-external",
      "kafka-2-external",
    ]);
    assert.deepEqual(new Set(column(services, "spec.type")), new Set(["LoadBalancer"]));
    const [bootstrap, ...brokers] = services;
    assert.ok(bootstrap);
    assert.deepEqual(at(bootstrap, "spec.selector"), { app: "kafka" });
    assert.deepEqual(
      column(brokers, "spec.selector"),
      [0, 1, 2].map((ordinal) => ({ "statefulset.kubernetes.io/pod-name": `kafka-${ordinal}` })),
    );
    assert.deepEqual(column(services, "spec.publishNotReadyAddresses"), [false, true, true, true]);
    const pod = at(one("StatefulSet"), "spec.template.spec.containers") as { ports?: { name: string }[] }[];
    const [port] = at(bootstrap, "spec.ports") as { targetPort: string; port: number }[];
    assert.equal(port?.port, 9094);
    assert.ok(pod.some(({ ports = [] }) => ports.some(({ name }) => name === port.targetPort)));
  });

  it("R-LSN-08 advertises for each broker the host of its own load balancer", async () => {
    const { one, result } = await make({});
    const properties = propertiesOf(one("ConfigMap"));
    assert.match(properties.get("advertised.listeners") ?? "", /,EXTERNAL:\/\/kafka-@NODE_ID@\.corp\.test:9094$/);
    assert.match(properties.get("listeners") ?? "", /,EXTERNAL:\/\/:9094$/);
    assert.match(properties.get("listener.security.protocol.map") ?? "", /,EXTERNAL:PLAINTEXT$/);
    assert.equal(properties.get("inter.broker.listener.name"), "REPLICATION");
    assert.equal(result.externalBrokers, "kafka-0.corp.test:9094,kafka-1.corp.test:9094,kafka-2.corp.test:9094");
  });

  it("R-LSN-08 advertises the port of the nodes that leads to the broker", async () => {
    const { all, one, result } = await make({
      type: "nodePort",
      hostTemplate: "nodes.corp.test",
      nodePorts: { bootstrap: 30_100, first: 30_092 },
    });
    const services = outside(all("Service"));
    assert.deepEqual(new Set(column(services, "spec.type")), new Set(["NodePort"]));
    const ports = column(services, "spec.ports").map((list) => (list as { nodePort: number }[])[0]?.nodePort);
    assert.deepEqual(ports, [30_100, 30_092, 30_093, 30_094]);
    assert.match(
      propertiesOf(one("ConfigMap")).get("advertised.listeners") ?? "",
      /EXTERNAL:\/\/nodes\.corp\.test:@EXTERNAL_PORT@$/,
    );
    assert.match(String(at(one("ConfigMap"), "data[init.sh]")), /s\|@EXTERNAL_PORT@\|\$\(\(30092 \+ ordinal\)\)\|g/);
    assert.equal(result.externalBrokers, "nodes.corp.test:30092,nodes.corp.test:30093,nodes.corp.test:30094");
  });

  it("R-LSN-09 takes addresses, source ranges, traffic policy and annotations from the settings", async () => {
    const { all } = await make({
      addresses: { bootstrap: "203.0.113.10", brokers: ["203.0.113.11", "203.0.113.12", "203.0.113.13"] },
      sourceRanges: ["198.51.100.0/24"],
      trafficPolicy: "Local",
      annotations: { "external-dns.alpha.kubernetes.io/hostname": "{host}", scheme: "internal" },
    });
    const services = outside(all("Service"));
    const last = [10, 11, 12, 13].map((number) => `203.0.113.${number}`);
    assert.deepEqual(column(services, "spec.loadBalancerIP"), last);
    for (const service of services) {
      assert.deepEqual(at(service, "spec.loadBalancerSourceRanges"), ["198.51.100.0/24"]);
      assert.equal(at(service, "spec.externalTrafficPolicy"), "Local");
      assert.equal(at(service, "metadata.annotations.scheme"), "internal");
    }
    assert.deepEqual(column(services, "metadata.annotations[external-dns.alpha.kubernetes.io/hostname]"), [
      "kafka.corp.test",
      "kafka-0.corp.test",
      "kafka-1.corp.test",
      "kafka-2.corp.test",
    ]);
  });

  it("leaves out an annotation that names a host where there is none", async () => {
    const { all } = await make({ bootstrapHost: null, annotations: { dns: "{host}" } });
    assert.deepEqual(column(outside(all("Service")), "metadata.annotations.dns"), [
      undefined,
      "kafka-0.corp.test",
      "kafka-1.corp.test",
      "kafka-2.corp.test",
    ]);
  });

  it("has no listener and no Service where it is switched off", async () => {
    const { all, one, result } = await make({ enabled: false });
    assert.deepEqual(outside(all("Service")), []);
    assert.ok(!String(at(one("ConfigMap"), "data[server.properties]")).includes("EXTERNAL"));
    assert.equal(result.externalBrokers, undefined);
  });

  it("keeps the Services for inside free of it", async () => {
    const { all } = await make({});
    for (const service of all("Service").filter(({ name }) => !name.includes("-external-"))) {
      const ports = at(service, "spec.ports") as { name: string }[];
      assert.ok(!ports.some(({ name }) => name === "tcp-external"), service.name);
    }
  });
});
