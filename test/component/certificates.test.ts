import assert from "node:assert/strict";
import { KafkaCertificates, type KafkaCertificatesArgs } from "../../components/certificates.ts";
import { KafkaCertManager } from "../../components/certManager.ts";
import type { Rotation } from "../../kafka/authority.ts";
import { labels } from "../../kafka/labels.ts";
import { NODE_COMMON_NAME } from "../../kafka/tls.ts";
import { javaTrustStore } from "../../kafka/trustStore.ts";
import { identity } from "../support/fixtures.ts";
import { at, expectSecret, expectSecretOutput, type RecordedResource, valueOf, world } from "../support/world.ts";

const DAY = 86_400_000;
const ARGS: KafkaCertificatesArgs = {
  namespace: "kafka",
  labels: labels("kafka", identity),
  prefix: "kafka",
  issuer: null,
  authority: { generation: 1, rotation: "done" },
  jks: false,
  duration: 90 * DAY,
  renewBefore: 30 * DAY,
  sets: { kafka: ["*.kafka-headless", "localhost"], "kafka-controller": ["*.kafka-controller-headless"] },
  deletionProtection: true,
};
const make = (change: Partial<KafkaCertificatesArgs> = {}) =>
  world(() => new KafkaCertificates("certificates", { ...ARGS, ...change }));
const leavesOf = (found: readonly RecordedResource[]) =>
  found.filter((one) => at(one, "spec.commonName") === NODE_COMMON_NAME);
const called = (found: readonly RecordedResource[]) => found.map((one) => String(at(one, "metadata.name"))).sort();

describe("KafkaCertificates", () => {
  it("R-TLS-07 makes a self-signed root, an authority and an issuer in the namespace, and protects the authority", async () => {
    const { all } = await make();
    assert.deepEqual(called(all("Issuer")), ["kafka-ca", "kafka-root"]);
    const authority = all("Certificate").find((one) => at(one, "spec.isCA") === true);
    assert.ok(authority);
    assert.equal(at(authority, "spec.secretName"), "kafka-ca");
    assert.equal(at(authority, "spec.privateKey.rotationPolicy"), "Never", "what clients trust goes on to hold");
    assert.equal(authority.options.protect, true);
  });

  it("R-TLS-06 issues each set of nodes a certificate for its names, with a new key each time, in the form that Kafka reads", async () => {
    const { all } = await make();
    const leaves = leavesOf(all("Certificate"));
    assert.deepEqual(called(leaves), ["kafka-certificate", "kafka-controller-certificate"]);
    const brokers = leaves.find((one) => at(one, "metadata.name") === "kafka-certificate");
    assert.ok(brokers);
    assert.deepEqual(at(brokers, "spec.dnsNames"), ["*.kafka-headless", "localhost"]);
    assert.deepEqual(at(brokers, "spec.additionalOutputFormats"), [{ type: "CombinedPEM" }]);
    assert.equal(at(brokers, "spec.privateKey.encoding"), "PKCS8");
    assert.deepEqual([at(brokers, "spec.duration"), at(brokers, "spec.renewBefore")], ["2160h", "720h"]);
    assert.equal(at(brokers, "spec.issuerRef.name"), "kafka-ca");
  });

  it("R-TLS-01 R-TLS-05 has Java key stores made with a password that is drawn, where a stack asks for them", async () => {
    const { all, one } = await make({ jks: true });
    expectSecret(one("Secret", "certificates-stores"), "stringData");
    for (const leaf of leavesOf(all("Certificate"))) {
      const passwordSecretRef = { name: "kafka-stores", key: "password" };
      assert.deepEqual(at(leaf, "spec.keystores"), { jks: { create: true, passwordSecretRef } });
    }
    const [leaf] = leavesOf((await make()).all("Certificate"));
    assert.ok(leaf && at(leaf, "spec.keystores") === undefined);
  });

  it("R-TLS-01 R-TLS-05 has a Java key store of who to trust for users, who do not get the password of the nodes' stores", async () => {
    for (const jks of [false, true]) {
      const { result, all } = await make({ jks });
      assert.deepEqual(
        all("RandomPassword").map(({ name }) => name),
        [...(jks ? ["certificates-stores-password"] : []), "certificates-truststore-password"],
      );
      const { truststore } = result;
      await expectSecretOutput(truststore.password, "password");
      const store = Buffer.from(await valueOf(truststore.jks, "jks"), "base64");
      const [ca, password] = [await valueOf(result.ca, "ca"), await valueOf(truststore.password, "password")];
      assert.deepEqual(store, javaTrustStore(ca, password));
    }
  });

  it("R-TLS-03 brings another authority in beside the first, has it sign, and lets the first one go", async () => {
    const step = async (generation: number, rotation: Rotation) => {
      const { all } = await make({ authority: { generation, rotation } });
      const certificates = all("Certificate");
      const authorities = certificates.filter((one) => at(one, "spec.isCA") === true);
      return {
        authorities: called(authorities),
        protected: called(authorities.filter((one) => one.options.protect)),
        signs: [...new Set(leavesOf(certificates).map((one) => at(one, "spec.issuerRef.name")))],
        leaves: called(leavesOf(certificates)),
        trust: called(all("ConfigMap")),
      };
    };
    const [first, second] = [
      ["kafka-certificate", "kafka-controller-certificate"],
      ["kafka-certificate-2", "kafka-controller-certificate-2"],
    ];
    const both = ["kafka-ca", "kafka-ca-2"];
    const trust = ["kafka-trust-2-1"];
    assert.deepEqual(await step(2, "trust"), {
      ...{ authorities: both, protected: ["kafka-ca"], signs: ["kafka-ca"], leaves: first, trust },
    });
    assert.deepEqual(await step(2, "sign"), {
      ...{ authorities: both, protected: ["kafka-ca-2"], signs: ["kafka-ca-2"], leaves: second, trust },
    });
    assert.deepEqual(await step(2, "done"), {
      authorities: ["kafka-ca-2"],
      protected: ["kafka-ca-2"],
      signs: ["kafka-ca-2"],
      leaves: second,
      trust: ["kafka-trust-2"],
    });
  });

  it("R-TLS-07 learns the authority's certificate from one that no listener and no client takes", async () => {
    const { all } = await make();
    const anchor = all("Certificate").find((one) => at(one, "metadata.name") === "kafka-ca-anchor");
    assert.ok(anchor);
    assert.deepEqual(at(anchor, "spec.usages"), ["digital signature", "code signing"]);
  });

  it("R-TLS-04 has an issuer that is there sign them, and makes no authority", async () => {
    const { all } = await make({ issuer: { kind: "ClusterIssuer", name: "company" } });
    assert.deepEqual(all("Issuer"), []);
    for (const leaf of all("Certificate")) {
      assert.deepEqual(at(leaf, "spec.issuerRef"), {
        group: "cert-manager.io",
        kind: "ClusterIssuer",
        name: "company",
      });
    }
  });
});

describe("KafkaCertManager", () => {
  it("R-TLS-08 installs cert-manager with its resources into a namespace of its own", async () => {
    const { all } = await world(() => new KafkaCertManager("cert-manager", { deletionProtection: true }));
    const [release] = all("CertManager");
    assert.ok(release);
    assert.equal(at(release, "installCRDs"), true);
    assert.deepEqual(at(release, "helmOptions"), { namespace: "cert-manager", createNamespace: true });
    assert.equal(release.options.protect, true);
  });
});
