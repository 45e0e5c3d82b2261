import { strict as assert } from "node:assert";
import type { EngineEvent } from "@pulumi/pulumi/automation/index.js";
import { collector } from "../../deploy/collect.ts";
import { losesData } from "../../deploy/guard.ts";
import { workingCopy } from "../../deploy/local.ts";
import { counts, planText } from "../../deploy/progress.ts";
import { plain, redact } from "../../deploy/redact.ts";
import type { DeployEvent, Step } from "../../deploy/results.ts";

const step = (op: Step["op"], type: string, name = "kafka"): Step => ({
  op,
  urn: `urn:pulumi:dev::kafka-platform::${type}::${name}`,
  type,
  name,
  diff: [],
  replaceKeys: [],
});
const STATEFUL_SET = "kubernetes:apps/v1:StatefulSet";

describe("deploy: what a plan may lose", () => {
  it("counts a replaced StatefulSet once and leaves an updated one alone", () => {
    const replaced = step("replace", STATEFUL_SET);
    const plan = [step("create-replacement", STATEFUL_SET), replaced, step("delete-replaced", STATEFUL_SET)];
    assert.deepEqual(losesData([...plan, step("update", STATEFUL_SET, "other")]), [replaced]);
  });

  for (const type of [
    STATEFUL_SET,
    "kubernetes:core/v1:PersistentVolumeClaim",
    "kubernetes:core/v1:Namespace",
    "random:index/randomId:RandomId",
  ]) {
    it(`asks before a ${type} is deleted`, () => {
      assert.equal(losesData([step("delete", type)]).length, 1);
    });
  }

  it("lets Jobs and ConfigMaps be replaced", () => {
    assert.deepEqual(
      losesData([step("replace", "kubernetes:batch/v1:Job"), step("delete", "kubernetes:core/v1:ConfigMap")]),
      [],
    );
  });
});

describe("deploy: events", () => {
  const metadata = (op: string, urn: string, more: object = {}): object => ({
    op,
    urn,
    type: STATEFUL_SET,
    ...more,
  });
  const event = (body: object): EngineEvent => ({ sequence: 1, timestamp: 0, ...body });

  it("keeps changed resources with property paths and no values", () => {
    const seen: DeployEvent[] = [];
    const { onEvent, collected } = collector(plain, (one) => seen.push(one));
    const changed = metadata("update", "urn:pulumi:dev::p::t::kafka", {
      detailedDiff: { "spec.replicas": { diffKind: "update" } },
      new: { inputs: { metadata: { namespace: "kafka" }, stringData: { password: "hunter2-hunter2" } } },
    });
    onEvent(event({ resourcePreEvent: { metadata: metadata("same", "urn:pulumi:dev::p::t::other") } }));
    onEvent(event({ resourcePreEvent: { metadata: changed } }));
    onEvent(event({ resOutputsEvent: { metadata: changed } }));
    onEvent(event({ summaryEvent: { resourceChanges: { update: 1, same: 1 } } }));
    const { steps, changes } = collected();
    assert.deepEqual(
      steps.map(({ name, namespace, diff }) => ({ name, namespace, diff })),
      [{ name: "kafka", namespace: "kafka", diff: ["spec.replicas"] }],
    );
    assert.deepEqual(changes, { update: 1, same: 1 });
    assert.deepEqual(
      seen.map(({ kind }) => kind),
      ["started", "done", "summary"],
    );
    assert.doesNotMatch(JSON.stringify([seen, steps]), /hunter2/);
  });

  it("drops the engine's debug noise", () => {
    const { onEvent, collected } = collector(plain);
    onEvent(event({ diagnosticEvent: { severity: "debug", message: "RegisterResource RPC prepared" } }));
    onEvent(event({ diagnosticEvent: { severity: "warning", message: "<{%fg 3%}>disk is small<{%reset%}>\n" } }));
    assert.deepEqual(collected().messages, [{ severity: "warning", text: "disk is small" }]);
  });
});

describe("deploy: secrets in text", () => {
  it("blanks the values of secret-looking variables, not the paths of files", () => {
    const env = {
      PULUMI_CONFIG_PASSPHRASE: "correct horse",
      PULUMI_CONFIG_PASSPHRASE_FILE: "/etc/pass",
      AWS_TOKEN: "x",
    };
    assert.equal(redact("incorrect: correct horse in /etc/pass", env), "incorrect: [secret] in /etc/pass");
  });

  it("blanks what looks like a credential", () => {
    const text = `sasl.jaas.config=… username="a" password="b c"; Authorization: Bearer abc.def AKIAABCDEFGHIJKLMNOP`;
    const clean = redact(text, {});
    assert.doesNotMatch(clean, /b c|abc\.def|AKIA/);
    assert.match(clean, /username="a"/);
  });
});

describe("deploy: text for people", () => {
  it("names counts by what is planned or done", () => {
    assert.equal(counts({ create: 2, same: 40 }, true), "2 to create, 40 unchanged");
    assert.equal(counts({ create: 2, replace: 1 }, false), "2 created, 1 replaced");
  });

  it("takes from a preview what becomes of the pods, and shows it", () => {
    const plan = ["brokers: kafka-0 restart, one at a time, because of", '  kafka.heap: "1g" → "2g"'];
    const { onEvent, collected } = collector(plain);
    const stack = { op: "same", urn: "urn:pulumi:dev::p::pulumi:pulumi:Stack::p-dev", type: "pulumi:pulumi:Stack" };
    for (const outputs of [{}, { restartPlan: plan, other: "hunter2" }, {}]) {
      const body: object = { resOutputsEvent: { metadata: { ...stack, new: { inputs: {}, outputs } } } };
      onEvent({ sequence: 1, timestamp: 0, ...body });
    }
    const { restartPlan, changes, steps } = collected();
    assert.deepEqual(restartPlan, plan);
    const text = planText({
      stack: "dev",
      operation: "preview",
      changes,
      steps,
      warnings: [],
      restartPlan,
      seconds: 3,
    });
    assert.match(text, /^Pods:\n {2}brokers: kafka-0 restart.*\n {4}kafka\.heap: "1g" → "2g"$/m);
    assert.doesNotMatch(text, /hunter2/);
  });

  it("shows why a resource would be replaced", () => {
    const steps = [{ ...step("replace", STATEFUL_SET), replaceKeys: ["spec.serviceName"] }];
    const text = planText({
      stack: "dev",
      operation: "preview",
      changes: { replace: 1 },
      steps,
      warnings: [],
      restartPlan: [],
      seconds: 3,
    });
    assert.match(text, /± StatefulSet kafka \(because of spec\.serviceName\)/);
  });
});

describe("deploy: the working copy of a stack file", () => {
  const SOURCE = "# the dev stack\nconfig:\n  kafka-platform:preset: selfmonitor\n";

  it("keeps the salt that the engine wrote, and the comments", () => {
    const copy = workingCopy(SOURCE, "encryptionsalt: v1:abc=\n");
    assert.match(copy, /^# the dev stack$/m);
    assert.match(copy, /^encryptionsalt: v1:abc=$/m);
  });

  it("leaves a salt of the stack file itself in place", () => {
    assert.match(workingCopy(`${SOURCE}encryptionsalt: v1:own=\n`, "encryptionsalt: v1:abc=\n"), /salt: v1:own=$/m);
  });

  it("names a context beside the other keys of kubernetes", () => {
    const source = `${SOURCE}  kafka-platform:kubernetes:\n    kubeconfig: null\n`;
    assert.match(workingCopy(source, "", "minikube"), /kubernetes:\n {4}kubeconfig: null\n {4}context: minikube/);
  });
});
