/** What roles may do beside topics, what limits do, and names of every kind, by a real broker's own word. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { observeAccess } from "../../agent/access/observe.ts";
import type { Cluster } from "../../agent/connection.ts";
import { type Acl, aclText } from "../../kafka/access/acl.ts";
import type { Grant } from "../../kafka/access/roles.ts";
import { ANY_CLIENT } from "../../kafka/access/userFile.ts";
import { ATTEMPTS, type Call, mayDo } from "../support/attempts.ts";
import { ADMIN, GuardedBroker, user } from "../support/guardedBroker.ts";
import { until } from "../support/kube.ts";

const USERS = {
  producer: user("writer", {
    ...{ topics: ["orders"], transactionalIds: ["pay-1"], transactionalIdPrefixes: ["tx-"] },
  }),
  consumer: user("reader", {
    ...{ role: "consumer", topics: ["orders"], groups: ["billing"], groupPrefixes: ["team."] },
  }),
  streams: user("streams", { role: "streamProcessor", topics: ["orders"], applicationId: "app" }),
  admin: user("manager", {
    ...{ role: "admin", topics: ["orders"], prefixes: ["team."], groups: ["billing"], groupPrefixes: ["team."] },
  }),
};
type Who = keyof typeof USERS;

/** What is tried, on what, and who may; written out, as the yardstick for what is derived. The super user may do it all. */
const ALLOWED: readonly (readonly [attempt: keyof typeof ATTEMPTS, name: string, who: readonly Who[]])[] = [
  ["commit", "billing", ["consumer", "admin"]],
  ["commit", "team.a", ["consumer", "admin"]],
  ["commit", "app", ["streams"]],
  ["commit", "foreign", []],
  ["deleteGroup", "billing", ["admin"]],
  ["deleteGroup", "team.a", ["admin"]],
  ["deleteGroup", "app", ["streams"]],
  ["deleteGroup", "foreign", []],
  ["transaction", "pay-1", ["producer"]],
  ["transaction", "pay-2", []],
  ["transaction", "tx-7", ["producer"]],
  ["transaction", "app-3", ["streams"]],
  ["createTopic", "team.new", ["admin"]],
  ["createTopic", "app-new", ["streams"]],
  ["createTopic", "elsewhere", []],
  ["alterTopic", "orders", ["admin"]],
  ["alterTopic", "app-store", []],
  ["alterBroker", "0", []],
  ["allow", "User:friend", []],
  ["limit", "friend", []],
];

/** Names that no file format, no shell and no line of text takes as they are. */
const ODD = fc.oneof(
  fc.string({ unit: "binary", minLength: 1, maxLength: 40 }),
  fc.constantFrom('a"b', "a\\b", "a b", "$HOME", "${env:X}", "a;b=c", "ü§😀", "a\nb", "#", "'", "a,b", "*x", "\t"),
);

describe("rights and limits on a real broker", function () {
  this.timeout(180_000);
  let broker: GuardedBroker;
  const as = async <T>(name: string, work: (client: Cluster) => Promise<T>, password?: string): Promise<T> => {
    const client = broker.open(name, password);
    try {
      return await work(client);
    } finally {
      await client.close();
    }
  };

  before(async () => {
    broker = await GuardedBroker.start();
    const { code, lines } = await broker.reconcile(Object.values(USERS));
    assert.equal(code, 0, lines);
    const topic = { name: "app-store", numPartitions: 1, replicationFactor: 1, assignments: [], configs: [] };
    await broker.admin.call("controller", "CreateTopics", [topic], 30_000, false);
    // Groups and transactions are kept in topics that the first question for them makes.
    for (const type of [0, 1]) await broker.admin.call("any", "FindCoordinator", type, ["any"]);
  });
  after(() => broker.stop());

  it("R-USR-05 R-USR-06 R-USR-15 R-VAL-20 lets each role do to groups, transactions, topics and the cluster what follows from it, and nothing else: 100 cases by trying", async () => {
    const found = await Promise.all(
      ALLOWED.map(async ([attempt, name]) => {
        const may: string[] = [];
        for (const [who, { name: login }] of Object.entries(USERS)) {
          if (await as(login, (client) => mayDo(ATTEMPTS[attempt], client, name))) may.push(who);
        }
        return [attempt, name, may];
      }),
    );
    assert.deepEqual(found, ALLOWED);
    for (const [attempt, name] of ALLOWED) {
      const may = await as(ADMIN.username, (client) => mayDo(ATTEMPTS[attempt], client, name), ADMIN.password);
      assert.ok(may, `the super user: ${attempt} ${name}`);
    }
  });

  it("R-USR-13 a limit holds up whoever writes more, and nobody else", async () => {
    const [slow, free] = ["slow", "free"].map((name) => user(name, { topics: ["orders"] }));
    assert.ok(slow && free);
    const limited = { ...slow, quotas: { [ANY_CLIENT]: { producer_byte_rate: 1024 } } };
    await broker.reconcile([...Object.values(USERS), limited, free]);
    const throttled = (name: string) =>
      as(name, async (client) => {
        const messages = [{ topic: "orders", partition: 0, value: Buffer.alloc(32_768) }];
        const answer = await (client.call as Call)("any", "Produce", -1, 10_000, messages, {});
        return (answer as { readonly throttleTimeMs: number }).throttleTimeMs;
      });
    // Brokers learn of a limit a moment after it was taken.
    await until("a throttled write", 20, async () => (await throttled("slow")) > 0);
    assert.equal(await throttled("free"), 0);
  });

  it("R-USR-04 takes names of every kind to the broker as they are, and changes nothing a second time", async () => {
    const [odd = []] = fc.sample(fc.uniqueArray(ODD, { minLength: 60, maxLength: 60 }), { numRuns: 1, seed: 20261130 });
    const part = (from: number) => odd.slice(from, from + 15);
    const grants: Partial<Grant>[] = [
      { topics: part(0), transactionalIds: part(15), transactionalIdPrefixes: part(30) },
      { role: "consumer", topics: ["orders"], prefixes: part(15), groups: part(30), groupPrefixes: part(45) },
    ];
    const named = grants.map((grant, index) => user(`odd-${index}`, grant));
    const all = [...Object.values(USERS), ...named];
    const first = await broker.reconcile(all);
    assert.equal(first.code, 0, first.lines);
    const { acls } = await observeAccess(broker.admin, [], () => Promise.resolve(false));
    const lines = (entries: readonly Acl[] = []) => entries.map(aclText).sort();
    for (const one of named) assert.deepEqual(lines(acls.get(one.name)), lines(one.acls));
    const again = await broker.reconcile(all);
    assert.deepEqual([again.code, again.report.outcome, again.report.plan.actions], [0, "unchanged", []], again.lines);
    const may = (name: string, attempt: keyof typeof ATTEMPTS, of: string) =>
      as(name, (client) => mayDo(ATTEMPTS[attempt], client, of));
    for (const id of part(15)) assert.equal(await may("odd-0", "transaction", id), true, JSON.stringify(id));
    for (const group of part(30)) assert.equal(await may("odd-1", "commit", group), true, JSON.stringify(group));
    assert.deepEqual(
      [await may("odd-0", "transaction", "other"), await may("odd-1", "commit", "other")],
      [false, false],
    );
  });
});
