/** What each phase of the way from ZooKeeper to KRaft registers, and in which order. */
import assert from "node:assert/strict";
import { PHASES, type Phase } from "../../kafka/coordination.ts";
import { platform } from "../../stacks/platform.ts";
import { providers } from "../../stacks/provider.ts";
import type { SettingsInput } from "../../stacks/settings/schema.ts";
import { load } from "../support/settings.ts";
import { PROGRAMS } from "../support/stacks.ts";
import { at, kindOf, type RecordedResource, world } from "../support/world.ts";

const run = (coordination: SettingsInput["coordination"], change: SettingsInput = {}) => {
  const { settings } = load({ coordination, kafka: { version: "3.9.2" }, deletionProtection: true, ...change });
  return world(() => platform(settings, providers(settings), PROGRAMS));
};
const phase = (at: Phase) => run({ mode: "zookeeper", phase: at });

describe("the way from ZooKeeper to KRaft", function () {
  this.timeout(60_000);

  it("R-CRD-30 R-CRD-31 has ensemble, controllers and steps as each phase needs them", async () => {
    const sets = async (made: ReturnType<typeof run>) => {
      const { all } = await made;
      const nodes = all("StatefulSet").map(
        (set) => `${set.name.replace("-nodes", "")} ${String(at(set, "spec.replicas"))}`,
      );
      return [
        ...nodes.sort(),
        ...all("Job")
          .filter(({ name }) => name.startsWith("migration"))
          .map(({ name }) => name),
      ];
    };
    const [brokers, controllers, zookeeper] = ["brokers 3", "controllers 3", "zookeeper 3"];
    assert.deepEqual(await sets(phase("zookeeper")), [brokers, zookeeper]);
    assert.deepEqual(await sets(phase("controllers")), [brokers, controllers, zookeeper]);
    assert.deepEqual(await sets(phase("dual-write")), [brokers, controllers, zookeeper, "migration-step"]);
    assert.deepEqual(await sets(phase("brokers-kraft")), [brokers, controllers, zookeeper]);
    assert.deepEqual(await sets(phase("kraft")), [brokers, controllers, zookeeper]);
    assert.deepEqual(await sets(run({ mode: "kraft" })), [brokers, controllers]);
    assert.deepEqual(await sets(phase("rollback")), [brokers, "controllers 0", zookeeper, "migration-step"]);
  });

  it("R-CRD-31 has the brokers asked whether they are where the phase begins, before anything is touched", async () => {
    const asked = async (made: ReturnType<typeof run>) => {
      const [container] = at((await made).one("Job", "preflight-check"), "spec.template.spec.containers") as [
        { command: string[] },
      ];
      const option = container.command.indexOf("--phase");
      return option < 0 ? undefined : container.command[option + 1];
    };
    for (const name of PHASES) assert.equal(await asked(phase(name)), name);
    assert.equal(await asked(run({ mode: "kraft" })), undefined);
  });

  it("rolls brokers, or controllers, only where a phase is about them", async () => {
    const made = new Map<string, string[]>();
    for (const at of ["zookeeper", "controllers", "dual-write", "brokers-kraft", "kraft"] as const) {
      made.set(at, await templates(phase(at)));
    }
    made.set("done", await templates(run({ mode: "kraft" })));
    const changes = [...made].map(([at, [brokers, controllers, ensemble]], index, all) => {
      const [, before = []] = all[index - 1] ?? [];
      const rolled = [brokers !== before[0], controllers !== before[1], ensemble !== before[2]];
      return [at, ...["brokers", "controllers", "ensemble"].filter((_, which) => rolled[which])];
    });
    assert.deepEqual(changes.slice(1), [
      ["controllers", "controllers"],
      ["dual-write", "brokers"],
      ["brokers-kraft", "brokers"],
      ["kraft", "controllers"],
      ["done", "ensemble"],
    ]);
  });

  it("R-CRD-33 stops the controllers, gives ZooKeeper the cluster back, then rolls the brokers", async () => {
    const { one, resources } = await phase("rollback");
    const step = one("Job", "migration-step");
    // A component is registered, and its children with it, after all that it depends on.
    const after = (component: RecordedResource, earlier: RecordedResource) => {
      assert.ok(component.options.dependsOn.includes(earlier.urn), component.name);
    };
    after(one("KafkaMigrationStep"), one("StatefulSet", "controllers-nodes"));
    after(one("KafkaBrokers"), step);
    assert.match(JSON.stringify(at(step, "spec.template.spec.containers")), /deleteall \$chroot\/migration/);
    assert.ok(
      resources.some((resource) => kindOf(resource) === "ServiceAccount" && resource.name === "migration-account"),
    );
  });

  it("waits for the copy after the brokers have rolled, and before anything is asked of the cluster", async () => {
    const { one } = await phase("dual-write");
    assert.ok(one("KafkaMigrationStep").options.dependsOn.includes(one("StatefulSet", "brokers-nodes").urn));
    assert.ok(one("KafkaTopics").options.dependsOn.includes(one("Job", "migration-step").urn));
  });

  it("lets go of what the next step deletes, and of nothing else", async () => {
    const free = async (made: ReturnType<typeof run>) =>
      (await made)
        .all("StatefulSet")
        .filter(({ options }) => !options.protect)
        .map(({ name, inputs }) => [name, (inputs as { metadata: { annotations: object } }).metadata.annotations]);
    assert.deepEqual(await free(phase("dual-write")), []);
    assert.deepEqual(await free(phase("brokers-kraft")), []);
    for (const [at, name] of [
      ["controllers", "controllers-nodes"],
      ["rollback", "controllers-nodes"],
      ["kraft", "zookeeper-nodes"],
    ] as const) {
      const [only, ...others] = await free(phase(at));
      assert.deepEqual([only?.[0], others], [name, []]);
      // Left over pods would go on voting.
      assert.match(JSON.stringify(only?.[1]), /"pulumi\.com\/deletionPropagationPolicy":"background"/);
    }
  });

  it("R-TLS-02 shows ZooKeeper the brokers' certificate in a step, where connections are encrypted", async () => {
    for (const phase of ["dual-write", "rollback"] as const) {
      const { one } = await run({ mode: "zookeeper", phase }, { security: { mode: "scram-tls" } });
      const job = one("Job", "migration-step");
      const volumes = JSON.stringify(at(job, "spec.template.spec.volumes"));
      assert.match(volumes, /"kafka-certificate"/, phase);
      assert.match(
        JSON.stringify(at(job, "spec.template.spec.containers")),
        /"\/run\/secrets\/kafka-platform\/certificates"/,
      );
    }
    const { one } = await phase("dual-write");
    assert.doesNotMatch(JSON.stringify(at(one("Job", "migration-step"), "spec")), /certificates/);
  });

  it("R-TLS-06 issues members a certificate before they come up, for the names that brokers and members call", async () => {
    const { one, all } = await run({ mode: "zookeeper" }, { security: { mode: "scram-tls" } });
    const certificate = one("Certificate", "certificates-zookeeper");
    const names = at(certificate, "spec.dnsNames") as string[];
    for (const name of ["*.zookeeper.kafka.svc.cluster.local", "zookeeper-2.zookeeper", "zookeeper-client.kafka.svc"])
      assert.ok(names.includes(name), name);
    assert.ok(one("ZooKeeperEnsemble").options.dependsOn.includes(certificate.urn));
    assert.equal(all("Certificate").filter(({ name }) => name === "certificates-controllers").length, 0);
    const onKRaft = (await run({ mode: "kraft" }, { security: { mode: "scram-tls" } })).all("Certificate");
    assert.deepEqual(
      onKRaft.filter(({ name }) => name === "certificates-zookeeper"),
      [],
    );
  });

  it("R-CRD-31 names the next step and the point of no return among the outputs", async () => {
    const { result } = await phase("brokers-kraft");
    assert.match(result.migration ?? "", /next coordination\.phase=kraft, the point of no return/);
    assert.equal((await run({ mode: "kraft" })).result.migration, undefined);
  });
});

/** Pod templates of brokers, controllers and ensemble, as text; empty where the set is not there. */
async function templates(made: ReturnType<typeof run>): Promise<string[]> {
  const { all } = await made;
  return ["brokers-nodes", "controllers-nodes", "zookeeper-nodes"].map((name) => {
    const set = all("StatefulSet").find((one) => one.name === name);
    return set ? JSON.stringify(at(set, "spec.template")) : "";
  });
}
