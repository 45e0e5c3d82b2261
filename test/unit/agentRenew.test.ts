/** Restarts over renewed certificates: which nodes are due, and what is asked of an API server for it. */
import assert from "node:assert/strict";
import { ownApi } from "../../agent/apiServer.ts";
import { openOutput } from "../../agent/output.ts";
import { type Nodes, ownNodes } from "../../agent/renew/kubernetes.ts";
import {
  type Certificate,
  type FoundSet,
  findings,
  nextStep,
  type Pod,
  parseWanted,
  type Timing,
} from "../../agent/renew/nodes.ts";
import { type RenewReport, renew } from "../../agent/renew/renew.ts";
import { type Asked, startTlsApi, type TlsApi } from "../support/tlsApi.ts";

const MINUTE = 60_000;
const DAY = 86_400_000;
const RENEWED = Date.parse("2026-11-01T00:00:00Z");
const TIMING: Timing = { grace: 15 * DAY, settle: 75 * MINUTE };
const DUE = RENEWED + TIMING.grace;
const LONG_AGO = RENEWED - 60 * DAY;

const at = (milliseconds: number) => new Date(milliseconds).toISOString();
const ready = (status = "True", message?: string) => [{ type: "Ready", status, ...(message ? { message } : {}) }];
const certificate = (change: Certificate["status"] = {}): Certificate => ({
  status: { notBefore: at(RENEWED), revision: 2, conditions: ready(), ...change },
});
const pod = (started: number, { uid = "u1", isReady = true, stops = false } = {}): Pod => ({
  metadata: { uid, ...(stops ? { deletionTimestamp: at(started) } : {}) },
  status: {
    conditions: ready(isReady ? "True" : "False"),
    containerStatuses: [
      { name: "another", state: { running: { startedAt: at(0) } } },
      { name: "kafka", state: { running: { startedAt: at(started) } } },
    ],
  },
});
const set = (
  name: string,
  pods: readonly (Pod | undefined)[],
  found: Certificate | undefined = certificate(),
): FoundSet => ({
  certificate: { name: `${name}-certificate`, found },
  nodes: pods.map((one, ordinal) => ({ name: `${name}-${ordinal}`, pod: one })),
});
const old = pod(LONG_AGO);
const step = (sets: readonly FoundSet[], now = DUE, restarted: readonly string[] = [], timing = TIMING) => {
  const next = nextStep(findings(sets, timing), now, new Set(restarted));
  return next.kind === "restart"
    ? `restart ${next.node.name}`
    : next.kind === "done"
      ? "done"
      : `${next.kind}: ${next.why}`;
};

describe("which node holds an older certificate", () => {
  it("is told by when its server started: before the certificate, or before everybody had it", () => {
    const names = (...started: number[]) =>
      findings(
        [
          set(
            "kafka",
            started.map((one) => pod(one)),
          ),
        ],
        TIMING,
      ).older.map(({ name }) => name);
    assert.deepEqual(names(LONG_AGO, RENEWED - 1, RENEWED, RENEWED + TIMING.settle - 1), [
      "kafka-3",
      "kafka-2",
      "kafka-1",
      "kafka-0",
    ]);
    assert.deepEqual(names(RENEWED + TIMING.settle, RENEWED + DAY), []);
  });

  it("R-TLS-03 is told of members of an ensemble by their own server", () => {
    const { metadata, status } = pod(LONG_AGO);
    const containerStatuses = (status?.containerStatuses ?? []).map((one) =>
      one.name === "kafka" ? { ...one, name: "zookeeper" } : one,
    );
    const member = { ...(metadata ? { metadata } : {}), status: { ...status, containerStatuses } };
    const [found] = findings([set("zookeeper", [member])], TIMING).older;
    assert.deepEqual([found?.name, found?.started], ["zookeeper-0", LONG_AGO]);
  });

  it("is none that started after the first one: there was no other to be given", () => {
    const first = certificate({ revision: 1 });
    assert.deepEqual(findings([set("kafka", [pod(RENEWED + 1)], first)], TIMING).older, []);
    assert.equal(findings([set("kafka", [pod(RENEWED - 1)], first)], TIMING).older.length, 1);
    const uncounted: Certificate = { status: { notBefore: at(RENEWED), conditions: ready() } };
    assert.equal(findings([set("kafka", [pod(RENEWED + 1)], uncounted)], TIMING).older.length, 1);
  });

  it("is restarted from the end of the grace on, and never so early that it counts as old again", () => {
    assert.equal(step([set("kafka", [old])], DUE - 1), "done");
    assert.equal(step([set("kafka", [old])], DUE), "restart kafka-0");
    const atOnce = { grace: 0, settle: 5 * MINUTE };
    assert.equal(step([set("kafka", [old])], RENEWED + 5 * MINUTE - 1, [], atOnce), "done");
    assert.equal(step([set("kafka", [old])], RENEWED + 5 * MINUTE, [], atOnce), "restart kafka-0");
    const restarted = set("kafka", [pod(RENEWED + 5 * MINUTE)]);
    assert.equal(step([restarted], RENEWED + 6 * MINUTE, ["kafka-0"], atOnce), "done");
  });
});

