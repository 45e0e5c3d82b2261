/** The agent's bundle, as its Job runs it, against a real broker that authenticates and authorises. */
import assert from "node:assert/strict";
import type { Cluster } from "../../agent/connection.ts";
import type { ReconcileReport } from "../../agent/reconcile/reconcile.ts";
import { ANY_CLIENT, type QuotaKey } from "../../kafka/access/userFile.ts";
import { GuardedBroker, passwordOf, passwordsOf, type Reconciled, user } from "../support/guardedBroker.ts";

const WRITER = user("writer", { topics: ["orders"] }, { quotas: { [ANY_CLIENT]: { producer_byte_rate: 1_048_576 } } });
const READER = user("reader", { role: "consumer", topics: ["orders"], groups: ["billing"] });

/** Operations on a topic by the number that the protocol gives them. */
const OPERATIONS = {
  Read: 3,
  Write: 4,
  Create: 5,
  Delete: 6,
  Alter: 7,
  Describe: 8,
  DescribeConfigs: 10,
  AlterConfigs: 11,
};
const operationsIn = (bits: number): string =>
  Object.entries(OPERATIONS)
    .filter(([, code]) => bits & (1 << code))
    .map(([name]) => name)
    .join(" ");
/** Role → topic → what its user may do there; written out, as the yardstick for what is derived. */
const ALLOWED = {
  producer: { orders: "Write Describe", totals: "", "team.a": "Write Describe", "app-store": "", other: "" },
  consumer: { orders: "Read Describe", totals: "", "team.a": "Read Describe", "app-store": "", other: "" },
  streamProcessor: {
    orders: "Read Describe",
    totals: "Write Describe",
    "team.a": "",
    "app-store": "Read Write Create Delete Describe DescribeConfigs",
    other: "",
  },
  admin: {
    orders: "Read Create Delete Alter Describe DescribeConfigs AlterConfigs",
    totals: "",
    "team.a": "Read Create Delete Alter Describe DescribeConfigs AlterConfigs",
    "app-store": "",
    other: "",
  },
};

