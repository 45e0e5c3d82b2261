import { strict as assert } from "node:assert";
import { custom, holds } from "../../local/providers/kubernetes/await/custom.ts";
import {
  claimState,
  quotaState,
  secretState,
  serviceState,
  volumeState,
} from "../../local/providers/kubernetes/await/others.ts";
import { pod, podProblem } from "../../local/providers/kubernetes/await/pods.ts";
import type { State } from "../../local/providers/kubernetes/await/state.ts";
import { awaiterOf, timeoutOf } from "../../local/providers/kubernetes/await/wait.ts";
import {
  daemonSetState,
  deploymentState,
  jobState,
  statefulSetState,
} from "../../local/providers/kubernetes/await/workloads.ts";
import type { Values } from "../../local/providers/values.ts";

const owned = (status: Values): Values => ({
  metadata: { name: "kafka-0", namespace: "kafka", ownerReferences: [{ uid: "u1" }] },
  status,
});

const CRASHED = owned({
  phase: "Running",
  conditions: [
    { type: "PodScheduled", status: "True" },
    { type: "Initialized", status: "True" },
    {
      type: "Ready",
      status: "False",
      reason: "ContainersNotReady",
      message: "containers with unready status: [kafka]",
    },
  ],
  containerStatuses: [
    {
      name: "kafka",
      ready: false,
      state: { waiting: { reason: "CrashLoopBackOff", message: "back-off 10s restarting failed container" } },
      lastState: {
        terminated: { reason: "Error", exitCode: 1, finishedAt: "2025-01-01T00:00:00Z", message: "no log directory" },
      },
    },
  ],
});

const UNSCHEDULED = owned({
  phase: "Pending",
  conditions: [
    {
      type: "PodScheduled",
      status: "False",
      reason: "Unschedulable",
      message: "0/1 nodes are available: 1 Insufficient memory.",
    },
  ],
});

const READY = owned({
  phase: "Running",
  conditions: [
    { type: "PodScheduled", status: "True" },
    { type: "Initialized", status: "True" },
    { type: "Ready", status: "True" },
  ],
});

const set = (generation: number, status: Values, type = "RollingUpdate"): Values => ({
  metadata: { name: "kafka", namespace: "kafka", uid: "u1", generation },
  spec: { replicas: 3, updateStrategy: { type } },
  status,
});
const DONE = {
  observedGeneration: 2,
  replicas: 3,
  readyReplicas: 3,
  currentReplicas: 3,
  updatedReplicas: 3,
  currentRevision: "b",
  updateRevision: "b",
};

describe("stand-in providers: when a StatefulSet is ready", () => {
  const cases: readonly (readonly [string, Values, boolean, string])[] = [
    ["all replicas run the newest revision", set(2, DONE), true, "3/3"],
    ["no status yet", set(1, {}), false, "0/3"],
    ["the status speaks of the spec before this one", set(3, DONE), false, "3/3"],
    ["a replica is not ready", set(2, { ...DONE, readyReplicas: 2 }), false, "2/3"],
    [
      "the roll is on its way: old pods that are ready do not count",
      set(2, { ...DONE, currentReplicas: 2, updatedReplicas: 1, currentRevision: "a" }),
      false,
      "1/3",
    ],
    [
      "OnDelete leaves the roll to the user",
      set(2, { ...DONE, currentRevision: "a", currentReplicas: 0 }, "OnDelete"),
      true,
      "3/3",
    ],
  ];
  for (const [what, object, ready, progress] of cases) {
    it(`${what}: ${ready ? "ready" : "not ready"}, ${progress}`, () => {
      const state = statefulSetState(object, []);
      assert.equal(state.ready, ready);
      assert.equal(state.status, `Waiting for pods: ${progress} ready`);
    });
  }

  it("tells which of its pods hold it up, and why; other pods with its labels say nothing", () => {
    const stranger = { ...UNSCHEDULED, metadata: { name: "other", ownerReferences: [{ uid: "u2" }] } };
    const { problems } = statefulSetState(set(2, { ...DONE, readyReplicas: 2 }), [CRASHED, READY, stranger]);
    assert.equal(problems.length, 2);
    assert.equal(problems[0], "2 out of 3 replicas succeeded readiness checks");
    assert.match(
      problems[1] ?? "",
      /^\[Pod kafka\/kafka-0\]: containers with unready status: \[kafka\]\n\[CrashLoopBackOff\]/,
    );
  });
});

