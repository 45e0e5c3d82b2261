/** What the rules let through is safe to apply, and what the restart plan says is what the pod templates do. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { record } from "../../deploy/render/record.ts";
import { shapeText } from "../../stacks/appliedShape.ts";
import { checkChange } from "../../stacks/guards/check.ts";
import { platform } from "../../stacks/platform.ts";
import { podSets } from "../../stacks/podSets.ts";
import { providers } from "../../stacks/provider.ts";
import { podChanges } from "../../stacks/restartPlan.ts";
import { SettingsError } from "../../stacks/settings/problem.ts";
import type { Settings } from "../../stacks/settings/settings.ts";
import { load, type SetValues } from "../support/settings.ts";
import { ALL_STACKS, PROGRAMS, recordedStack } from "../support/stacks.ts";
import { at, kindOf, type RecordedResource } from "../support/world.ts";

/** A cluster id that no template keeps: it is left out of what the plan compares. */
const CLUSTER_ID = "AAAAAAAAAAAAAAAAAAAAAA";

/** Values to change between, every one valid in some company. */
const VALUES: Readonly<Record<string, readonly unknown[]>> = {
  environment: ["dev", "staging"],
  "labels.team": ["payments", "search"],
  "namespace.name": ["kafka", "other"],
  "namespace.create": [true, false],
  "names.brokers": ["kafka", "broker"],
  "names.headless": ["kafka-headless", "nodes"],
  "names.controllers": ["kafka-controller", "voter"],
  "names.controllersHeadless": ["kafka-controller-headless", "voters"],
  "names.bootstrap": ["kafka", "bootstrap"],
  "names.aliases": [[], ["one"], ["one", "two"]],
  "kafka.version": ["3.9.2", "4.2.1", "4.3.1"],
  "kafka.metadataVersion": ["3.9-IV0", "4.2-IV1"],
  "rackAwareness.enabled": [true, false],
  "coordination.mode": ["kraft", "zookeeper"],
  "zookeeper.replicas": [1, 3, 5],
  "zookeeper.heap": ["512m", "400m"],
  "kafka.replicas": [1, 3, 4, 5],
  "kafka.replicationFactor": [1, 3],
  "kafka.heap": ["1g", "900m"],
  "kafka.storage.data": ["20Gi", "30Gi"],
  "kafka.storage.class": [null, "fast"],
  "kafka.storage.logs": [null, "5Gi", "6Gi"],
  "kafka.ioThreads": [8, 9],
  'kafka.config["num.replica.fetchers"]': ["1", "2"],
  'kafka.config["queued.max.requests"]': ["500", "600"],
  "kafka.retention": ["7d", "3d"],
  "kafka.terminationGrace": ["300s", "200s"],
  "kafka.jvmOptions": [[], ["-XX:+AlwaysPreTouch"]],
  "controllers.mode": ["dedicated", "combined"],
  "controllers.replicas": [3, 5],
  "controllers.heap": ["512m", "400m"],
  "controllers.storage.data": ["10Gi", "12Gi"],
  "controllers.storage.class": [null, "fast"],
  "listeners.client.port": [9092, 9192],
  "listeners.controller.port": [9093, 9193],
  "scheduling.antiAffinity": ["preferred", "none"],
  "agent.image": ["node:24.21.0", "node:24.20.0"],
  'topics.items["user.events"].partitions': [1, 12],
  "verify.enabled": [true, false],
};
const PATHS = Object.keys(VALUES);
const assignment = (path: string) => fc.constantFrom(...(VALUES[path] ?? [])).map((value) => [path, value] as const);
const some = (minLength: number, maxLength: number) =>
  fc
    .uniqueArray(fc.constantFrom(...PATHS), { minLength, maxLength })
    .chain((paths) => fc.tuple(...paths.map(assignment)))
    .map((entries): SetValues => Object.fromEntries(entries));
/** Settings, and the same ones with up to three changes; those that the rules of settings refuse are left out. */
const change = fc
  .tuple(some(0, 8), some(1, 3))
  .map(([before, edits]) => [valid(before), valid({ ...before, ...edits })] as const);

function valid(set: SetValues): Settings | undefined {
  try {
    return load({}, set).settings;
  } catch (error) {
    if (error instanceof SettingsError) return undefined;
    throw error;
  }
}

const isRefused = (before: Settings, after: Settings): boolean => {
  try {
    checkChange(shapeText(before), after);
    return false;
  } catch (error) {
    if (error instanceof SettingsError) return true;
    throw error;
  }
};

