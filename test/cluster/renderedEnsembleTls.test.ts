/**
 * Real servers take what is rendered where an ensemble speaks TLS: three members and a broker as processes on loopback, the
 * members from plain text to TLS alone and back, one at a time, without an end of service.
 */
import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import type { ConnectionOptions } from "node:tls";
import { type EnsembleTls } from "../../kafka/ensembleTls.ts";
import { NODE_COMMON_NAME, TLS_FILES } from "../../kafka/tls.ts";
import { zooCfg } from "../../kafka/zookeeper.ts";
import { connection, handshake } from "../support/handshakes.ts";
import { clientCertificate, newAuthority, serverCertificate } from "../support/issuing.ts";
import { untilBrokersKnown, withAdmin } from "../support/kafkaFacts.ts";
import { type Files, Loopback, renderedFiles } from "../support/loopback.ts";
import { load } from "../support/settings.ts";
import { word as askMember } from "../support/zookeeperFacts.ts";

const INPUT = {
  kafka: { version: "3.9.2", replicas: 1 },
  zookeeper: { replicas: 3 },
  coordination: { mode: "zookeeper" },
  security: { mode: "scram-tls", betweenNodes: "scram" },
} as const;
const MEMBERS = [0, 1, 2];
const SECRET = {
  "broker-password": "among-brokers-only",
  "controller-password": "at-controllers-only",
  "admin-password": "of-the-admin-only",
};
const AUTHORITY = newAuthority("kafka-ca");
const FOREIGN = newAuthority("another authority");
const domains = ["zookeeper", "kafka-headless"].map((service) => `*.${service}.kafka.svc.cluster.local`);
const NODE = serverCertificate(AUTHORITY, NODE_COMMON_NAME, [...domains, "localhost"]);
const CERTIFICATES = { [TLS_FILES.keystore]: `${NODE.key}${NODE.cert}`, [TLS_FILES.ca]: AUTHORITY.cert };
const REFUSED = /ALERT|ECONNRESET|BAD_CERTIFICATE|EPIPE|closed/i;

/** What Kafka 3.9 brings along. */
const MOVES = "3.8.4";

