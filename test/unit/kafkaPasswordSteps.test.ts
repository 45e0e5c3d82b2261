/** Other passwords of the platform on a running cluster: at no moment of any roll is a node, a Job or a tool refused. */
import assert from "node:assert/strict";
import { readNode } from "../../agent/sidecar/node.ts";
import { nextPasswords, PASSWORD_ROTATIONS, type PlatformPasswords } from "../../kafka/access/platformLogins.ts";
import { readJaasOptions } from "../../kafka/access/readJava.ts";
import { adminFiles } from "../../kafka/adminProperties.ts";
import { PLACEHOLDERS } from "../../kafka/listeners.ts";
import { flatten, type Properties, renderProperties } from "../../kafka/properties.ts";
import { referencedFile } from "../../kafka/secretFiles.ts";
import { firstUsers, type SecurityInput } from "../../kafka/security.ts";
import { brokerProperties, controllerProperties, type PropertiesInput } from "../../kafka/serverProperties.ts";
import { DEDICATED, INPUT } from "./kafkaInput.ts";

const ON_ZOOKEEPER: PropertiesInput = {
  ...INPUT,
  kafka: { ...INPUT.kafka, version: "3.9.2" },
  coordination: { mode: "zookeeper", phase: "zookeeper" },
};
const CLUSTERS = { combined: INPUT, dedicated: DEDICATED, "on ZooKeeper": ON_ZOOKEEPER };
const SCRAM = { mode: "scram", betweenNodes: "tls" } as const;
const SECURITY: readonly SecurityInput["security"][] = [
  SCRAM,
  { mode: "scram-tls", betweenNodes: "scram" },
  { mode: "scram-tls", betweenNodes: "tls" },
];
const STATES: readonly PlatformPasswords[] = [1, 2, 3].flatMap((generation) =>
  PASSWORD_ROTATIONS.filter((rotation) => generation > 1 || rotation === "done").map((rotation) => ({
    generation,
    rotation,
  })),
);
const STEPS = STATES.flatMap((before) => nextPasswords(before).map((after) => ({ before, after })));

interface Login {
  readonly username: string;
  readonly password: string;
}
/** What a running cluster of a state knows: the SCRAM credentials that the agent left there, as user → file of the password. */
const credentials = (input: PropertiesInput) => new Map(Object.entries(firstUsers(input)));

const found = (properties: Properties) => new Map(flatten(properties));
const file = (reference: string | undefined) => referencedFile(reference ?? "")?.replace(/.*\//, "");
const login = (line: string | undefined): Login | undefined => {
  const { username, password } = readJaasOptions(line ?? "") ?? {};
  return username === undefined ? undefined : { username, password: file(password) ?? assert.fail(line) };
};
const jaas = (node: Properties, listener: string, mechanism: string) =>
  [...found(node)].find(([key]) =>
    new RegExp(`^listener\\.name\\.${listener}[a-z_]*\\.${mechanism}\\.sasl`).test(key),
  )?.[1];
const supers = (node: Properties) => (found(node).get("super.users") ?? "").split(";").map((one) => one.slice(5));

/** Whether a node lets a login in at its listener for controllers. */
const opensPlain = (node: Properties, { username, password }: Login) =>
  file(readJaasOptions(jaas(node, "controller", "plain") ?? "")?.[`user_${username}`]) === password;

describe("other passwords of the platform", () => {
  for (const [name, cluster] of Object.entries(CLUSTERS)) {
    for (const security of SECURITY) {
      const at = (platformPasswords: PlatformPasswords): PropertiesInput => ({
        ...cluster,
        security: { ...security, platformPasswords },
      });
      const nodes = (state: PropertiesInput) => ({
        broker: brokerProperties(state),
        controller: name === "dedicated" ? controllerProperties(state) : brokerProperties(state),
      });

      it(`R-USR-11 ${security.mode} (${security.betweenNodes}), ${name}: nodes that have rolled and nodes that have not let each other in`, () => {
        for (const { before, after } of STEPS) {
          const what = `${JSON.stringify(before)} → ${JSON.stringify(after)}`;
          const known = credentials(at(before));
          for (const [by, to] of [
            [nodes(at(before)), nodes(at(after))],
            [nodes(at(after)), nodes(at(before))],
            [nodes(at(after)), nodes(at(after))],
          ] as const) {
            const toBrokers = login(jaas(by.broker, "replication", "scram-sha-512"));
            assert.equal(
              toBrokers === undefined,
              security.mode === "scram-tls" && security.betweenNodes === "tls",
              what,
            );
            // The agent writes after the roll, so that until then there is what was there before.
            if (toBrokers) assert.equal(known.get(toBrokers.username), toBrokers.password, what);
            if (toBrokers) assert.ok(supers(to.broker).includes(toBrokers.username), what);
            for (const dialling of [by.broker, by.controller]) {
              const toControllers = login(jaas(dialling, "controller", "plain"));
              if (!toControllers) continue;
              assert.ok(opensPlain(to.controller, toControllers), what);
              assert.ok(supers(to.controller).includes(toControllers.username), what);
            }
          }
        }
      });

      it(`R-USR-11 ${security.mode} (${security.betweenNodes}), ${name}: tools and Jobs get in at nodes that have not rolled, and at all after it`, () => {
        for (const { before, after } of STEPS) {
          const what = `${JSON.stringify(before)} → ${JSON.stringify(after)}`;
          const tools = login(found(adminFiles(at(after), "broker")["admin.properties"] ?? []).get("sasl.jaas.config"));
          assert.ok(tools, what);
          for (const state of [before, after]) {
            assert.equal(credentials(at(state)).get(tools.username), tools.password, what);
            assert.ok(supers(nodes(at(state)).broker).includes(tools.username), what);
          }
          const quorum = adminFiles(at(after), "controller")["admin-controller.properties"] ?? [];
          const toControllers = login(found(quorum).get("sasl.jaas.config"));
          if (!toControllers || name === "on ZooKeeper") continue;
          for (const state of [before, after]) assert.ok(opensPlain(nodes(at(state)).controller, toControllers), what);
        }
      });
    }
  }

  it("R-USR-11 are open no more at the end of the third step, under any name", () => {
    const done = {
      ...INPUT,
      security: { ...SCRAM, platformPasswords: { generation: 2, rotation: "done" } },
    } as const;
    assert.deepEqual(
      [...credentials(done)],
      [
        ["kafka-broker.2", "broker-password-2"],
        ["kafka-admin.2", "admin-password-2"],
      ],
    );
    const node = brokerProperties(done);
    assert.deepEqual(supers(node), ["kafka-broker.2", "kafka-admin.2"]);
    assert.doesNotMatch(renderProperties(node), /(broker|controller)-password\}/);
  });

  it("are read by the sidecar, whatever the name", () => {
    const state = {
      ...INPUT,
      security: { ...SCRAM, platformPasswords: { generation: 2, rotation: "use" } },
    } as const;
    const text = renderProperties(brokerProperties(state)).replaceAll(PLACEHOLDERS.nodeId, "1");
    const node = readNode("f", text, (path) => path);
    assert.deepEqual(node.broker?.login?.username, "kafka-broker.2");
    assert.match(node.controller?.login?.password ?? "", /controller-password-2$/);
  });
});
