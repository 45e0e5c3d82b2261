import assert from "node:assert/strict";
import { KafkaCertificates, type KafkaCertificatesArgs } from "../../components/certificates.ts";
import { KafkaCertManager } from "../../components/certManager.ts";
import { labels } from "../../kafka/labels.ts";
import { identity } from "../support/fixtures.ts";
import { at, expectSecret, type RecordedResource, world } from "../support/world.ts";

const DAY = 86_400_000;
const ARGS: KafkaCertificatesArgs = {
  namespace: "kafka",
  labels: labels("kafka", identity),
  prefix: "kafka",
  issuer: null,
  jks: false,
  duration: 90 * DAY,
  renewBefore: 30 * DAY,
  sets: { kafka: ["*.kafka-headless", "localhost"], "kafka-controller": ["*.kafka-controller-headless"] },
  deletionProtection: true,
};
const make = (issuer: KafkaCertificatesArgs["issuer"] = null, jks = false) =>
  world(() => new KafkaCertificates("certificates", { ...ARGS, issuer, jks }));
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
    const leaves = all("Certificate").filter((one) => at(one, "spec.isCA") !== true);
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
    const { all, one } = await make(null, true);
    expectSecret(one("Secret", "certificates-stores"), "stringData");
    for (const leaf of all("Certificate").filter((cert) => at(cert, "spec.isCA") !== true)) {
      const passwordSecretRef = { name: "kafka-stores", key: "password" };
      assert.deepEqual(at(leaf, "spec.keystores"), { jks: { create: true, passwordSecretRef } });
    }
    const [leaf] = (await make()).all("Certificate").filter((cert) => at(cert, "spec.isCA") !== true);
    assert.ok(leaf && at(leaf, "spec.keystores") === undefined);
  });

  it("R-TLS-04 has an issuer that is there sign them, and makes no authority", async () => {
    const { all } = await make({ kind: "ClusterIssuer", name: "company" });
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
