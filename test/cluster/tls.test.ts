/** Brokers on real pods under `scram-tls`, with certificates of cert-manager's own controllers: handshakes, names, protocols. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ConnectionOptions } from "node:tls";
import { handshake as handshakeWith } from "../support/handshakes.ts";
import { clientCertificate, newAuthority } from "../support/issuing.ts";
import { assertUnharmed } from "../support/judge.ts";
import { topicFacts } from "../support/kafkaFacts.ts";
import { until } from "../support/kube.ts";
import { loadRoles, startLoad } from "../support/load.ts";
import { openConnection } from "../support/openConnection.ts";
import { PlatformUnderTest } from "../support/platformUnderTest.ts";
import { PYTHON, pythonPackage, withClusterNames } from "../support/programs.ts";
import { answers, ask, TLS_ALERT } from "../support/question.ts";
import { renewCertificate } from "../support/renewCertificate.ts";
import { OF_TODAY, scan } from "../support/scan.ts";
import { STAGING, selfMonitorTopics, TOPICS } from "../support/selfMonitor.ts";

const TOPIC = "user.events";
const HEADLESS = "kafka-headless";

describe("three brokers whose every connection is encrypted", function () {
  this.timeout(900_000);
  let platform: PlatformUnderTest;
  let ca = "";
  const admin = () => platform.login("kafka-admin", platform.stack.namespace);
  const address = async (pod: string) => (await platform.pods.get(pod)).status?.podIP ?? "";
  const handshake = (host: string, port: number, options: ConnectionOptions) =>
    handshakeWith(host, port, { ca, ...options });
  const secret = async (name: string, namespace = platform.stack.namespace) => {
    const { data = {} } = await platform.pods.core.readNamespacedSecret({ name, namespace });
    return new Map(Object.entries(data).map(([key, value]) => [key, Buffer.from(value, "base64")]));
  };
  const authority = async () => {
    const own = await secret("kafka-ca");
    return { cert: String(own.get("tls.crt")), key: String(own.get("tls.key")) };
  };
  const pods = async () => [...(await platform.pods.list("kafka")), ...(await platform.pods.list("kafka-controller"))];
  const listeners = async () =>
    (await pods()).flatMap(({ metadata, status }) => {
      const name = metadata?.name ?? "";
      return (name.startsWith("kafka-controller") ? [9093] : [9091, 9092]).map((port) => ({
        name: `${name}:${port}`,
        host: status?.podIP ?? "",
        port,
      }));
    });

  before(async () => {
    platform = await PlatformUnderTest.open("tls", {
      ...STAGING,
      security: { mode: "scram-tls" },
      certificates: { jks: true },
      users: {
        items: {
          app: {
            roles: loadRoles(TOPIC),
          },
        },
      },
    });
    await platform.up();
    ca = String((await admin()).tls?.ca);
  });
  after(() => platform.close());

  it("R-TLS-02 R-TLS-07 the platform's Jobs and a user connect by what their Secrets hold", async () => {
    assert.deepEqual(await topicFacts(await admin(), TOPICS), selfMonitorTopics(3));
    assert.equal((await platform.pods.jobLog("kafka-verify")).succeeded, true);
    const load = await startLoad({ ...(await platform.login("kafka-client-app")), topic: TOPIC });
    await load.more(300);
    assertUnharmed(await load.stop(), 300, "TLS and SCRAM");
  });

  it("R-TLS-01 R-TLS-05 Java's own tool opens the stores by their password: a key of the nodes, and who to trust for users", async () => {
    const folder = mkdtempSync(join(tmpdir(), "stores-"));
    const listed = (store: Buffer | undefined, password: string) => {
      const file = join(folder, "store.jks");
      writeFileSync(file, store ?? "");
      const args = ["-list", "-keystore", file, "-storetype", "JKS", "-storepass", password];
      return spawnSync("keytool", args, { encoding: "utf8" }).stdout;
    };
    try {
      const user = await secret("kafka-client-app", platform.clientNamespace);
      const password = String(user.get("truststore.password"));
      assert.match(listed(user.get("truststore.jks"), password), /trustedCertEntry/);
      const nodes = (await secret("kafka-certificate")).get("keystore.jks");
      assert.match(listed(nodes, String((await secret("kafka-stores")).get("password"))), /PrivateKeyEntry/);
      assert.doesNotMatch(listed(nodes, password), /PrivateKeyEntry/, "users may not read the nodes' key");
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it("R-TLS-06 R-LSN-03 every listener shows a certificate of the stack's authority for the names that are dialled", async () => {
    const { namespace } = platform.stack;
    const names = (pod: string, headless: string) => [
      `${pod}.${headless}`,
      `${pod}.${headless}.${namespace}.svc.cluster.local`,
      "localhost",
    ];
    for (const servername of [...names("kafka-0", HEADLESS), "kafka", `kafka.${namespace}.svc.cluster.local`]) {
      const { protocol, refused } = await handshake(await address("kafka-0"), 9092, { servername });
      assert.equal(protocol, "TLSv1.3", `${servername}: ${refused ?? ""}`);
    }
    for (const servername of names("kafka-controller-1", "kafka-controller-headless")) {
      // Without a certificate of its own nobody gets further than the handshake, which TLS 1.3 lets the client finish.
      const { refused } = await handshake(await address("kafka-controller-1"), 9093, { servername });
      assert.equal(refused, undefined, servername);
    }
  });

  it("R-TLS-02 what is wrong is refused: another authority, another host, an old protocol, no encryption, no certificate among nodes", async () => {
    const host = await address("kafka-1");
    const servername = `kafka-1.${HEADLESS}`;
    const refused = async (port: number, options: ConnectionOptions) =>
      (await handshake(host, port, { servername, ...options })).refused;
    assert.match(
      (await refused(9092, { ca: newAuthority("another authority").cert })) ?? "",
      /UNABLE_TO_VERIFY_LEAF_SIGNATURE|SELF_SIGNED_CERT_IN_CHAIN/,
    );
    assert.equal(await refused(9092, { servername: "kafka-1.elsewhere" }), "ERR_TLS_CERT_ALTNAME_INVALID");
    assert.match(
      (await refused(9092, { minVersion: "TLSv1", maxVersion: "TLSv1.1", ciphers: "DEFAULT@SECLEVEL=0" })) ?? "",
      /ALERT_PROTOCOL_VERSION|UNSUPPORTED|ECONNRESET/,
    );
    assert.match(
      (await refused(9091, { maxVersion: "TLSv1.2" })) ?? "",
      /BAD_CERTIFICATE|CERTIFICATE_REQUIRED|HANDSHAKE_FAILURE|ECONNRESET/i,
    );
    const node = clientCertificate(await authority(), "kafka-broker", -1, 1);
    for (const [port, shown] of [[9091, node] as const, [9092, {}] as const]) {
      // The same question is answered where it is encrypted; in plain text the server says at most that this is no TLS.
      assert.equal(answers(await ask({ host, port, tls: { servername, ca, ...shown } })), true, `${port} encrypted`);
      const said = await ask({ host, port });
      assert.deepEqual(
        [answers(said), said.length === 0 || said[0] === TLS_ALERT],
        [false, true],
        `${port} in plain text`,
      );
    }
  });

  it("R-TLS-02 among nodes a certificate of the stack's authority is taken while it is valid: not one that has ended, nor one of another authority", async () => {
    const signer = await authority();
    const [host, servername] = [await address("kafka-1"), `kafka-1.${HEADLESS}`];
    const outcome = async (from: number, to: number, by = signer) => {
      const { cert, key } = clientCertificate(by, "kafka-broker", from, to);
      // In TLS 1.2 a client learns of the refusal before it takes the connection for open.
      return (await handshake(host, 9091, { servername, cert, key, maxVersion: "TLSv1.2" })).refused;
    };
    assert.equal(await outcome(-1, 1), undefined);
    const refused = /CERTIFICATE_(EXPIRED|UNKNOWN)|UNKNOWN_CA|BAD_CERTIFICATE|ECONNRESET/i;
    assert.match((await outcome(-3, -1)) ?? "", refused, "ended");
    assert.match((await outcome(1, 3)) ?? "", refused, "to come");
    assert.match((await outcome(-1, 1, newAuthority("another authority"))) ?? "", refused, "of another authority");
  });

  it("R-TLS-02 a scanner finds TLS 1.2 and 1.3 alone, with ciphers that keep past records secret", async () => {
    // Listeners for nodes alone take nobody without a certificate.
    const node = clientCertificate(await authority(), "kafka-broker", -1, 1);
    for (const { name, host, port } of await listeners())
      assert.deepEqual(await scan(host, port, node), OF_TODAY, name);
  });

  it("R-USR-04 the examples of Node and of librdkafka connect by what a user's Secret holds", async () => {
    const librdkafka = await pythonPackage("confluent-kafka", "2.11.1");
    const folder = mkdtempSync(join(tmpdir(), "mounted-"));
    try {
      for (const [key, value] of await secret("kafka-client-app", platform.clientNamespace)) {
        writeFileSync(join(folder, key), value, { mode: 0o600 });
      }
      const args = [folder, TOPIC, "load-example"];
      const example = (file: string) => join(import.meta.dirname, "../../docs/examples", file);
      assert.match(
        await withClusterNames(process.execPath, [example("node.mjs"), ...args]),
        /^read back from user\.events/,
      );
      assert.match(
        await withClusterNames(PYTHON, [example("librdkafka.py"), ...args], { PYTHONPATH: librdkafka }),
        /^read back from user\.events/,
      );
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it("R-TLS-03 certificates are renewed under load: every listener shows the new ones, open connections stay, no pod restarts, nothing is lost", async () => {
    const restarts = async () =>
      (await pods()).map(({ metadata, status }) => [
        metadata?.uid,
        ...(status?.containerStatuses ?? []).map(({ restartCount }) => restartCount),
      ]);
    const all = await listeners();
    const serials = async () => {
      const shown = await Promise.all(all.map(({ host, port }) => handshake(host, port, { servername: "localhost" })));
      return new Map(all.map(({ name }, index) => [name, shown[index]?.serial]));
    };
    const [before, running] = [await serials(), await restarts()];
    const client = await platform.login("kafka-client-app");
    const connection = await openConnection(client);
    await connection.ask();
    const load = await startLoad({ ...client, topic: TOPIC });
    await load.more(300);
    await renewCertificate(platform.stack, "kafka-certificate");
    await renewCertificate(platform.stack, "kafka-controller-certificate");
    let stale: string[] = [];
    await until("every listener shows its new certificate", 240, async () => {
      const now = await serials();
      stale = [...now]
        .filter(([name, serial]) => serial === undefined || serial === before.get(name))
        .map(([name]) => name);
      return stale.length === 0;
    }).catch((error: unknown) => {
      throw new Error(`old ones at ${stale.join(", ")}`, { cause: error });
    });
    await load.more(300);
    await connection.ask();
    await connection.close();
    assertUnharmed(await load.stop(), 600, "certificates renewed");
    assert.deepEqual(await restarts(), running);
  });

  it("R-USR-02 no key of a node or of an authority is in the state, not even encrypted", async () => {
    const state = await platform.stack.openState();
    const password = (await admin()).sasl?.password;
    assert.ok(typeof password === "string" && state.includes(password), "the state is open to be searched");
    for (const name of ["kafka-ca", "kafka-certificate", "kafka-controller-certificate"]) {
      const key = String((await secret(name)).get("tls.key"));
      const [, body = ""] = key.split("\n");
      assert.ok(body.length > 40, name);
      for (const text of [Buffer.from(key).toString("base64"), body]) assert.ok(!state.includes(text), name);
    }
  });
});
