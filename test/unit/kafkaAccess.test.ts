import assert from "node:assert/strict";
import fc from "fast-check";
import {
  type Acl,
  aclText,
  distinct,
  OPERATIONS,
  PATTERNS,
  PERMISSIONS,
  parseAcl,
  RESOURCES,
} from "../../kafka/access/acl.ts";
import { deriveAcls, type Grant, ROLES } from "../../kafka/access/roles.ts";
import { ANY_CLIENT, parseUserFile, QUOTAS, renderUserFile, type UserSpec } from "../../kafka/access/userFile.ts";
import { NO_GRANT } from "../support/grants.ts";

const plain = <T>(model: { [K in keyof T]: fc.Arbitrary<T[K]> }) => fc.record<T>(model, { noNullPrototype: true });
const acl = plain<Acl>({
  permission: fc.constantFrom(...PERMISSIONS),
  operation: fc.constantFrom(...OPERATIONS),
  resource: fc.constantFrom(...RESOURCES),
  pattern: fc.constantFrom(...PATTERNS),
  name: fc.string({ unit: "binary" }),
  host: fc.oneof(fc.constant("*"), fc.ipV4(), fc.string()),
});
const names = fc.array(fc.string({ unit: "binary", minLength: 1 }), { maxLength: 3 });
const grant = plain<Grant>({
  role: fc.constantFrom(...ROLES),
  topics: names,
  prefixes: names,
  outputs: names,
  groups: names,
  groupPrefixes: names,
  transactionalIds: names,
  transactionalIdPrefixes: names,
  applicationId: fc.option(fc.string({ minLength: 1 })),
});
const lines = (grants: readonly Partial<Grant>[]): string[] =>
  deriveAcls(grants.map((one) => ({ ...NO_GRANT, ...one }))).map(aclText);

describe("access control entries", () => {
  it("are read back from their line, whatever their names hold", () => {
    fc.assert(
      fc.property(acl, (entry) => {
        const line = aclText(entry);
        assert.ok(!/[\r\n]/.test(line), line);
        assert.deepEqual(parseAcl(line), entry);
      }),
    );
  });

  it("are no other lines", () => {
    for (const line of ["", "allow", 'allow Read on topic "a"', 'may Read on topic "a" from "*"', "quota x 1"]) {
      assert.equal(parseAcl(line), undefined, line);
    }
    assert.equal(parseAcl('allow Read on topic "\\x" from "*"'), undefined);
  });
});

describe("what roles may do", () => {
  it("R-USR-06 a producer writes to its topics, and nothing else", () => {
    assert.deepEqual(lines([{ topics: ["orders"], prefixes: ["llm-"] }]), [
      'allow Write on prefixed topic "llm-" from "*"',
      'allow Write on topic "orders" from "*"',
    ]);
  });

  it("R-USR-06 a consumer reads its topics in its groups", () => {
    assert.deepEqual(lines([{ role: "consumer", topics: ["orders"], groups: ["billing"] }]), [
      'allow Read on group "billing" from "*"',
      'allow Read on topic "orders" from "*"',
    ]);
  });

  it("R-USR-06 a stream processor reads, writes, and has what its application makes for itself", () => {
    assert.deepEqual(
      lines([{ role: "streamProcessor", topics: ["orders"], outputs: ["totals"], applicationId: "sums" }]),
      [
        'allow Create on prefixed topic "sums-" from "*"',
        'allow Delete on group "sums" from "*"',
        'allow Delete on prefixed topic "sums-" from "*"',
        'allow DescribeConfigs on prefixed topic "sums-" from "*"',
        'allow Read on group "sums" from "*"',
        'allow Read on prefixed topic "sums-" from "*"',
        'allow Read on topic "orders" from "*"',
        'allow Write on prefixed topic "sums-" from "*"',
        'allow Write on prefixed transactionalId "sums-" from "*"',
        'allow Write on topic "totals" from "*"',
      ],
    );
  });

  it("R-USR-15 a producer with transactional ids may use those", () => {
    assert.deepEqual(lines([{ transactionalIds: ["pay-1"], transactionalIdPrefixes: ["tx-"] }]), [
      'allow Write on prefixed transactionalId "tx-" from "*"',
      'allow Write on transactionalId "pay-1" from "*"',
    ]);
  });

  it("follows from the roles alone: the same twice, in any order, each once", () => {
    fc.assert(
      fc.property(fc.array(grant, { maxLength: 4 }), (grants) => {
        const first = deriveAcls(grants);
        assert.deepEqual(deriveAcls([...grants].reverse()), first);
        assert.deepEqual(deriveAcls([...grants, ...grants]), first);
        assert.deepEqual(distinct(first), first);
      }),
    );
  });

  it("never gives rights on everything: no wildcard name, no cluster, no All", () => {
    fc.assert(
      fc.property(fc.array(grant, { maxLength: 4 }), (grants) => {
        const given = new Set(grants.flatMap((one) => Object.values(one).flat()));
        for (const { operation, resource, name } of deriveAcls(grants)) {
          assert.notEqual(operation, "All");
          assert.notEqual(resource, "cluster");
          assert.ok(given.has(name) || given.has(name.slice(0, -1)), name);
        }
      }),
    );
  });
});

describe("a user's file", () => {
  const fraction = fc.double({ min: 0, minExcluded: true, noNaN: true, noDefaultInfinity: true });
  const limit = fc.oneof(fc.integer({ min: 1 }), fraction, fc.constantFrom(1e-7, 1.5e300));
  const user = plain<UserSpec>({
    name: fc.constant("orders"),
    logins: fc.subarray(["orders", "orders.2"]),
    state: fc.constantFrom("present", "absent"),
    acls: fc.array(acl, { maxLength: 5 }).map(distinct),
    quotas: fc
      .dictionary(
        fc.constantFrom(ANY_CLIENT, "notifications-service", "a.b_c"),
        fc.dictionary(fc.constantFrom(...QUOTAS), limit, { minKeys: 1 }).map((one) => ({ ...one })),
      )
      .map((quotas) => ({ ...quotas })),
  });

  it("is read back as it was written", () => {
    fc.assert(
      fc.property(user, (spec) => {
        const again = parseUserFile(spec.name, renderUserFile(spec));
        assert.deepEqual({ ...again, acls: distinct(again.acls) }, spec);
      }),
    );
  });

  it("shows in a review what a user may do", () => {
    const acls = deriveAcls([{ ...NO_GRANT, role: "consumer", topics: ["user.events"], groups: ["analytics"] }]);
    const text = renderUserFile({
      name: "analytics",
      logins: ["analytics"],
      state: "present",
      acls,
      quotas: { [ANY_CLIENT]: { consumer_byte_rate: 1_048_576 } },
    });
    assert.equal(
      text,
      [
        'allow Read on group "analytics" from "*"',
        'allow Read on topic "user.events" from "*"',
        "quota consumer_byte_rate 1048576",
        "login analytics",
        "",
      ].join("\n"),
    );
  });

  it("names file, line, and what was expected where a line is none of its own", () => {
    assert.throws(
      () => parseUserFile("orders", "login orders\nallow everything\n"),
      /orders:2: found "allow everything"/,
    );
    assert.throws(() => parseUserFile("orders", "quota producer_byte_rate -1\n"), /orders:1: found/);
    assert.throws(() => parseUserFile("a b", ""), /a b: not a user name/);
  });
});
