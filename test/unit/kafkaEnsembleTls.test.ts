/** How far a ZooKeeper ensemble speaks TLS: what its members, its clients and its tools are told in each state. */
import assert from "node:assert/strict";
import { type Phase, phaseFacts } from "../../kafka/coordination.ts";
import {
  certifiesEnsemble,
  ENSEMBLE_TLS,
  type EnsembleTls,
  ensembleTls,
  usesEnsembleTls,
} from "../../kafka/ensembleTls.ts";
import { copiedScript, returnScript } from "../../kafka/migrationScripts.ts";
import { flatten } from "../../kafka/properties.ts";
import { brokerProperties, controllerProperties, type PropertiesInput } from "../../kafka/serverProperties.ts";
import { initScript } from "../../kafka/startScripts.ts";
import { type EnsembleInput, ensemblePorts, zooCfg } from "../../kafka/zookeeper.ts";
import { zookeeperAccess } from "../../kafka/zookeeperStorage.ts";
import { DEDICATED, withKafka } from "./kafkaInput.ts";

const STATES = ["off", "accepts", "speaks", "only"] as const satisfies readonly EnsembleTls[];
const security = (mode: PropertiesInput["security"]["mode"]) =>
  ({ security: { mode, betweenNodes: "scram" } }) as const;