describe("which node is restarted next", () => {
  it("is of the first set, the last of its nodes, and those alone that are due", () => {
    const controllers = set("kafka-controller", [old, old, pod(DUE)]);
    const brokers = set("kafka", [old, old]);
    assert.equal(step([controllers, brokers]), "restart kafka-controller-1");
    assert.equal(step([set("kafka-controller", [pod(DUE)]), brokers]), "restart kafka-1");
    const later = certificate({ notBefore: at(RENEWED + DAY) });
    assert.equal(step([set("kafka-controller", [old], later), brokers]), "restart kafka-1");
  });

  it("is none while another node of any set is not Ready, stops or is missing", () => {
    for (const [away, why] of [
      [pod(DUE, { isReady: false }), "wait: kafka-controller-1 is not Ready"],
      [pod(DUE, { stops: true }), "wait: kafka-controller-1 is about to stop"],
      [undefined, "wait: kafka-controller-1 does not exist"],
    ] as const) {
      assert.equal(step([set("kafka-controller", [pod(DUE), away]), set("kafka", [old, old])]), why);
    }
    const both = [pod(LONG_AGO, { isReady: false }), pod(LONG_AGO, { isReady: false })];
    assert.equal(step([set("kafka", both)]), "wait: kafka-1 is not Ready; kafka-0 is not Ready");
  });

  it("is the one that is not Ready itself: its certificate may be why", () => {
    assert.equal(step([set("kafka", [pod(LONG_AGO, { isReady: false }), old])]), "restart kafka-0");
    assert.equal(step([set("kafka", [pod(LONG_AGO, { stops: true }), old])]), "wait: kafka-0 is about to stop");
  });

  it("is none where nothing is due, whoever is not Ready; but those that this run restarted are waited for", () => {
    const sets = [set("kafka", [pod(DUE, { isReady: false }), pod(DUE)])];
    assert.equal(step(sets), "done");
    assert.equal(step(sets, DUE, ["kafka-0"]), "wait: kafka-0 is not Ready");
    assert.equal(step([set("kafka", [undefined])], DUE, ["kafka-0"]), "wait: kafka-0 does not exist");
  });

  it("is none while a Certificate is missing, not Ready or without a start: restarts would not help", () => {
    const sets = (found: Certificate | undefined) => [
      { ...set("kafka-controller", [old]), certificate: { name: "c", found } },
      set("kafka", [old]),
    ];
    assert.equal(step(sets(undefined)), "wait: certificate c does not exist");
    assert.equal(step(sets({})), "wait: certificate c is not Ready");
    const expired = certificate({ conditions: ready("False", "it has expired") });
    assert.equal(step(sets(expired)), "wait: certificate c is not Ready: it has expired");
    const unstarted: Certificate = { status: { revision: 2, conditions: ready() } };
    assert.equal(step(sets(unstarted)), "wait: certificate c does not tell its start");
  });

  it("is not one that was asked to go, however Ready it still looks", () => {
    const found = findings([set("kafka", [old, pod(LONG_AGO, { uid: "u2" })])], TIMING, new Set(["u2"]));
    assert.deepEqual(nextStep(found, DUE, new Set(["kafka-1"])), { kind: "wait", why: "kafka-1 is about to stop" });
  });

  it("is none at all once a node was restarted and counts as old still: that would never end", () => {
    const why = "stuck: kafka-0 was restarted and counts as old still: clocks differ";
    assert.equal(step([set("kafka", [old, old])], DUE, ["kafka-0"]), why);
  });

  it("reads sets as name:replicas=certificate", () => {
    const wanted = { name: "kafka", replicas: 3, certificate: "kafka-certificate" };
    assert.deepEqual(parseWanted("kafka:3=kafka-certificate"), wanted);
    for (const bad of ["", "kafka", "kafka=c", "kafka:0=c", "kafka:x=c", "kafka:3=", "Kafka:3=c"]) {
      assert.throws(() => parseWanted(bad), /expected set:replicas=certificate such as/, bad);
    }
  });
});

