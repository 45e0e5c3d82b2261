/** A running stack goes from plaintext to TLS and logins: what each step registers for nodes, for the agent and for applications. */
import assert from "node:assert/strict";
import { platform } from "../../stacks/platform.ts";
import { providers } from "../../stacks/provider.ts";
import type { SettingsInput } from "../../stacks/settings/schema.ts";
import { load } from "../support/settings.ts";
import { PROGRAMS } from "../support/stacks.ts";
import { at, type World, world } from "../support/world.ts";

const FORMER = { client: { port: 9092 }, replication: { port: 9091 }, controller: { port: 9093 } };
const NEXT = { client: { port: 9192 }, replication: { port: 9191 }, controller: { port: 9193 } };
const STEPS: readonly SettingsInput[] = [
  {},
  { security: { alongside: { mode: "scram-tls", listeners: NEXT } } },
  { listeners: NEXT, security: { mode: "scram-tls", alongside: { mode: "plaintext", listeners: FORMER } } },
  { listeners: NEXT, security: { mode: "scram-tls" } },
];
const STACK: SettingsInput = {
  deletionProtection: true,
  topics: { items: { orders: {} } },
  users: { items: { app: { roles: [{ role: "producer", topics: ["orders"] }] } } },
  clients: { namespaces: { shop: {} } },
};

describe("a stack that goes from plaintext to TLS", function () {
  this.timeout(60_000);
  let worlds: World<unknown>[] = [];
  const step = (index: number) => worlds[index] ?? assert.fail();
  before(async () => {
    for (const change of STEPS) {
      const { settings } = load({ ...STACK, ...change });
      worlds.push(await world(() => platform(settings, providers(settings), PROGRAMS)));
    }
  });
  after(() => {
    worlds = [];
  });
  const text = (index: number, kind: string, name: string, path: string) =>
    String(at(step(index).one(kind, name), path));
  const command = (index: number) => {
    const [container] = at(step(index).one("Job", "topics-reconcile"), "spec.template.spec.containers") as {
      command: string[];
    }[];
    return (container?.command ?? []).join(" ");
  };

  it("opens ports by number on every Service, of both modes while there are two", () => {
    const ports = [0, 1, 2, 3].map((index) =>
      (at(step(index).one("Service", "brokers-bootstrap"), "spec.ports") as { port: number; targetPort: number }[]).map(
        ({ port, targetPort }) => [port, targetPort],
      ),
    );
    const [former, next] = [
      [9092, 9092],
      [9192, 9192],
    ];
    assert.deepEqual(ports, [[former], [former, next], [next, former], [next]]);
  });

  it("gives nodes certificates and passwords before they use them", () => {
    for (const index of [1, 2, 3]) {
      const volumes = at(step(index).one("StatefulSet", "controllers-nodes"), "spec.template.spec.volumes");
      const names = (volumes as { name: string }[]).map(({ name }) => name);
      assert.ok(names.includes("secrets") && names.includes("certificates"), `step ${index}: ${names.join()}`);
    }
    assert.deepEqual(step(0).all("Certificate"), []);
  });

  it("protects the authority while its certificates are in use, and lets it go with listeners that are not", () => {
    const isProtected = (index: number) => step(index).one("Certificate", "certificates-ca").options.protect;
    assert.deepEqual([1, 2, 3].map(isProtected), [false, true, true]);
  });

  it("lets the agent in without a login until nodes use logins, and has it write theirs before", () => {
    const logins = [1, 2, 3].map((index) => command(index).includes("--client-config"));
    assert.deepEqual(logins, [false, true, true]);
    assert.match(
      command(1),
      /--login-brokers \S+:9192\S* --login-config \/etc\/kafka-platform\/door\/client.properties/,
    );
    assert.doesNotMatch(command(2), /--login-brokers/);
    const written = (index: number) => Object.keys(at(step(index).one("ConfigMap", "users-files"), "data") as object);
    for (const index of [1, 2, 3]) assert.deepEqual(written(index).sort(), ["app", "kafka-admin", "kafka-broker"]);
  });

  it("lets applications log in from the first step on, and shows the others the listeners in use", () => {
    for (const index of [1, 2, 3]) {
      assert.match(text(index, "Secret", "clients-shop-user-app", "stringData[bootstrap.servers]"), /:9192$/);
      const properties = text(index, "Secret", "clients-shop-user-app", "stringData[client.properties]");
      assert.match(properties, /^security.protocol=SASL_SSL\n/);
    }
    const shown = [0, 1, 2, 3].map((index) =>
      text(index, "Secret", "clients-shop-secret", "stringData[client.properties]"),
    );
    assert.deepEqual(
      shown.map((properties) => [/:9192/.test(properties), /security.protocol=(\w+)/.exec(properties)?.[1]]),
      [
        [false, "PLAINTEXT"],
        [false, "PLAINTEXT"],
        [true, "SASL_SSL"],
        [true, "SASL_SSL"],
      ],
    );
  });
});
