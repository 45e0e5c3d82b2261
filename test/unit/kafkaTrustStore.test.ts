import assert from "node:assert/strict";
import { X509Certificate } from "node:crypto";
import { javaTrustStore } from "../../kafka/trustStore.ts";
import { OTHER_CA } from "../support/otherAuthority.ts";

const entries = (store: Buffer): number => store.readUInt32BE(8);

describe("a Java key store of who to trust", () => {
  it("R-TLS-01 holds every certificate, as it is", () => {
    const store = javaTrustStore(`${OTHER_CA}\n${OTHER_CA}`, "changeit");
    assert.equal(store.subarray(0, 8).toString("hex"), "feedfeed00000002");
    assert.equal(entries(store), 2);
    assert.ok(store.includes(new X509Certificate(OTHER_CA).raw));
  });

  it("is the same for the same, and another one for another password", () => {
    assert.deepEqual(javaTrustStore(OTHER_CA, "one"), javaTrustStore(OTHER_CA, "one"));
    assert.notDeepEqual(javaTrustStore(OTHER_CA, "one"), javaTrustStore(OTHER_CA, "two"));
  });

  it("is empty where there is nobody to trust", () => {
    assert.equal(entries(javaTrustStore("", "changeit")), 0);
  });
});
