/** The CronJob that restarts nodes over renewed certificates: what it may do, and which stacks have it. */
import assert from "node:assert/strict";
import { run } from "../../agent/cli.ts";
import { KafkaRenewals, type KafkaRenewalsArgs } from "../../components/renewals.ts";
import { labels } from "../../kafka/labels.ts";
import { platform } from "../../stacks/platform.ts";
import { providers } from "../../stacks/provider.ts";
import type { SettingsInput } from "../../stacks/settings/schema.ts";
import { identity, runtime } from "../support/fixtures.ts";
import { load } from "../support/settings.ts";
import { PROGRAMS } from "../support/stacks.ts";
import { at, type RecordedResource, world } from "../support/world.ts";

const HOUR = 3_600_000;
const times = { terminationGrace: 120_000, startupBudget: 300_000 };
const make = (change: Partial<KafkaRenewalsArgs> = {}) =>
  world(
    () =>
      new KafkaRenewals("renewals", {
        namespace: "kafka",
        labels: labels("kafka-agent", identity),
        name: "kafka-renewals",
        sets: [
          {
            ...{ name: "kafka-controller", replicas: 1, kind: "ensemble", ...times },
            certificate: { secret: "kafka-controller-certificate" },
          },
          { name: "kafka", replicas: 2, kind: "broker", ...times, certificate: { secret: "kafka-certificate" } },
        ],
        renewBefore: 30 * 24 * HOUR,
        brokers: "kafka-0:9092",
        agent: { ...runtime, login: "kafka-admin" },
        ...change,
      }),
  );
const TEMPLATE = "spec.jobTemplate.spec";
interface Container {
  readonly command: readonly string[];
  readonly volumeMounts: readonly { readonly name: string }[];
}
const containerOf = (cronJob: RecordedResource) => {
  const [container] = at(cronJob, `${TEMPLATE}.template.spec.containers`) as [Container];
  return container;
};

describe("KafkaRenewals", () => {
  it("R-TLS-03 looks once a night, one run at a time, and never twice for one look", async () => {
    const { inventory, one } = await make();
    assert.deepEqual(inventory(), [
      "CronJob renewals-look",
      "KafkaRenewals renewals",
      "Role renewals-role",
      "RoleBinding renewals-binding",
      "ServiceAccount renewals-account",
    ]);
    const cronJob = one("CronJob");
    assert.equal(at(cronJob, "metadata.name"), "kafka-renewals");
    assert.equal(at(cronJob, "spec.schedule"), "43 3 * * *");
    assert.equal(at(cronJob, "spec.concurrencyPolicy"), "Forbid");
    assert.equal(at(cronJob, "spec.startingDeadlineSeconds"), 3600);
    assert.ok((at(cronJob, "spec.successfulJobsHistoryLimit") as number) <= 3);
    assert.ok((at(cronJob, "spec.failedJobsHistoryLimit") as number) <= 3);
    assert.equal(at(cronJob, `${TEMPLATE}.backoffLimit`), 0);
    const often = (await make({ renewBefore: 8 * HOUR })).one("CronJob");
    assert.equal(at(often, "spec.schedule"), "43 * * * *");
  });

  it("R-TLS-03 names every set with its Certificate, half of renewBefore, and a time-out that its words get out before", async () => {
    const cronJob = (await make()).one("CronJob");
    assert.deepEqual(containerOf(cronJob).command.slice(2), [
      "renew",
      "--set=kafka-controller:1=kafka-controller-certificate",
      "--set=kafka:2=kafka-certificate",
      ...["--grace", "1296000s"],
      ...["--settle", "4500s"],
      // Each set as long as a roll of it may take.
      ...["--timeout", `${420 + 2 * 420}s`],
    ]);
    assert.equal(at(cronJob, `${TEMPLATE}.activeDeadlineSeconds`), 420 + 2 * 420 + 60);
    const large = ["kafka", "more"].map(
      (name) => ({ name, replicas: 100, kind: "broker", ...times, certificate: { secret: name } }) as const,
    );
    assert.equal(at((await make({ sets: large })).one("CronJob"), `${TEMPLATE}.activeDeadlineSeconds`), 14_460);
  });

  it("is run with arguments that the agent takes", async () => {
    const { command } = containerOf((await make()).one("CronJob"));
    let said = "";
    const out = { write: (text: string) => (said += text) };
    // It gets as far as the token that this machine has not.
    assert.equal(await run(command.slice(2), { KAFKA_BROKERS: "kafka-0:9092" }, { out, err: out }), 1, said);
    assert.match(said, /^failed: ENOENT: .*\/api\/namespace/);
  });

  it("R-TLS-03 may read these Certificates and pods and evict these pods, and nothing else, with a token of its own and no login", async () => {
    const { one } = await make();
    const pods = ["kafka-controller-0", "kafka-0", "kafka-1"];
    assert.deepEqual(at(one("Role"), "rules"), [
      {
        apiGroups: ["cert-manager.io"],
        resources: ["certificates"],
        resourceNames: ["kafka-controller-certificate", "kafka-certificate"],
        verbs: ["get"],
      },
      { apiGroups: [""], resources: ["pods"], resourceNames: pods, verbs: ["get"] },
      { apiGroups: [""], resources: ["pods/eviction"], resourceNames: pods, verbs: ["create"] },
    ]);
    assert.deepEqual(at(one("RoleBinding"), "roleRef"), {
      apiGroup: "rbac.authorization.k8s.io",
      kind: "Role",
      name: "kafka-renewals",
    });
    assert.deepEqual(at(one("RoleBinding"), "subjects"), [
      { kind: "ServiceAccount", name: "kafka-renewals", namespace: "kafka" },
    ]);
    assert.equal(at(one("ServiceAccount"), "automountServiceAccountToken"), false);
    const cronJob = one("CronJob");
    assert.equal(at(cronJob, `${TEMPLATE}.template.spec.serviceAccountName`), "kafka-renewals");
    assert.equal(at(cronJob, `${TEMPLATE}.template.spec.automountServiceAccountToken`), false);
    assert.equal(at(cronJob, `${TEMPLATE}.template.metadata.labels.app`), "kafka-agent");
    const mounted = containerOf(cronJob).volumeMounts.map(({ name }) => name);
    assert.deepEqual(mounted, ["program", "api", "tmp"]);
    assert.doesNotMatch(JSON.stringify(cronJob.inputs), /kafka-admin/);
    assert.match(cronJob.options.dependsOn.join(), /renewals-role.*renewals-binding|renewals-binding.*renewals-role/);
  });
});

