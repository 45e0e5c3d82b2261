/** What must hold for every pod of every stack file and every preset in every environment. */
import assert from "node:assert/strict";
import { heapBytes, quantityBytes } from "../../kafka/units.ts";
import { containersOf, invariant, kinds, podOf, pods } from "../support/invariants.ts";
import { at, kindOf } from "../support/world.ts";

describe("every stack's pods", function () {
  this.timeout(60_000);

  invariant("R-BRK-05 gives a JVM at most half of its memory", (resources) => {
    let checked = 0;
    for (const { pod, resource } of pods(resources)) {
      for (const { name, command, resources: sizes } of containersOf(pod)) {
        // The last one is the server's; one before it is of the tools that prepare a node.
        const heap = /-Xmx(\w+)/.exec(command?.findLast((word) => word.startsWith("KAFKA_HEAP_OPTS=")) ?? "")?.[1];
        if (heap === undefined) continue;
        const share = (heapBytes(heap) ?? 0) / (quantityBytes(sizes?.limits?.["memory"] ?? "0") ?? 0);
        assert.ok(share <= 0.5, `${resource.urn} ${name}: heap ${heap} is ${share} of its memory`);
        checked++;
      }
    }
    assert.ok(checked > 0);
  });

  invariant("R-NS-09 states requests and limits for every container", (resources, stack) => {
    for (const { pod, resource } of pods(resources)) {
      for (const { name, resources: sizes } of containersOf(pod)) {
        assert.ok(sizes?.requests?.["cpu"] && sizes.requests["memory"], `${resource.urn} ${name}: requests`);
        assert.ok(sizes.limits?.["memory"], `${resource.urn} ${name}: memory limit`);
        const guarded = stack.settings().namespace.limitRange !== null && kindOf(resource) === "StatefulSet";
        if (guarded) assert.ok(sizes.limits["cpu"], `${resource.urn} ${name}: the LimitRange would set its own`);
      }
    }
  });

  invariant(
    "R-USR-16 gives every pod an account that the stack made, with no token but where one is asked for",
    (resources) => {
      const named = (kind: string) =>
        resources.filter((one) => kindOf(one) === kind).map((one) => String(at(one, "metadata.name")));
      const [accounts, roles] = [named("ServiceAccount"), [...named("Role"), ...named("ClusterRole")]];
      for (const { pod, resource } of pods(resources)) {
        const { serviceAccountName: account = "", volumes = [] } = pod;
        assert.ok(accounts.includes(account), `${resource.urn}: account ${account}`);
        if (kindOf(resource) === "StatefulSet") assert.equal(account, at(resource, "metadata.name"), resource.urn);
        if (JSON.stringify(volumes).includes("serviceAccountToken")) {
          assert.ok(
            roles.some((role) => role.startsWith(account)),
            `${resource.urn}: a token without rights`,
          );
        }
      }
    },
  );

  invariant("R-NS-06 R-BRK-21 runs every container as Pod Security's restricted standard wants it", (resources) => {
    for (const { pod, resource } of pods(resources)) {
      assert.equal(pod.securityContext?.["runAsNonRoot"], true, resource.urn);
      assert.deepEqual(pod.securityContext["seccompProfile"], { type: "RuntimeDefault" }, resource.urn);
      assert.equal(pod.automountServiceAccountToken, false, resource.urn);
      for (const { name, securityContext } of containersOf(pod)) {
        assert.equal(securityContext?.["allowPrivilegeEscalation"], false, `${resource.urn} ${name}`);
        assert.equal(securityContext["readOnlyRootFilesystem"], true, `${resource.urn} ${name}`);
        assert.deepEqual(securityContext["capabilities"], { drop: ["ALL"] }, `${resource.urn} ${name}`);
      }
    }
  });

  invariant("runs images by tag or digest, never latest", (resources) => {
    for (const { pod } of pods(resources)) {
      for (const { image } of containersOf(pod)) assert.match(image, /(:(?!latest)[^/:]+|@sha256:.+)$/);
    }
  });

  invariant("R-BRK-19 keeps the nodes of a role apart by host and zone in production", (resources, stack) => {
    if (stack.settings().environment !== "prod") return;
    for (const set of kinds(resources, "StatefulSet")) {
      assert.ok(podOf(set)?.affinity, set.urn);
      assert.ok((podOf(set)?.topologySpreadConstraints ?? []).length > 0, set.urn);
    }
  });
});