describe("users, rights and limits on a real broker", function () {
  this.timeout(180_000);
  let broker: GuardedBroker;
  let admin: Cluster;
  const opens = (username: string, password: string) => broker.opens(username, password);
  const reconcile = (...of: Parameters<GuardedBroker["reconcile"]>): Promise<Reconciled> => broker.reconcile(...of);
  const kinds = ({ plan }: ReconcileReport) =>
    plan.actions.map((action) => ("login" in action ? `${action.kind} ${action.login}` : action.kind));

  before(async () => {
    broker = await GuardedBroker.start();
    ({ admin } = broker);
  });
  after(() => broker.stop());

  it("R-USR-04 makes users that can log in, with their rights and limits, and changes nothing a second time", async () => {
    const { code, report, lines } = await reconcile([WRITER, READER]);
    assert.equal(code, 0, lines);
    assert.deepEqual(kinds(report), [
      "create",
      "rights reader",
      "rights writer",
      "quotas writer",
      "credential reader",
      "credential writer",
    ]);
    assert.match(lines, /^~ rights of user writer {2}\+ allow Write on topic "orders" from "\*"$/m);
    assert.equal(await opens("writer", passwordOf("writer")), true);
    assert.equal(await opens("writer", "another"), false);
    const again = await reconcile([WRITER, READER]);
    assert.deepEqual([again.code, again.report.outcome, again.report.plan.actions], [0, "unchanged", []]);
  });

  it("R-USR-11 a new password works, and the old one no more", async () => {
    const passwords = { ...passwordsOf([WRITER, READER]), writer: "a new one" };
    const { report } = await reconcile([WRITER, READER], passwords);
    assert.deepEqual(kinds(report), ["credential writer"]);
    assert.deepEqual([await opens("writer", "a new one"), await opens("writer", passwordOf("writer"))], [true, false]);
    await reconcile([WRITER, READER]);
  });

  it("R-USR-11 a second name opens beside the first while a password is replaced, and the first is taken away", async () => {
    const both = { ...WRITER, logins: ["writer.2", "writer"] };
    await reconcile([both, READER]);
    assert.deepEqual(
      [await opens("writer", passwordOf("writer")), await opens("writer.2", passwordOf("writer.2"))],
      [true, true],
    );
    const later = { ...WRITER, logins: ["writer.2"] };
    const { report } = await reconcile([later, READER]);
    assert.deepEqual(kinds(report), ["rights writer", "quotas writer", "credential writer"]);
    assert.deepEqual(
      [await opens("writer", passwordOf("writer")), await opens("writer.2", passwordOf("writer.2"))],
      [false, true],
    );
    await reconcile([WRITER, READER]);
  });

  it("R-USR-04 puts right what was changed by hand, and leaves what nobody declared alone", async () => {
    const [entry] = WRITER.acls;
    assert.ok(entry);
    const coded = {
      resourceType: 2,
      resourceName: "orders",
      resourcePatternType: 3,
      host: "*",
      permissionType: 3,
    } as const;
    await admin.call("controller", "DeleteAcls", [{ ...coded, principal: "User:writer", operation: 4 }]);
    await admin.call("controller", "CreateAcls", [
      { ...coded, principal: "User:reader", operation: 6 },
      { ...coded, principal: "User:stranger", operation: 3 },
    ]);
    const quota = [{ key: "consumer_byte_rate" satisfies QuotaKey, value: 5, remove: false } as const];
    const entities = [{ entityType: "user", entityName: "reader" } as const];
    await admin.call("controller", "AlterClientQuotas", [{ entities, ops: quota }], false);
    const check = await reconcile([WRITER, READER], undefined, "--check");
    assert.deepEqual([check.code, check.report.outcome], [2, "drift"]);
    const { report } = await reconcile([WRITER, READER]);
    assert.deepEqual(kinds(report), ["rights reader", "rights writer", "quotas reader"]);
    assert.deepEqual(report.plan.unmanagedUsers, ["stranger"]);
    assert.equal((await reconcile([WRITER, READER])).report.outcome, "unchanged");
  });

  it("R-USR-13 limits a user, and a client id of a user on its own, and takes back what was set by hand", async () => {
    const limits = async (client: string) => {
      const [user, id] = [
        { entityType: "user", matchType: 0, match: "writer" } as const,
        { entityType: "client-id", matchType: 0, match: client } as const,
      ];
      const { entries } = await admin.call("any", "DescribeClientQuotas", [user, id], true);
      return Object.fromEntries((entries ?? []).flatMap(({ values }) => values.map(({ key, value }) => [key, value])));
    };
    const limited = { ...WRITER, quotas: { ...WRITER.quotas, nightly: { producer_byte_rate: 1024 } } };
    const { report, lines } = await reconcile([limited, READER]);
    assert.deepEqual(kinds(report), ["quotas writer"]);
    assert.match(lines, /^~ quotas of user writer by client id nightly {2}producer_byte_rate none → 1024$/m);
    assert.deepEqual(await limits("nightly"), { producer_byte_rate: 1024 });
    assert.equal((await reconcile([limited, READER])).report.outcome, "unchanged");
    const entities = [
      { entityType: "user", entityName: "writer" } as const,
      { entityType: "client-id", entityName: "by-hand" } as const,
    ];
    const ops = [{ key: "consumer_byte_rate" satisfies QuotaKey, value: 5, remove: false } as const];
    await admin.call("controller", "AlterClientQuotas", [{ entities, ops }], false);
    assert.deepEqual(kinds((await reconcile([WRITER, READER])).report), ["quotas writer", "quotas writer"]);
    assert.deepEqual([await limits("by-hand"), await limits("nightly")], [{}, {}]);
    assert.equal((await reconcile([WRITER, READER])).report.outcome, "unchanged");
  });

  it("R-TOP-18 R-USR-05 R-USR-06 R-VAL-20 lets each role do on each topic what follows from it, and nothing else: 160 cases by the broker's own word", async () => {
    const topic = (name: string) => ({ name, numPartitions: 1, replicationFactor: 1, assignments: [], configs: [] });
    await admin.call("controller", "CreateTopics", Object.keys(ALLOWED.producer).slice(1).map(topic), 30_000, false);
    const users = {
      producer: user("producer", { topics: ["orders"], prefixes: ["team."] }),
      consumer: user("consumer", { role: "consumer", topics: ["orders"], prefixes: ["team."] }),
      streamProcessor: user("streams", {
        ...{ role: "streamProcessor", topics: ["orders"], outputs: ["totals"], applicationId: "app" },
      }),
      admin: user("manager", { role: "admin", topics: ["orders"], prefixes: ["team."] }),
    };
    await reconcile([WRITER, READER, ...Object.values(users)]);
    const found: Record<string, Record<string, string>> = {};
    for (const [role, { name }] of Object.entries(users)) {
      const client = broker.open(name);
      const names = Object.keys(ALLOWED.producer);
      const answer = await client.call("any", "Metadata", names, false, true);
      await client.close();
      const may = new Map(
        answer.topics.map((one) => [one.name, one.errorCode === 0 ? one.topicAuthorizedOperations : 0]),
      );
      found[role] = Object.fromEntries(names.map((one) => [one, operationsIn(may.get(one) ?? 0)]));
    }
    assert.deepEqual(found, ALLOWED);
  });

  it("takes away what is declared absent, and nobody else, also after the broker's next start", async () => {
    // By its hash a broker that reads its log anew comes to this name first; see lock.ts.
    const app = user("app", { topics: ["orders"] });
    await reconcile([WRITER, READER, app]);
    const left = [WRITER, app].map((one) => ({ ...one, state: "absent" as const }));
    const { report } = await reconcile([...left, READER]);
    assert.deepEqual(kinds(report).slice(-2), ["credential app", "credential writer"]);
    const who = async () => [
      await opens("writer", passwordOf("writer")),
      await opens("app", passwordOf("app")),
      await opens("reader", passwordOf("reader")),
    ];
    assert.deepEqual(await who(), [false, false, true]);
    await broker.restart();
    assert.deepEqual(await who(), [false, false, true]);
    const again = await reconcile([...left, READER]);
    assert.deepEqual([again.report.outcome, again.report.plan.actions], ["unchanged", []], again.lines);
  });
});