const recorded = async (settings: Settings): Promise<readonly RecordedResource[]> => {
  const run = () => platform(settings, providers(settings), PROGRAMS);
  return (await record(run, { randomId: CLUSTER_ID })).resources;
};

const sets = (resources: readonly RecordedResource[]): ReadonlyMap<string, RecordedResource> =>
  new Map(resources.filter((resource) => kindOf(resource) === "StatefulSet").map((set) => [set.name, set]));

/** Pod template without the cluster id. */
const template = (set: RecordedResource): string => JSON.stringify(at(set, "spec.template")).replaceAll(CLUSTER_ID, "");

/** What the Kubernetes provider replaces a StatefulSet for, and what no claim template can change in place. */
const FORCE_NEW = [
  "metadata.name",
  "metadata.namespace",
  "spec.podManagementPolicy",
  "spec.selector",
  "spec.serviceName",
];
const fixedParts = (set: RecordedResource): unknown => ({
  forceNew: FORCE_NEW.map((path) => at(set, path)),
  claims: (at(set, "spec.volumeClaimTemplates") as Claim[]).map(({ metadata, spec }) => [
    metadata,
    spec.accessModes,
    spec.storageClassName,
  ]),
});
interface Claim {
  readonly metadata: unknown;
  readonly spec: { readonly accessModes: unknown; readonly storageClassName?: string };
}

describe("changes of settings", function () {
  this.timeout(120_000);

  it("R-PRG-04 are refused by a rule, or replace nothing that holds data", async () => {
    let applied = 0;
    let refused = 0;
    await fc.assert(
      fc.asyncProperty(change, async ([before, after]) => {
        fc.pre(before !== undefined && after !== undefined);
        if (isRefused(before, after)) {
          refused += 1;
          return;
        }
        applied += 1;
        const [old, next] = [await recorded(before), await recorded(after)];
        const stays = sets(next);
        for (const [name, set] of sets(old)) {
          const now = stays.get(name);
          assert.ok(now, `${name} would be deleted`);
          assert.deepEqual(fixedParts(now), fixedParts(set));
        }
        const held = (all: readonly RecordedResource[]) =>
          all
            .filter((one) => ["Namespace", "RandomId"].includes(kindOf(one)) && !one.read)
            .map(({ urn, inputs }) => [urn, (inputs["metadata"] as { name?: string } | undefined)?.name]);
        const kept = JSON.stringify(held(next));
        for (const one of held(old)) {
          if (before.namespace.create === after.namespace.create) assert.ok(kept.includes(JSON.stringify(one)));
        }
      }),
      { numRuns: 60 },
    );
    assert.ok(applied > 5 && refused > 5, `${applied} applied, ${refused} refused: the property saw too little of one`);
  });

  it("restart pods exactly where the plan says so", async () => {
    const seen = new Set<boolean>();
    await fc.assert(
      fc.asyncProperty(change, async ([before, after]) => {
        fc.pre(before !== undefined && after !== undefined);
        fc.pre(!isRefused(before, after));
        const [old, next] = [sets(await recorded(before)), sets(await recorded(after))];
        for (const { role, restart, because, replicas } of podChanges(shapeText(before), after)) {
          const [was, is] = [old.get(`${role}-nodes`), next.get(`${role}-nodes`)];
          assert.ok(was && is, role);
          assert.equal(restart, template(was) !== template(is), `${role}: ${because.join(", ")}`);
          assert.equal(restart, because.length > 0);
          assert.deepEqual(replicas, [at(was, "spec.replicas"), at(is, "spec.replicas")]);
          seen.add(restart);
        }
      }),
      { numRuns: 40 },
    );
    assert.equal(seen.size, 2);
  });

  it("are planned for the very pods that the platform makes, in every stack", async () => {
    for (const stack of ALL_STACKS) {
      const { resources } = await recordedStack(stack, { randomId: CLUSTER_ID });
      const made = sets(resources);
      const planned = podSets(stack.settings());
      assert.deepEqual(planned.map(({ role }) => `${role}-nodes`).sort(), [...made.keys()].sort(), stack.title);
      for (const { role, template: expected } of planned) {
        const set = made.get(`${role}-nodes`);
        assert.ok(set);
        assert.deepEqual(JSON.parse(template(set)), JSON.parse(JSON.stringify(expected)), stack.title);
      }
    }
  });
});