describe("the role that restarts nodes over renewed certificates", () => {
  const SETS = ["kafka-controller:1=kafka-controller-certificate", "kafka:2=kafka-certificate"].map(parseWanted);
  let api: TlsApi;
  let asked: Asked[];
  let respond: (asked: Asked) => { status: number; body: unknown };
  before(async () => {
    api = await startTlsApi((one) => {
      asked.push(one);
      return respond(one);
    });
  });
  after(() => api.stop());
  beforeEach(() => {
    asked = [];
  });

  /** A cluster: a pod that goes is gone at the second look, comes back not Ready at the third and is Ready at the fourth. */
  function cluster(pods: Record<string, Pod>, issued = certificate({ notBefore: at(Date.now() - 20 * DAY) })) {
    const looks = new Map<string, number>();
    const evicted: string[] = [];
    let refusals: { status: number; body: unknown }[] = [];
    respond = ({ method, url, body }) => {
      if (url.startsWith("/apis/cert-manager.io/v1/namespaces/kafka/certificates/"))
        return { status: 200, body: issued };
      const [, name = "", eviction] = /^\/api\/v1\/namespaces\/kafka\/pods\/([^/]+)(\/eviction)?$/.exec(url) ?? [];
      const found = pods[name];
      if (!found) return { status: 404, body: { message: `pods "${name}" not found` } };
      if (eviction !== undefined && method === "POST") {
        const [refusal, ...more] = refusals;
        refusals = more;
        if (refusal) return refusal;
        const { kind, metadata, deleteOptions } = JSON.parse(body) as Record<string, unknown>;
        assert.deepEqual([kind, metadata], ["Eviction", { name, namespace: "kafka" }]);
        assert.deepEqual(deleteOptions, { preconditions: { uid: found.metadata?.uid } });
        evicted.push(name);
        looks.set(name, 0);
        return { status: 201, body: { kind: "Status", status: "Success" } };
      }
      const look = looks.get(name);
      if (look === undefined) return { status: 200, body: found };
      looks.set(name, look + 1);
      // At first it looks as if nothing had been asked of it.
      if (look === 0) return { status: 200, body: found };
      if (look === 1) return { status: 404, body: { message: "gone" } };
      if (look === 3) looks.delete(name);
      pods[name] = pod(Date.now(), { uid: `${name} anew`, isReady: look === 3 });
      return { status: 200, body: pods[name] };
    };
    return { evicted, refuse: (...all: typeof refusals) => (refusals = all) };
  }
  async function run(
    milliseconds = 8_000,
    timing: Timing = TIMING,
    nodes: Nodes = ownNodes(ownApi(api.env, api.access)),
  ) {
    let [stdout, stderr] = ["", ""];
    const out = openOutput(true, {
      out: { write: (text: string) => (stdout += text) },
      err: { write: (text: string) => (stderr += text) },
    });
    const code = await renew(nodes, SETS, { ...timing, deadline: Date.now() + milliseconds, period: 5 }, out);
    return { code, text: stderr, report: JSON.parse(stdout) as RenewReport };
  }
  const three = (started: number) =>
    Object.fromEntries(["kafka-controller-0", "kafka-0", "kafka-1"].map((uid) => [uid, pod(started, { uid })]));

  it("R-TLS-03 restarts each node that is due, one after the other is back, and says why; then finds nothing to do", async () => {
    const { evicted } = cluster(three(Date.now() - 60 * DAY));
    const { code, text, report } = await run();
    assert.equal(code, 0, text);
    assert.deepEqual(evicted, ["kafka-controller-0", "kafka-1", "kafka-0"]);
    assert.deepEqual(report, { outcome: "restarted", restarted: evicted, older: [] });
    assert.match(text, /^~ restart kafka-1 {2}kafka-certificate was renewed, and its server runs since 20\S+Z$/m);
    assert.match(
      text,
      /kafka-1 is about to stop\n.*kafka-1 does not exist\n.*kafka-1 is not Ready\n {2}kafka-1 is Ready/,
    );
    assert.match(text, /3 nodes of 3 restarted: all 3 have their newest certificate\n$/);
    const again = await run();
    assert.deepEqual([again.code, again.report.outcome], [0, "unchanged"]);
    assert.equal(again.text, "nothing to restart: all 3 have their newest certificate\n");
    assert.equal(evicted.length, 3);
  });

  it("R-TLS-03 asks for nothing but the Certificates, the pods and their eviction, and reads alone where nothing is due", async () => {
    const renewed = Date.now() - DAY;
    cluster(three(renewed - DAY), certificate({ notBefore: at(renewed) }));
    const { code, text, report } = await run();
    assert.deepEqual([code, report.older.length], [0, 3]);
    const due = at(renewed + TIMING.grace).replace(/\.\d+Z/, "Z");
    assert.equal(text, `nothing to restart: 3 of 3 hold an older certificate, due from ${due}\n`);
    const names = ["kafka-0", "kafka-1", "kafka-controller-0"].map((name) => `/api/v1/namespaces/kafka/pods/${name}`);
    const certificates = ["kafka-certificate", "kafka-controller-certificate"].map(
      (name) => `/apis/cert-manager.io/v1/namespaces/kafka/certificates/${name}`,
    );
    assert.deepEqual(asked.map(({ method, url }) => `${method} ${url}`).sort(), [
      ...names.map((url) => `GET ${url}`),
      ...certificates.map((url) => `GET ${url}`),
    ]);
  });

  it("tries again where a budget lets no node go, where the pod was another one, and where the API server stumbles", async () => {
    const { evicted, refuse } = cluster(three(Date.now() - 60 * DAY));
    const budget = "Cannot evict pod as it would violate the pod's disruption budget.";
    refuse(
      { status: 429, body: { message: budget } },
      { status: 409, body: { message: "Precondition failed: UID" } },
      { status: 500, body: { message: "etcdserver: leader changed" } },
      { status: 404, body: { message: "not found" } },
    );
    const { code, text } = await run();
    assert.deepEqual([code, evicted.length], [0, 3], text);
    assert.ok(text.includes(`waiting: pod kafka-controller-0: the API server answered 429 ${budget}\n`), text);
    for (const why of ["Precondition failed: UID", "leader changed", "is gone already"])
      assert.ok(text.includes(why), why);
  });

  it("gives up at its deadline with what remains, and why", async () => {
    const { evicted } = cluster({ ...three(Date.now() - 60 * DAY), "kafka-1": pod(Date.now(), { isReady: false }) });
    const { code, text, report } = await run(60);
    assert.deepEqual([code, evicted], [1, []]);
    assert.deepEqual(report.older, ["kafka-controller-0", "kafka-0"]);
    assert.match(text, /^x kafka-0 holds an older one than the newest kafka-certificate$/m);
    assert.match(text, /^failed: 0 of 3 nodes restarted; time is up: kafka-1 is not Ready\n$/m);
    assert.equal(text.match(/waiting: /g)?.length, 1, "said once");
  });

  it("fails at once with the API server's own words where it may not do what it has to", async () => {
    const { refuse } = cluster(three(Date.now() - 60 * DAY));
    refuse({ status: 403, body: { message: "pods/eviction is forbidden" } });
    await assert.rejects(
      run(),
      /^Error: pod kafka-controller-0: the API server answered 403 pods\/eviction is forbidden$/,
    );
  });

  it("restarts no node twice in a run, whatever its clock says", async () => {
    const pods = three(Date.now() - 60 * DAY);
    cluster(pods);
    const nodes = ownNodes(ownApi(api.env, api.access));
    const behind: Nodes = {
      ...nodes,
      look: async (sets) => {
        const found = await nodes.look(sets);
        return found.map(({ certificate: of, nodes: all }) => ({
          certificate: of,
          nodes: all.map(({ name, pod: one }) => ({
            name,
            pod: one && { ...pod(LONG_AGO), metadata: one.metadata ?? {} },
          })),
        }));
      },
    };
    const { code, text, report } = await run(8_000, TIMING, behind);
    assert.deepEqual([code, report.restarted], [1, ["kafka-controller-0"]]);
    assert.match(text, /^failed: 1 of 3 nodes restarted; kafka-controller-0 was restarted and counts as old still/m);
  });
});