describe("a stack's restarts over renewed certificates", () => {
  const made = async (change: SettingsInput = {}) => {
    const input = { preset: "none", security: { mode: "scram-tls" }, ...change } as const;
    const { settings } = load(input);
    return world(() => platform(settings, providers(settings), PROGRAMS));
  };
  const dedicated = { controllers: { mode: "dedicated" } } as const;
  const combined = { controllers: { mode: "combined" } } as const;
  const setsOf = async (change?: SettingsInput) =>
    (await made(change))
      .all("CronJob")
      .filter(({ name }) => name === "renewals-look")
      .flatMap((cronJob) => containerOf(cronJob).command.filter((word) => word.startsWith("--set=")));

  it("R-TLS-03 are there where nodes know each other by certificates, controllers first", async () => {
    assert.deepEqual(await setsOf(dedicated), [
      "--set=kafka-controller:3=kafka-controller-certificate",
      "--set=kafka:3=kafka-certificate",
    ]);
    assert.deepEqual(await setsOf(combined), ["--set=kafka:3=kafka-certificate"]);
  });

  it("R-TLS-03 follow the nodes to the Certificates of another authority", async () => {
    const certificates = { authority: { generation: 2, rotation: "sign" } } as const;
    assert.deepEqual(await setsOf({ ...combined, certificates }), ["--set=kafka:3=kafka-certificate-2"]);
  });

  it("R-TLS-03 are of an ensemble first, and of the sets that speak to controllers, on the way from ZooKeeper", async () => {
    const phase = (name: string) =>
      setsOf({
        ...dedicated,
        kafka: { version: "3.9.2" },
        coordination: { mode: "zookeeper", phase: name },
      } as SettingsInput);
    const [members, controllers, brokers] = ["zookeeper", "kafka-controller", "kafka"].map(
      (name) => `--set=${name}:3=${name}-certificate`,
    );
    assert.deepEqual(await phase("zookeeper"), [members]);
    assert.deepEqual(await phase("controllers"), [members, controllers]);
    assert.deepEqual(await phase("dual-write"), [members, controllers, brokers]);
    assert.deepEqual(await phase("rollback"), [members]);
    const alone = { kafka: { version: "3.9.2", replicas: 1 }, zookeeper: { replicas: 1 } } as const;
    const coordination = { mode: "zookeeper" } as const;
    assert.deepEqual(await setsOf({ ...alone, coordination }), ["--set=zookeeper:1=zookeeper-certificate"]);
    const plain = { security: { mode: "scram" } } as const;
    assert.deepEqual(await setsOf({ ...alone, ...plain, coordination }), []);
  });

  it("are not there for passwords among nodes, in plain text, or for a node that is alone", async () => {
    for (const security of [
      { mode: "scram-tls", betweenNodes: "scram" },
      { mode: "scram" },
      { mode: "plaintext" },
    ] as const) {
      assert.deepEqual(await setsOf({ ...dedicated, security }), [], JSON.stringify(security));
    }
    assert.deepEqual(await setsOf({ ...combined, kafka: { replicas: 1 } }), []);
  });

  it("come after the nodes, whose Certificates are there before them", async () => {
    const { one, resources } = await made();
    const urn = (name: string) => resources.find((resource) => resource.name === name)?.urn ?? name;
    for (const earlier of ["brokers-nodes", "agent-bundle"]) {
      assert.ok(one("KafkaRenewals").options.dependsOn.includes(urn(earlier)), earlier);
    }
  });
});