describe("stand-in providers: why a pod is not ready", () => {
  it("says what a crashing container said last", () => {
    const problem = podProblem(CRASHED) ?? "";
    assert.match(
      problem,
      /container "kafka" terminated at 2025-01-01T00:00:00Z \(Error: exit code 1\)\nno log directory$/,
    );
  });

  it("says why it is not scheduled", () => {
    assert.equal(podProblem(UNSCHEDULED), "[Pod kafka/kafka-0]: 0/1 nodes are available: 1 Insufficient memory.");
  });

  it("says nothing about a pod that is fine, has succeeded, or is only starting", () => {
    const starting = { waiting: { reason: "ContainerCreating" } };
    const creating = owned({
      conditions: [
        { type: "PodScheduled", status: "True" },
        { type: "Initialized", status: "True" },
        { type: "Ready", status: "False" },
      ],
      containerStatuses: [{ name: "kafka", ready: false, state: starting }],
    });
    assert.deepEqual(
      [READY, owned({ phase: "Succeeded", conditions: [{ type: "PodScheduled", status: "True" }] }), creating].map(
        podProblem,
      ),
      [undefined, undefined, undefined],
    );
  });

  it("names the step that it waits for", () => {
    assert.equal(pod.state(UNSCHEDULED, []).status, "Waiting for the pod to be scheduled");
    assert.equal(pod.state(CRASHED, []).status, "Waiting for the pod to be ready");
    assert.equal(pod.state(READY, []).ready, true);
  });
});

describe("stand-in providers: when a Job is done", () => {
  const job = (status: Values): Values => ({ metadata: { name: "topics", uid: "u1" }, spec: {}, status });
  const failed = (reason: string): Values =>
    job({ failed: 1, conditions: [{ type: "Failed", status: "True", reason, message: "gave up" }] });

  it("complete is ready", () => {
    assert.equal(jobState(job({ conditions: [{ type: "Complete", status: "True" }] }), []).ready, true);
  });

  it("running is neither ready nor failed", () => {
    const { ready, failed: over, status } = jobState(job({ active: 1 }), []);
    assert.deepEqual([ready, over], [false, false]);
    assert.equal(status, "Waiting for the Job to succeed (active: 1, succeeded: 0, failed: 0)");
  });

  for (const reason of ["BackoffLimitExceeded", "DeadlineExceeded"]) {
    it(`${reason} fails at once, with the words of its pod`, () => {
      const ended = {
        terminated: { reason: "Error", exitCode: 1, message: "topic user.events: 3 replicas, 1 broker\n" },
      };
      const unready = { type: "Ready", status: "False", reason: "PodFailed" };
      const conditions = [{ type: "PodScheduled", status: "True" }, { type: "Initialized", status: "True" }, unready];
      const dead = owned({
        phase: "Failed",
        conditions,
        containerStatuses: [{ name: "agent", ready: false, state: ended }],
      });
      const state = jobState(failed(reason), [dead]);
      assert.equal(state.failed, true);
      assert.deepEqual(state.problems, [
        `[${reason}] gave up`,
        "[Pod kafka/kafka-0]: [Error] topic user.events: 3 replicas, 1 broker",
      ]);
    });
  }

  it("another failure is waited out, as the real provider does", () => {
    assert.equal(jobState(failed("PodFailurePolicy"), []).failed, false);
  });
});