const ENCRYPTED = security("scram-tls");
const ensemble = (change: Partial<EnsembleInput> = {}): EnsembleInput => ({
  namespace: { name: "kafka" },
  names: { zookeeper: "zookeeper" },
  zookeeper: { replicas: 3, chroot: null },
  ...ENCRYPTED,
  ...change,
});
const cfg = (tls: EnsembleTls, input = ensemble()) =>
  new Map(
    zooCfg(input, false, tls)
      .split("\n")
      .filter((line) => /^[^#=]+=/.test(line))
      .map((line) => [line.slice(0, line.indexOf("=")), line.slice(line.indexOf("=") + 1)] as const),
  );
const FILES = "/run/secrets/kafka-platform/certificates";

describe("TLS of a ZooKeeper ensemble", () => {
  it("R-TLS-02 follows the security mode: everything or nothing", () => {
    for (const mode of ["plaintext", "scram"] as const) {
      assert.equal(ensembleTls(security(mode)), "off");
      assert.equal(certifiesEnsemble(security(mode)) || usesEnsembleTls(security(mode)), false, mode);
    }
    assert.equal(ensembleTls(ENCRYPTED), "only");
    assert.ok(certifiesEnsemble(ENCRYPTED) && usesEnsembleTls(ENCRYPTED));
  });

  it("goes on with the listeners of brokers, a step at a time", () => {
    const { listeners } = withKafka({});
    const at = (mode: PropertiesInput["security"]["mode"], other: PropertiesInput["security"]["mode"]) =>
      ensembleTls({ security: { mode, betweenNodes: "tls", alongside: { mode: other, listeners } } });
    assert.deepEqual(
      [at("scram", "scram-tls"), at("scram-tls", "scram"), at("scram", "plaintext")],
      ["accepts", "speaks", "off"],
    );
  });

  it("has steps between which members that have rolled and members that have not understand each other", () => {
    for (const [index, state] of STATES.slice(1).entries()) {
      const [before, after] = [ENSEMBLE_TLS[STATES[index] ?? "off"], ENSEMBLE_TLS[state]];
      for (const [one, other] of [
        [before, after],
        [after, before],
      ] as const) {
        assert.ok(one.quorum ? other.certified : other.unified, `${state}: what one member speaks the other takes`);
        // Brokers follow the ensemble there, and go ahead of it on the way back.
        assert.ok(!one.brokers || (before.certified && after.certified), `${state}: a broker with TLS finds a port`);
      }
      assert.ok(!(after.enforced && !before.brokers), `${state}: nobody is shut out who still speaks plain text`);
    }
  });

  it("leaves an ensemble without TLS as it is", () => {
    assert.equal(zooCfg(ensemble(), false, "off"), zooCfg(ensemble(security("plaintext")), false));
    assert.doesNotMatch(zooCfg(ensemble(), false, "off"), /ssl|secure|enforce|Netty|portUnification/i);
  });

  it("R-CRD-11 R-TLS-02 opens 2281 beside 2181 as soon as members have a certificate", () => {
    for (const state of STATES) {
      const open = cfg(state);
      assert.equal(open.get("clientPort"), "2181");
      assert.equal(open.get("secureClientPort"), state === "off" ? undefined : "2281");
      assert.equal(ensemblePorts(state).secure, state === "off" ? undefined : 2281);
    }
  });

  it("R-TLS-02 has members speak TLS, and take plain text as long as one of them may speak it", () => {
    const among = STATES.map((state) => [cfg(state).get("sslQuorum"), cfg(state).get("portUnification")]);
    assert.deepEqual(among, [
      [undefined, undefined],
      ["false", "true"],
      ["true", "true"],
      ["true", "false"],
    ]);
  });

  it("R-CRD-14 R-TLS-02 refuses sessions without a certificate in the end, and not before; four-letter words stay", () => {
    const enforced = STATES.map((state) => [
      cfg(state).get("enforce.auth.enabled"),
      cfg(state).get("enforce.auth.schemes"),
    ]);
    const no = [undefined, undefined];
    assert.deepEqual(enforced, [no, no, no, ["true", "x509"]]);
    assert.equal(cfg("only").get("4lw.commands.whitelist"), "ruok,srvr,stat,mntr");
  });

  it("R-TLS-02 R-TLS-06 asks peers and clients for certificates of the authority, with protocols and ciphers of today", () => {
    for (const state of STATES.slice(1)) {
      const found = cfg(state);
      assert.equal(found.get("serverCnxnFactory"), "org.apache.zookeeper.server.NettyServerCnxnFactory");
      for (const prefix of ["ssl", "ssl.quorum"]) {
        assert.equal(found.get(`${prefix}.clientAuth`), "need");
        assert.equal(found.get(`${prefix}.keyStore.type`), "PEM");
        assert.equal(found.get(`${prefix}.trustStore.type`), "PEM");
        assert.equal(found.get(`${prefix}.keyStore.location`), `${FILES}/tls-combined.pem`);
        assert.equal(found.get(`${prefix}.trustStore.location`), `${FILES}/ca.crt`);
        assert.equal(found.get(`${prefix}.enabledProtocols`), "TLSv1.3,TLSv1.2");
        assert.match(
          found.get(`${prefix}.ciphersuites`) ?? "",
          /^(TLS_(ECDHE_ECDSA_WITH_)?AES_(128|256)_GCM_SHA\d+,?){4}$/,
        );
      }
    }
  });

  it("R-TLS-06 has members check each other's names, but where a mesh hides who connects", () => {
    const checks = (istioInjection?: boolean) => {
      const namespace = { name: "kafka", ...(istioInjection === undefined ? {} : { istioInjection }) };
      return cfg("only", ensemble({ namespace })).get("ssl.quorum.hostnameVerification");
    };
    assert.deepEqual([checks(), checks(false), checks(true)], ["true", "true", "false"]);
    assert.equal(cfg("only").get("fips-mode"), "false");
    assert.equal(cfg("only").get("ssl.quorum.clientHostnameVerification"), "false");
  });
});

describe("whoever connects to a ZooKeeper ensemble with TLS", () => {
  const at = (phase: Phase, of: ReturnType<typeof security> = ENCRYPTED): PropertiesInput =>
    withKafka({ version: "3.9.2" }, { ...DEDICATED, ...of, coordination: { mode: "zookeeper", phase } });
  const found = (input: PropertiesInput, of: typeof brokerProperties) =>
    new Map(flatten(of({ ...input, kafka: { ...input.kafka, version: "3.9.2" } })));
  const TLS: Readonly<Record<string, string>> = {
    "zookeeper.ssl.client.enable": "true",
    "zookeeper.clientCnxnSocket": "org.apache.zookeeper.ClientCnxnSocketNetty",
    "zookeeper.ssl.keystore.type": "PEM",
    "zookeeper.ssl.keystore.location": `${FILES}/tls-combined.pem`,
    "zookeeper.ssl.truststore.type": "PEM",
    "zookeeper.ssl.truststore.location": `${FILES}/ca.crt`,
    "zookeeper.ssl.protocol": "TLSv1.3",
    "zookeeper.ssl.endpoint.identification.algorithm": "HTTPS",
  };
  const ofTls = (properties: ReadonlyMap<string, string>) =>
    Object.fromEntries([...properties].filter(([key]) => /^zookeeper\.(ssl|clientCnxn)/.test(key)));

  it("R-TLS-02 is told so in its properties, and goes to 2281: brokers, and controllers on the way to KRaft", () => {
    for (const phase of ["zookeeper", "controllers", "dual-write", "rollback"] as const) {
      const brokers = found(at(phase), brokerProperties);
      assert.deepEqual(ofTls(brokers), TLS, phase);
      assert.match(brokers.get("zookeeper.connect") ?? "", /^(zookeeper-\d[^:]*:2281,?){3}$/);
      if (phaseFacts(at(phase).coordination).controllers === "none") continue;
      assert.deepEqual(ofTls(found(at(phase), controllerProperties)), TLS, `controllers, ${phase}`);
    }
    assert.deepEqual(ofTls(found(at("brokers-kraft"), brokerProperties)), {});
    assert.deepEqual(ofTls(found(at("brokers-kraft"), controllerProperties)), TLS);
    assert.deepEqual(ofTls(found(at("kraft"), controllerProperties)), {});
  });

  it("stays on 2181 without TLS", () => {
    const brokers = found(at("zookeeper", security("scram")), brokerProperties);
    assert.deepEqual(ofTls(brokers), {});
    assert.match(brokers.get("zookeeper.connect") ?? "", /^(zookeeper-\d[^:]*:2181,?){3}$/);
  });

  it("R-USR-02 R-TLS-02 connects by the node's own properties while it is prepared, keys and passwords in files", () => {
    const script = (of: Pick<EnsembleInput, "security">) =>
      initScript({
        distribution: "apache",
        nodeIdBase: 0,
        node: "zookeeper",
        zookeeper: zookeeperAccess(ensemble(of)),
        firstUsers: { "kafka-admin": "admin-password" },
      });
    const members = ensemble().zookeeper.replicas;
    const text = script(ENCRYPTED);
    assert.equal(text.match(/:2281/g)?.length, 3 * members, "its client, what it says, and the first users");
    assert.match(text, /zookeeper-shell\.sh' 'zookeeper-0[^']*' -zk-tls-config-file "\$properties" 2>&1/);
    assert.match(text, /--zookeeper 'zookeeper-0[^']*' --zk-tls-config-file "\$properties" --alter/);
    assert.doesNotMatch(script(security("scram")), /tls-config-file|2281/);
  });

  it("R-CRD-30 R-TLS-02 connects by a file of its own in the Job between two phases", () => {
    for (const make of [copiedScript, returnScript]) {
      const script = (of: Pick<EnsembleInput, "security">) =>
        make({ distribution: "apache", access: zookeeperAccess(ensemble(of)), controllers: ["c-0"] });
      const [, file = ""] = /<<'END'\n([^]*?)END\n/.exec(script(ENCRYPTED)) ?? [];
      assert.deepEqual(
        file.trim().split("\n"),
        Object.entries(TLS).map(([key, value]) => `${key}=${value}`),
      );
      assert.match(script(ENCRYPTED), /zookeeper-shell\.sh' '[^']*:2281' -zk-tls-config-file "\$properties" 2>&1/);
      assert.doesNotMatch(script(security("scram")), /properties|2281/);
    }
  });
});
