/** The Jobs before and after a change of the nodes, and what makes them run. */
import assert from "node:assert/strict";
import type { KafkaBrokersArgs } from "../../components/brokers.ts";
import { brokerNodes, controllerNodes, rollDigest } from "../../components/nodeSets.ts";
import { KafkaPreflight, type KafkaPreflightArgs } from "../../components/preflight.ts";
import { KafkaSettle, type KafkaSettleArgs } from "../../components/settle.ts";
import { KafkaVolumes, type KafkaVolumesArgs } from "../../components/volumes.ts";
import { labels } from "../../kafka/labels.ts";
import { platform } from "../../stacks/platform.ts";
import { providers } from "../../stacks/provider.ts";
import type { SettingsInput } from "../../stacks/settings/schema.ts";
import { brokersArgs, cluster, identity, runtime } from "../support/fixtures.ts";
import { load } from "../support/settings.ts";
import { PROGRAMS } from "../support/stacks.ts";
import { at, type RecordedResource, world } from "../support/world.ts";

const rebalance = { throttle: "50Mi", timeout: 3_600_000, onScaleUp: "spread" } as const;
const common = { namespace: "kafka", labels: labels("kafka-agent", identity), rebalance } as const;
const preflight = (change: Partial<KafkaPreflightArgs> = {}) =>
  world(
    () =>
      new KafkaPreflight("preflight", {
        ...common,
        name: "kafka-preflight",
        cluster: cluster(),
        roll: "0123abcd",
        checks: true,
        agent: runtime,
        ...change,
      }),
  );
const settle = (change: Partial<KafkaSettleArgs> = {}) =>
  world(
    () =>
      new KafkaSettle("settle", {
        ...common,
        name: "kafka-settle",
        replicas: 3,
        roll: "0123abcd",
        brokers: "kafka-0:9092",
        agent: runtime,
        ...change,
      }),
  );
const commandOf = (job: RecordedResource): string[] => {
  const [container] = at(job, "spec.template.spec.containers") as [{ command: string[] }];
  return container.command.slice(2);
};
const nameOf = (job: RecordedResource) => String(at(job, "metadata.name"));

describe("KafkaPreflight", () => {
  it("asks whether there is a cluster, whether it can stand a roll, and empties brokers that go", async () => {
    const { inventory, one } = await preflight();
    assert.deepEqual(inventory(), ["Job preflight-check", "KafkaPreflight preflight"]);
    const job = one("Job");
    assert.match(nameOf(job), /^kafka-preflight-[0-9a-f]{8}$/);
    assert.deepEqual(commandOf(job), [
      "preflight",
      "--replicas",
      "3",
      "--discovery",
      "kafka-headless.kafka.svc.cluster.local",
      "--leaving",
      "kafka-3.kafka-headless.kafka.svc.cluster.local",
      "--throttle",
      "50Mi",
      "--timeout",
      "3900000ms",
      "--reads",
      "4.3-IV0",
    ]);
    const [container] = at(job, "spec.template.spec.containers") as [{ env: { value: string }[] }];
    assert.equal(container.env[0]?.value.split(",").length, 3);
  });

  it("lets the agent's own words arrive before the Job's deadline, and that before Pulumi's", async () => {
    const job = (await preflight()).one("Job");
    assert.equal(at(job, "spec.activeDeadlineSeconds"), 4200);
    assert.equal(job.options.customTimeouts.create, "4260s");
    assert.equal(at(job, "spec.backoffLimit"), 0);
    assert.equal(at(job, "spec.ttlSecondsAfterFinished"), undefined);
    assert.equal(at(job, "metadata.annotations[pulumi.com/replaceUnready]"), "true");
    assert.equal(job.options.deleteBeforeReplace, true);
  });

  it("runs when nodes are to change, and only then", async () => {
    const name = async (change?: Partial<KafkaPreflightArgs>) => nameOf((await preflight(change)).one("Job"));
    const before = await name();
    assert.equal(await name(), before);
    assert.notEqual(await name({ roll: "ffffffff" }), before);
    assert.notEqual(await name({ cluster: cluster({ kafka: { replicas: 2 } }) }), before);
  });

  it("checks nothing where the stack lets that pass, and still empties brokers that go", async () => {
    const command = commandOf((await preflight({ checks: false })).one("Job"));
    assert.equal(command.at(-1), "--no-checks");
  });
});

describe("KafkaSettle", () => {
  it("waits, spreads, elects and forgets, once for each change of the nodes", async () => {
    const { inventory, one } = await settle();
    assert.deepEqual(inventory(), ["Job settle-run", "KafkaSettle settle"]);
    assert.match(nameOf(one("Job")), /^kafka-settle-[0-9a-f]{8}$/);
    assert.deepEqual(commandOf(one("Job")).slice(0, 3), ["settle", "--replicas", "3"]);
    assert.notEqual(nameOf((await settle({ roll: "ffffffff" })).one("Job")), nameOf(one("Job")));
  });

  it("leaves partitions where they are where the stack says so", async () => {
    const leave = { ...rebalance, onScaleUp: "leave" } as const;
    assert.equal(commandOf((await settle({ rebalance: leave })).one("Job")).at(-1), "--no-spread");
    assert.ok(!commandOf((await settle()).one("Job")).includes("--no-spread"));
  });
});

