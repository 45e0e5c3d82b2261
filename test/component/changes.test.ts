/** What the rules let through is safe to apply, and what the restart plan says is what the pod templates do. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { record } from "../../deploy/render/record.ts";
import { generationSuffix, signing } from "../../kafka/authority.ts";
import { phaseFacts } from "../../kafka/coordination.ts";
import { encrypts, loginDoor } from "../../kafka/security.ts";
import { shapeText } from "../../stacks/appliedShape.ts";
import { checkChange } from "../../stacks/guards/check.ts";
import { platform } from "../../stacks/platform.ts";
import { podSets } from "../../stacks/podSets.ts";
import { providers } from "../../stacks/provider.ts";
import { podChanges } from "../../stacks/restartPlan.ts";
import { SettingsError } from "../../stacks/settings/problem.ts";
import type { Settings } from "../../stacks/settings/settings.ts";
import { load } from "../support/settings.ts";
import { STARTS, settingsChange } from "../support/settingsChanges.ts";
import { ALL_STACKS, PROGRAMS, recordedStack } from "../support/stacks.ts";
import { at, kindOf, type RecordedResource } from "../support/world.ts";

/** A cluster id that no template keeps: it is left out of what the plan compares. */
const CLUSTER_ID = "AAAAAAAAAAAAAAAAAAAAAA";

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

/** What is made once: what it would cost to have it made anew, or not to have it. */
const isHeld = (one: RecordedResource): boolean =>
  !one.read &&
  (["Namespace", "RandomId", "RandomPassword", "CertManager"].includes(kindOf(one)) || at(one, "spec.isCA") === true);
/** What it is replaced for. cert-manager issues anew what has another spec. */
const identity = (one: RecordedResource): unknown =>
  kindOf(one) === "Namespace" ? at(one, "metadata.name") : (at(one, "spec") ?? one.inputs);

/** Nodes that a phase of the way to KRaft has done with. */
const expendable = (set: string, { coordination }: Settings): boolean =>
  ({ ensemble: "zookeeper-nodes", controllers: "controllers-nodes", nothing: "" })[
    phaseFacts(coordination).expendable
  ] === set;

/** What nobody depends on: it was not in use, or what it is for goes by the settings' own word. */
function mayGo({ name, ...one }: RecordedResource, before: Settings, after: Settings): boolean {
  const { mode } = before.security;
  const unencrypted = mode !== "scram-tls" && !encrypts(after);
  switch (kindOf(one)) {
    case "Namespace":
      return before.namespace.create !== after.namespace.create;
    case "Certificate":
      return unencrypted || name !== `certificates-ca${generationSuffix(signing(before.certificates.authority))}`;
    case "RandomPassword": {
      if (name.startsWith("certificates-")) return unencrypted || name === "certificates-stores-password";
      if (mode === "plaintext" && loginDoor(after) === undefined) return true;
      const [, user = "", generation] = /^users-(.+)-(\d+)$/.exec(name) ?? [];
      const gone = after.users.items[user]?.state !== "present";
      return (
        generation !== undefined && (gone || Number(generation) !== before.users.items[user]?.credential.generation)
      );
    }
    default:
      return false;
  }
}

/** Shown with what fails, so that the same changes can be drawn again. */
const newSeed = (): number => Math.floor(Math.random() * 2 ** 31);

describe("changes of settings", function () {
  this.timeout(120_000);

  it("begin at settings that are valid", () => {
    for (const { set } of STARTS) assert.doesNotThrow(() => load({}, set), JSON.stringify(set));
  });

  it("R-PRG-04 are refused by a rule, or replace nothing that holds data, keys or passwords", async () => {
    const seed = newSeed();
    let applied = 0;
    let refused = 0;
    await fc.assert(
      fc.asyncProperty(settingsChange, async ([before, after]) => {
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
          if (!now && expendable(name, before)) continue;
          assert.ok(now, `${name} would be deleted`);
          assert.deepEqual(fixedParts(now), fixedParts(set));
        }
        const now = new Map(next.map((one) => [one.urn, one]));
        for (const one of old.filter((held) => isHeld(held) && !mayGo(held, before, after))) {
          const kept = now.get(one.urn);
          assert.ok(kept, `${one.urn} would be deleted`);
          assert.deepEqual(identity(kept), identity(one), one.urn);
        }
      }),
      { numRuns: 50, seed },
    );
    assert.ok(applied > 5 && refused > 5, `seed ${seed}: ${applied} applied, ${refused} refused: too few of one`);
  });

  it("restart pods exactly where the plan says so", async () => {
    const seed = newSeed();
    const seen = new Set<boolean>();
    await fc.assert(
      fc.asyncProperty(settingsChange, async ([before, after]) => {
        fc.pre(before !== undefined && after !== undefined);
        fc.pre(!isRefused(before, after));
        const [old, next] = [sets(await recorded(before)), sets(await recorded(after))];
        for (const { role, restart, because, replicas } of podChanges(shapeText(before), after)) {
          const [was, is] = [old.get(`${role}-nodes`), next.get(`${role}-nodes`)];
          const changes = was !== undefined && is !== undefined && template(was) !== template(is);
          assert.equal(restart, changes, `${role}: ${because.join(", ")}`);
          assert.equal(restart, because.length > 0);
          assert.deepEqual(
            replicas,
            [was, is].map((set) => (set ? at(set, "spec.replicas") : 0)),
          );
          seen.add(restart);
        }
      }),
      { numRuns: 25, seed },
    );
    assert.equal(seen.size, 2, `seed ${seed}`);
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
