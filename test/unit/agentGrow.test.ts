/** Growth of volume claims, against an API server in memory. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { type Claim, nextStep, parseWanted } from "../../agent/grow/claims.ts";
import { grow } from "../../agent/grow/grow.ts";
import type { Claims } from "../../agent/grow/kubernetes.ts";
import { openOutput } from "../../agent/output.ts";
import { quantityBytes } from "../../kafka/units.ts";

const claim = (asked: string, capacity = asked, change: Claim["status"] = {}): Claim => ({
  spec: { resources: { requests: { storage: asked } } },
  status: { phase: "Bound", capacity: { storage: capacity }, ...change },
});
const want = { name: "data-kafka-0", size: "2Gi" };

/** Claims by name; what grows has its new capacity at the next look, unless `stuck` says why not. */
function fakeClaims(claims: Record<string, Claim | undefined>, stuck?: Claim["status"], refuses?: string) {
  const patched: string[] = [];
  const fake: Claims = {
    read: (name) => Promise.resolve(claims[name]),
    grow: (name, size) => {
      if (refuses !== undefined) return Promise.reject(new Error(refuses));
      patched.push(`${name}=${size}`);
      claims[name] = claim(size, stuck ? "1Gi" : size, stuck);
      return Promise.resolve();
    },
  };
  return { fake, patched };
}
async function run(claims: Claims, milliseconds = 10_000, ...wanted: string[]) {
  let [stdout, stderr] = ["", ""];
  const out = openOutput(true, {
    out: { write: (text: string) => (stdout += text) },
    err: { write: (text: string) => (stderr += text) },
  });
  const code = await grow(claims, wanted.map(parseWanted), Date.now() + milliseconds, out);
  return { code, text: stderr, report: JSON.parse(stdout) as Record<string, unknown> };
}

describe("growth of claims", () => {
  it("grows a smaller claim, leaves one of the size alone, and never shrinks a larger one", () => {
    assert.deepEqual(nextStep(want, claim("1Gi")), { kind: "grow", from: "1Gi" });
    assert.deepEqual(nextStep(want, claim("2Gi")), { kind: "done" });
    assert.deepEqual(nextStep(want, claim("2048Mi")), { kind: "done" });
    assert.deepEqual(nextStep(want, claim("3Gi")), { kind: "done" });
  });

  it("asks for more exactly where a bound claim asks for less than is wanted", () => {
    const sizes = fc.integer({ min: 1, max: 4096 }).map((mebi) => `${mebi}Mi`);
    fc.assert(
      fc.property(sizes, sizes, fc.constantFrom("Bound", "Pending", "Lost"), (asked, size, phase) => {
        const step = nextStep({ name: "c", size }, claim(asked, asked, { phase }));
        const less = (quantityBytes(asked) ?? 0) < (quantityBytes(size) ?? 0);
        assert.equal(step.kind === "grow", phase === "Bound" && less);
      }),
    );
  });

  it("waits for a claim that is still to be made or bound, and for its capacity, and says why", () => {
    assert.match(JSON.stringify(nextStep(want, undefined)), /does not exist yet/);
    assert.match(JSON.stringify(nextStep(want, claim("1Gi", "1Gi", { phase: "Pending" }))), /it is Pending/);
    assert.match(JSON.stringify(nextStep(want, claim("2Gi", "1Gi"))), /1 GiB of 2Gi, its storage class's provisioner/);
    const conditions = [
      { type: "Resizing", status: "False" },
      { type: "FileSystemResizePending", status: "True", message: "waiting for the pod to be restarted" },
    ];
    assert.match(
      JSON.stringify(nextStep(want, claim("2Gi", "1Gi", { conditions }))),
      /1 GiB of 2Gi, FileSystemResizePending: waiting for the pod to be restarted"/,
    );
  });

  it("patches each claim once, those of replicas that joined at the old size too, and ends when the disks have grown", async () => {
    const { fake, patched } = fakeClaims({
      "data-kafka-0": claim("1Gi"),
      "data-kafka-1": claim("2Gi"),
      "data-kafka-2": claim("1Gi"),
    });
    const { code, report } = await run(fake, 10_000, "data-kafka-0=2Gi", "data-kafka-1=2Gi", "data-kafka-2=2Gi");
    assert.deepEqual([code, report["outcome"]], [0, "grown"]);
    assert.deepEqual(patched.sort(), ["data-kafka-0=2Gi", "data-kafka-2=2Gi"]);
    assert.equal((await run(fake, 10_000, "data-kafka-0=2Gi")).report["outcome"], "unchanged");
  });

  it("fails with the API server's own words, and grows the other claims all the same", async () => {
    const { fake } = fakeClaims(
      { a: claim("1Gi"), b: claim("2Gi") },
      undefined,
      "claim a: the API server answered 403 no expansion",
    );
    const { code, text } = await run(fake, 10_000, "a=2Gi", "b=2Gi");
    assert.equal(code, 1);
    assert.match(text, /^x claim a: the API server answered 403 no expansion$/m);
    assert.match(text, /^failed: 1 of 2 claims/m);
  });

  it("fails at its deadline with what the storage class says", async () => {
    const conditions = [{ type: "ControllerResizeError", status: "True", message: "quota exceeded" }];
    const { fake } = fakeClaims({ a: claim("1Gi") }, { conditions });
    const { code, text } = await run(fake, 800, "a=2Gi");
    assert.equal(code, 1);
    assert.match(text, /^x claim a: it has 1 GiB of 2Gi, ControllerResizeError: quota exceeded$/m);
  });

  it("refuses what is no claim and size", () => {
    for (const bad of ["", "a", "a=", "a=big", "A=1Gi"]) assert.throws(() => parseWanted(bad), /expected claim=size/);
  });
});