describe("KafkaVolumes", () => {
  const volumes = (change: Partial<KafkaVolumesArgs> = {}) =>
    world(
      () =>
        new KafkaVolumes("volumes", {
          namespace: "kafka",
          labels: labels("kafka-agent", identity),
          name: "kafka-volumes",
          sets: [
            { name: "kafka", replicas: 2, storage: { class: null, data: "10Gi", logs: "1Gi" } },
            { name: "kafka-controller", replicas: 1, storage: { class: null, data: "2Gi" } },
          ],
          brokers: "kafka-0:9092",
          agent: runtime,
          ...change,
        }),
    );
  const CLAIMS = ["data-kafka-0", "logs-kafka-0", "data-kafka-1", "logs-kafka-1", "data-kafka-controller-0"];

  it("names every claim with its size", async () => {
    const { inventory, one } = await volumes();
    assert.deepEqual(inventory(), [
      "Job volumes-grow",
      "KafkaVolumes volumes",
      "Role volumes-role",
      "RoleBinding volumes-binding",
      "ServiceAccount volumes-account",
    ]);
    const sizes = ["10Gi", "1Gi", "10Gi", "1Gi", "2Gi"];
    assert.deepEqual(commandOf(one("Job")).slice(0, 6), [
      "grow",
      ...CLAIMS.map((claim, index) => `--claim=${claim}=${sizes[index] ?? ""}`),
    ]);
  });

  it("may read and patch these claims and nothing else, with a token that its pod alone has", async () => {
    const { one } = await volumes();
    assert.deepEqual(at(one("Role"), "rules"), [
      { apiGroups: [""], resources: ["persistentvolumeclaims"], resourceNames: CLAIMS, verbs: ["get", "patch"] },
    ]);
    assert.deepEqual(at(one("RoleBinding"), "subjects"), [
      { kind: "ServiceAccount", name: "kafka-volumes", namespace: "kafka" },
    ]);
    assert.equal(at(one("ServiceAccount"), "automountServiceAccountToken"), false);
    const volumesOf = (job: RecordedResource) => JSON.stringify(at(job, "spec.template.spec.volumes"));
    assert.match(volumesOf(one("Job")), /"serviceAccountToken":/);
    assert.equal(at(one("Job"), "spec.template.spec.serviceAccountName"), "kafka-volumes");
    assert.doesNotMatch(volumesOf((await settle()).one("Job")), /serviceAccountToken/);
  });

  it("runs again for another size or more nodes, and only then", async () => {
    const name = async (change?: Partial<KafkaVolumesArgs>) => nameOf((await volumes(change)).one("Job"));
    const set = { name: "kafka", replicas: 2, storage: { class: null, data: "10Gi" } };
    const before = await name({ sets: [set] });
    assert.equal(await name({ sets: [set] }), before);
    assert.notEqual(await name({ sets: [{ ...set, replicas: 3 }] }), before);
    assert.notEqual(await name({ sets: [{ ...set, storage: { class: null, data: "20Gi" } }] }), before);
  });
});

describe("what tells that pods change", () => {
  const digest = (change: Partial<KafkaBrokersArgs> = {}) => {
    const args = brokersArgs({ cluster: cluster({ controllers: { mode: "dedicated" } }), ...change });
    return rollDigest([brokerNodes(args), controllerNodes(args)]);
  };
  const changed = (change: Parameters<typeof cluster>[0]) =>
    digest({ cluster: cluster({ ...change, controllers: { mode: "dedicated", ...change?.controllers } }) });

  it("is another one for what replaces, adds or takes away pods of brokers or controllers", () => {
    const before = digest();
    assert.equal(digest(), before);
    for (const change of [
      { kafka: { heap: "1g" } },
      { kafka: { replicas: 5 } },
      { kafka: { image: "mirror/apache/kafka:4.3.1" } },
      { controllers: { heap: "1g" } },
    ]) {
      assert.notEqual(changed(change), before, JSON.stringify(change));
    }
  });

  it("stays for volumes, and for a cluster id that a preview does not know", () => {
    const before = digest();
    for (const change of [{ kafka: { storage: { class: "fast-ssd", data: "20Gi", logs: null } } }]) {
      assert.equal(changed(change), before, JSON.stringify(change));
    }
    assert.equal(digest({ clusterId: "another" }), before);
  });
});

describe("the order of a change", () => {
  const made = (change: SettingsInput = {}) => {
    const { settings } = load({ preset: "none", ...change });
    return world(() => platform(settings, providers(settings), PROGRAMS));
  };

  it("R-OPS-02 is preflight, controllers, brokers, settle, verify; topics do not wait for settle", async () => {
    const { resources } = await made();
    const find = (name: string) => {
      const found = resources.find((resource) => resource.name === name);
      assert.ok(found, name);
      return found;
    };
    const waits = (later: string, earlier: string) => find(later).options.dependsOn.includes(find(earlier).urn);
    assert.ok(waits("controllers", "preflight-check"));
    assert.ok(waits("brokers", "preflight-check"));
    assert.ok(waits("settle", "brokers-nodes"));
    assert.ok(waits("verify", "settle-run"));
    assert.ok(waits("topics", "brokers-nodes"));
    assert.ok(!waits("topics", "settle-run"));
    assert.ok(!waits("preflight", "brokers-nodes"));
    assert.ok(waits("verify", "volumes-grow"));
    assert.ok(!waits("volumes", "brokers-nodes"), "a full disk may keep brokers from being ready");
    assert.ok(!waits("brokers", "volumes-grow"));
  });

  it("leaves the checks out for a stack that allows it, by name and with a reason", async () => {
    const allowed = { allowUnsafe: [{ rule: "preflight", reason: "broker 2 is lost for good", until: "2027-01-01" }] };
    assert.ok(commandOf((await made(allowed)).one("Job", "preflight-check")).includes("--no-checks"));
    assert.ok(!commandOf((await made()).one("Job", "preflight-check")).includes("--no-checks"));
  });
});
