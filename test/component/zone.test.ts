import assert from "node:assert/strict";
import { KafkaBrokers } from "../../components/brokers.ts";
import { brokersArgs, cluster } from "../support/fixtures.ts";
import { at, type RecordedResource, world } from "../support/world.ts";

const make = (rackAwareness: { enabled: boolean; zones?: string[] }) =>
  world(() => new KafkaBrokers("brokers", brokersArgs({ cluster: cluster({ rackAwareness }) })));

interface Pod {
  readonly automountServiceAccountToken: boolean;
  readonly serviceAccountName: string;
  readonly initContainers: readonly Container[];
  readonly containers: readonly Container[];
  readonly volumes: readonly { readonly name: string; readonly projected?: { readonly sources: readonly object[] } }[];
}
interface Container {
  readonly name: string;
  readonly volumeMounts: readonly { readonly name: string }[];
}
const podOf = (set: RecordedResource) => at(set, "spec.template.spec") as Pod;
const holdsToken = ({ projected }: Pod["volumes"][number]) =>
  projected?.sources.some((source) => "serviceAccountToken" in source) ?? false;
const names = (containers: readonly Container[]) => containers.map(({ name }) => name);

describe("zones of brokers", () => {
  it("R-BRK-18 are read with the right to get nodes and no other, bound to the brokers' ServiceAccount", async () => {
    const { one } = await make({ enabled: true });
    const [role, binding, set] = [one("ClusterRole"), one("ClusterRoleBinding"), one("StatefulSet")];
    assert.deepEqual(at(role, "rules"), [{ apiGroups: [""], resources: ["nodes"], verbs: ["get"] }]);
    assert.equal(at(role, "metadata.name"), "kafka-kafka-zone");
    assert.equal(at(binding, "roleRef.name"), at(role, "metadata.name"));
    assert.deepEqual(at(binding, "subjects"), [
      { kind: "ServiceAccount", name: podOf(set).serviceAccountName, namespace: "kafka" },
    ]);
    assert.match(set.options.dependsOn.join(), /zone-binding/, "a pod that starts first could not read its node");
  });

  it("R-BRK-18 are asked for with a token that lives minutes and that one container alone has", async () => {
    const { one } = await make({ enabled: true });
    const pod = podOf(one("StatefulSet"));
    assert.equal(pod.automountServiceAccountToken, false);
    assert.deepEqual(names(pod.initContainers), ["zone"]);
    const token = pod.volumes.find(holdsToken);
    assert.deepEqual(token?.projected?.sources[0], { serviceAccountToken: { path: "token", expirationSeconds: 600 } });
    const having = [...pod.initContainers, ...pod.containers].filter(({ volumeMounts }) =>
      volumeMounts.some(({ name }) => name === token.name),
    );
    assert.deepEqual(names(having), ["zone"]);
  });

  it("R-BRK-18 of the settings need no right at all", async () => {
    const { all, one } = await make({ enabled: true, zones: ["a", "b"] });
    assert.deepEqual([...all("ClusterRole"), ...all("ClusterRoleBinding")], []);
    const pod = podOf(one("StatefulSet"));
    assert.ok(!names(pod.initContainers).includes("zone"));
    assert.ok(!pod.volumes.some(holdsToken));
    assert.match(String(at(one("ConfigMap"), "data[init.sh]")), /0\) zone='a' ;;\n {2}1\) zone='b' ;;/);
  });

  it("leave no trace where they are switched off", async () => {
    const { all, one } = await make({ enabled: false });
    assert.deepEqual(all("ClusterRole"), []);
    assert.ok(!names(podOf(one("StatefulSet")).initContainers).includes("zone"));
    const files = at(one("ConfigMap"), "data") as Record<string, string>;
    assert.ok(!("zone.mjs" in files) && !files["server.properties"]?.includes("broker.rack"));
  });
});