/** It, and what a preset states. */
for (const version of ["3.8.3", MOVES])
  describe(`rendered files of an ensemble that speaks TLS: ZooKeeper ${version}`, function () {
    this.timeout(600_000);
    let pods: Loopback;
    let only: Files;
    const admin = () => ({
      brokers: pods.brokers(1),
      sasl: { mechanism: "SCRAM-SHA-512", username: "kafka-admin", password: SECRET["admin-password"] } as const,
      tls: { ca: AUTHORITY.cert },
      tlsServerName: true as const,
    });
    const filesAt = (tls: EnsembleTls): Files => {
      const { settings } = load(INPUT);
      const cfg = zooCfg(settings, Boolean(settings.zookeeper.storage.logs), tls);
      return { ...only, zookeeper: { ...only.zookeeper, "zoo.cfg": cfg } };
    };
    const start = (files: Files) => Promise.all(MEMBERS.map((member) => pods.start("zookeeper", member, files, "96m")));
    const host = (member: number) => pods.address("zookeeper", member);
    const word = (member: number, asked: string) => askMember(host(member), asked);
    const leader = async (): Promise<number> => {
      for (const member of MEMBERS) if ((await word(member, "srvr")).includes("Mode: leader")) return member;
      throw new Error("no member leads");
    };
    const outcome = (member: number, port: number, options: ConnectionOptions) =>
      connection(host(member), port, {
        ca: AUTHORITY.cert,
        servername: pods.host("zookeeper", member),
        ...options,
      });

    before(async () => {
      pods = await Loopback.of(INPUT.kafka.version, "kafka", { secret: SECRET, certificates: CERTIFICATES }, version);
      only = await renderedFiles(INPUT);
      await start(only);
      await pods.start("kafka", 0, only);
      await untilBrokersKnown(admin(), 1);
    });
    after(() => pods.close());

    it("R-TLS-02 R-USR-04 a broker is connected by 2281, its first users' passwords written by the same way", async () => {
      assert.match(pods.properties("kafka", 0).text, /^zookeeper\.connect=zookeeper-0[^,]*:2281,/m);
      const ids = pods.zookeeperAsBroker(0, "ls /brokers/ids", "get /config/users/kafka-admin");
      assert.match(ids, /^\[0\]$/m);
      assert.match(ids, /SCRAM-SHA-512/);
      const logs = MEMBERS.map((member) => pods.log("zookeeper", member)).join("");
      assert.match(logs, /Authenticated Id 'CN=kafka-broker' for scheme 'x509'/i);
      await withAdmin(admin(), (client) => client.createTopics({ topics: ["events"], partitions: 2, replicas: 1 }));
    });

    it("R-TLS-02 R-TLS-06 every port takes certificates of the authority by TLS 1.3 or 1.2, and nobody without one or with a foreign one", async () => {
      const leads = await leader();
      const ports = [
        ...MEMBERS.flatMap((member) => [[member, 2281] as const, [member, 3888] as const]),
        [leads, 2888] as const,
      ];
      for (const [member, port] of ports) {
        const where = `zookeeper-${member}:${port}`;
        for (const protocol of ["TLSv1.3", "TLSv1.2"] as const) {
          const [minVersion, maxVersion] = [protocol, protocol];
          const servername = pods.host("zookeeper", member);
          const found = await handshake(host(member), port, {
            ca: AUTHORITY.cert,
            servername,
            ...NODE,
            minVersion,
            maxVersion,
          });
          assert.equal(found.protocol, protocol, `${where} ${found.refused ?? ""}`);
          const foreign = clientCertificate(FOREIGN, NODE_COMMON_NAME, -1, 1);
          assert.match(await outcome(member, port, { minVersion, maxVersion }), REFUSED, `${where}: no certificate`);
          assert.match(
            await outcome(member, port, { ...foreign, minVersion, maxVersion }),
            REFUSED,
            `${where}: a foreign one`,
          );
        }
        assert.equal(await outcome(member, port, NODE), "open", where);
        assert.match(
          await outcome(member, port, { ...NODE, maxVersion: "TLSv1.1", minVersion: "TLSv1" }),
          /PROTOCOL|VERSION|ALERT/i,
        );
      }
    });

    it("R-CRD-14 R-TLS-02 plain text on 2181 gets four-letter words answered, and nothing else", async () => {
      for (const member of MEMBERS) {
        assert.equal(await word(member, "ruok"), "imok");
        assert.match(await word(member, "mntr"), /zk_server_state\t(leader|follower)/);
      }
      const answers = pods.zookeeper("ls /brokers/ids", "get /config/users/kafka-admin", "addauth digest a:b", "ls /");
      assert.doesNotMatch(answers, /SCRAM|^\[.*\]$/m);
      for (const command of ["create /mine x", "addauth x509 CN=kafka-broker"]) {
        assert.doesNotMatch(pods.zookeeper(command), /^Created/m);
      }
      assert.doesNotMatch(pods.zookeeperAsBroker(0, "ls /"), /mine/);
    });

    // One of them is enough to see the ensemble move.
    if (version !== MOVES) return;

    it("R-CRD-12 loses its leader, and elects another one over TLS", async () => {
      const lost = await leader();
      await pods.stop("zookeeper", lost, "SIGKILL");
      for (let tries = 0; ; tries++) {
        assert.ok(tries < 60, "another leader");
        await sleep(500);
        const others = await Promise.all(
          MEMBERS.filter((one) => one !== lost).map((one) => word(one, "srvr").catch(() => "")),
        );
        if (others.some((answer) => answer.includes("Mode: leader"))) break;
      }
      await pods.start("zookeeper", lost, only, "96m");
      await withAdmin(admin(), (client) => client.createTopics({ topics: ["after"], partitions: 1, replicas: 1 }));
    });

    it("goes from TLS alone to plain text and back again, one member at a time: two of three go on all along", async () => {
      for (const state of ["speaks", "accepts", "off", "accepts", "speaks", "only"] as const) {
        // The broker goes ahead on the way back, and follows on the way there; here it speaks TLS as long as there is a port.
        for (const member of [...MEMBERS].reverse()) {
          await pods.stop("zookeeper", member);
          await pods.start("zookeeper", member, filesAt(state), "96m");
          assert.equal(typeof (await leader()), "number", `${state}: member ${member}`);
        }
        const followers = /zk_synced_followers\t(\d)/.exec(await word(await leader(), "mntr"))?.[1];
        assert.equal(followers, "2", state);
        const plain = pods.zookeeper("ls /brokers");
        assert.equal(/^\[.*ids.*\]$/m.test(plain), state !== "only", `${state}: ${plain.slice(-300)}`);
        if (state !== "off") assert.match(pods.zookeeperAsBroker(0, "ls /brokers"), /^\[.*ids.*\]$/m, state);
      }
      await untilBrokersKnown(admin(), 1);
    });
  });
