import { strict as assert } from "node:assert";
import { classify, type FailureContext, refusedProblems, withoutTrace } from "../../deploy/classify.ts";
import type { Collected } from "../../deploy/collect.ts";
import {
  CancelledError,
  EngineError,
  EngineMissingError,
  RefusedByRuleError,
  ResourceFailedError,
  UnexpectedChangesError,
} from "../../deploy/errors.ts";
import { exitCode } from "../../deploy/exitCodes.ts";
import { plain } from "../../deploy/redact.ts";
import { remediesFor } from "../../deploy/remedies.ts";
import type { Message, Step } from "../../deploy/results.ts";

const STEP: Step = {
  op: "create",
  urn: "urn:pulumi:dev::kafka-platform::kubernetes:batch/v1:Job::topics-reconcile",
  type: "kubernetes:batch/v1:Job",
  name: "topics-reconcile",
  namespace: "kafka",
  diff: [],
  replaceKeys: [],
};

function context(over: Partial<FailureContext> = {}, messages: Message[] = [], failed: Step[] = []): FailureContext {
  const collected: Collected = { changes: {}, steps: [STEP], messages, failed, restartPlan: [] };
  return {
    stack: "dev",
    collected,
    expectNoChanges: false,
    cancelled: false,
    backend: undefined,
    clean: plain,
    ...over,
  };
}

const error = (text: string, urn?: string): Message => ({ severity: "error", text, ...(urn ? { urn } : {}) });
const REFUSAL = `2 problems in the settings
[quorum-odd] controllers.replicas: found 2, expected an odd number — set 3
  [heap-memory] kafka.heap: found 8g, expected less than 6Gi — lower kafka.heap or raise the limit
also worth a look
[disk-too-small] kafka.storage.data: found 10Gi, expected at least 12Gi — raise it`;

describe("deploy: from a failure to a typed error", () => {
  it("reads every broken rule out of the program's words", () => {
    const refused = classify(new Error("code: 255\n stdout: \n stderr: boom\n err?: x"), context({}, [error(REFUSAL)]));
    assert.ok(refused instanceof RefusedByRuleError);
    assert.deepEqual(refused.problems, [
      {
        rule: "quorum-odd",
        path: "controllers.replicas",
        found: "2",
        expected: "an odd number",
        remedy: "set 3",
      },
      {
        rule: "heap-memory",
        path: "kafka.heap",
        found: "8g",
        expected: "less than 6Gi",
        remedy: "lower kafka.heap or raise the limit",
      },
    ]);
    assert.equal(exitCode(refused), 3);
  });

  it("takes no other bracket for a rule", () => {
    assert.deepEqual(refusedProblems("[error] kafka: found nothing to do\n[DEP0180] x: found 1, expected 2 — 3"), []);
  });

  it("says a failed resource with its own words, not with the engine's summary", () => {
    const messages = [error("Job failed: unknown topic config 'retention.mss'", STEP.urn), error("update failed")];
    const failed = classify(new Error("code: 255"), context({}, messages, [STEP]));
    assert.ok(failed instanceof ResourceFailedError);
    assert.match(failed.message, /Job topics-reconcile:\n {4}Job failed: unknown topic config 'retention\.mss'/);
    assert.equal(failed.resources[0]?.namespace, "kafka");
  });

  it("says what to do where the words of a failure are known", () => {
    const said = "0/1 nodes are available: 1 Insufficient memory.";
    const failed = classify(new Error("code: 255"), context({}, [error(said, STEP.urn)], [STEP]));
    assert.match(failed.message, /lower kafka\.resources and kafka\.heap, add nodes/);
    assert.match(
      remediesFor('no matches for kind "Certificate" in version "cert-manager.io/v1"').join(),
      /^cert-manager is not installed: .*certificates\.certManager=install\.$/,
    );
    assert.deepEqual(remediesFor("something unheard of"), []);
  });

  it("knows drift only where no changes were expected", () => {
    const said = new Error("error: no changes were expected for preview but changes were proposed");
    assert.ok(classify(said, context({ expectNoChanges: true })) instanceof UnexpectedChangesError);
    assert.ok(classify(said, context()) instanceof EngineError);
  });

  it("names a missing engine and the remedy", () => {
    for (const said of ["spawn pulumi ENOENT", "no resource plugin 'pulumi-resource-random' found in the workspace"]) {
      const missing = classify(new Error(said), context());
      assert.ok(missing instanceof EngineMissingError, said);
      assert.match(missing.message, /npm start/);
    }
  });

  it("puts a stop before whatever the engine said when it stopped", () => {
    assert.ok(classify(new Error("spawn pulumi ENOENT"), context({ cancelled: true })) instanceof CancelledError);
  });

  it("cuts the stack trace off an exception", () => {
    assert.equal(withoutTrace("Error: x\n    at f (a.ts:1:1)\n    at g (b.ts:2:2)"), "Error: x");
  });
});