describe("stand-in providers: when other objects are ready", () => {
  const deployment = (conditions: Values[], generation = 1): Values => ({
    metadata: { generation },
    spec: { replicas: 1 },
    status: { observedGeneration: 1, updatedReplicas: 1, readyReplicas: 1, conditions },
  });
  const available = { type: "Available", status: "True" };
  const rolled = { type: "Progressing", status: "True", reason: "NewReplicaSetAvailable" };
  const stuck = {
    type: "Progressing",
    status: "False",
    reason: "ProgressDeadlineExceeded",
    message: "timed out progressing",
  };
  const service = (spec: Values, status: Values = {}): Values => ({
    spec: { selector: { app: "kafka" }, ...spec },
    status,
  });
  const slice = { endpoints: [{ addresses: ["10.0.0.1"] }] };
  const lazy = { volumeBindingMode: "WaitForFirstConsumer" };
  const phase = (of: string): Values => ({ status: { phase: of } });
  const daemon = (numberReady: number): Values => ({
    status: { desiredNumberScheduled: 2, updatedNumberScheduled: 2, numberReady },
  });

  const cases: readonly (readonly [string, State, boolean])[] = [
    ["Deployment rolled out", deploymentState(deployment([available, rolled]), []), true],
    ["Deployment not yet seen", deploymentState(deployment([available, rolled], 2), []), false],
    ["Deployment stuck", deploymentState(deployment([available, stuck]), []), false],
    ["DaemonSet on all nodes", daemonSetState(daemon(2), []), true],
    ["DaemonSet on some nodes", daemonSetState(daemon(1), []), false],
    ["Service with pods", serviceState(service({}), [slice]), true],
    ["Service without pods", serviceState(service({}), [{ endpoints: [] }]), false],
    ["Service without selector", serviceState(service({ selector: {} }), []), true],
    ["headless Service without pods", serviceState(service({ clusterIP: "None" }), []), true],
    ["external Service", serviceState(service({ type: "ExternalName" }), []), true],
    ["load balancer without address", serviceState(service({ type: "LoadBalancer" }), [slice]), false],
    [
      "load balancer with address",
      serviceState(service({ type: "LoadBalancer" }, { loadBalancer: { ingress: [{ ip: "1.2.3.4" }] } }), [slice]),
      true,
    ],
    ["claim bound", claimState(phase("Bound"), []), true],
    ["claim pending", claimState(phase("Pending"), [{ volumeBindingMode: "Immediate" }]), false],
    ["claim that waits for its first pod", claimState(phase("Pending"), [lazy]), true],
    ["volume available", volumeState(phase("Available")), true],
    ["volume failed", volumeState(phase("Failed")), false],
    ["quota in effect", quotaState({ spec: { hard: { pods: "1" } }, status: { hard: { pods: "1" } } }), true],
    ["quota not in effect", quotaState({ spec: { hard: { pods: "1" } } }), false],
    ["plain Secret", secretState({ type: "Opaque" }), true],
    ["token Secret without its token", secretState({ type: "kubernetes.io/service-account-token" }), false],
  ];
  for (const [what, state, ready] of cases) {
    it(`${what}: ${ready ? "ready" : "not ready"}`, () => {
      assert.equal(state.ready, ready);
      assert.equal(state.problems.length === 0, ready || what === "Deployment not yet seen");
    });
  }

  it("a stuck Deployment says why", () => {
    assert.deepEqual(deploymentState(deployment([available, stuck]), []).problems, [
      "[ProgressDeadlineExceeded] timed out progressing",
    ]);
  });
});

describe("stand-in providers: what is awaited, and for how long", () => {
  const object = (annotations: Values, kind = "StatefulSet"): Values => ({
    apiVersion: "apps/v1",
    kind,
    metadata: { annotations },
  });

  it("kinds without a rule are ready once they exist; skipAwait makes any so", () => {
    assert.equal(awaiterOf({ apiVersion: "v1", kind: "ConfigMap" }), undefined);
    assert.equal(awaiterOf(object({ "pulumi.com/skipAwait": "true" })), undefined);
    assert.notEqual(awaiterOf(object({})), undefined);
  });

  it("customTimeouts go before the annotation, and that before the default", () => {
    const annotated = object({ "pulumi.com/timeoutSeconds": "30" });
    assert.deepEqual(
      [timeoutOf(annotated, 5, 600), timeoutOf(annotated, 0, 600), timeoutOf(object({}), 0, 600)],
      [5, 30, 600],
    );
  });

  it("waitFor takes conditions and plain JSON paths", () => {
    const live = { status: { phase: "Running", conditions: [{ type: "Ready", status: "False" }] } };
    const held = [
      "condition=Ready",
      "condition=Ready=False",
      "jsonpath={.status.phase}=Running",
      "jsonpath={.status.phase}",
      "jsonpath={.status.none}",
    ];
    assert.deepEqual(
      held.map((expression) => holds(expression, live)),
      [false, true, true, true, false],
    );
  });

  it("waitFor refuses what it cannot read, by name", () => {
    assert.throws(() => holds("delete", {}), /pulumi.com\/waitFor: found "delete", expected condition=/);
    assert.throws(() => holds("jsonpath={.items[*].x}", {}), /which the stand-in lacks/);
  });

  it("a list of expressions waits for all of them", () => {
    const annotated = object({ "pulumi.com/waitFor": '["condition=A","condition=B"]' }, "Thing");
    const state = custom(annotated)?.state({ status: { conditions: [{ type: "A", status: "True" }] } }, []);
    assert.equal(state?.ready, false);
    assert.equal(state.status, "Waiting for condition=B");
  });
});
