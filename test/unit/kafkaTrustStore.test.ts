import assert from "node:assert/strict";
import { X509Certificate } from "node:crypto";
import { javaTrustStore } from "../../kafka/trustStore.ts";

const PEM = `-----BEGIN CERTIFICATE-----
MIIBjzCCATWgAwIBAgIUFm1fVd6U2YVfkdXYQ1hR5KmoAWYwCgYIKoZIzj0EAwIw
HDEaMBgGA1UEAwwRYW5vdGhlciBhdXRob3JpdHkwIBcNMjYxMTIxMjI0MTA5WhgP
MjEyNjEwMjgyMjQxMDlaMBwxGjAYBgNVBAMMEWFub3RoZXIgYXV0aG9yaXR5MFkw
EwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEI8VyDN+aelR6SybnuR1fWmHqMtaPXtkD
HcJumfaGPlilh6ungokx7vEioaI7IcDWFPLjKS6j2zCedYYp+Dy1uKNTMFEwHQYD
VR0OBBYEFKO5nuJh5C0kUUaoymt4B2oTn+0yMB8GA1UdIwQYMBaAFKO5nuJh5C0k
UUaoymt4B2oTn+0yMA8GA1UdEwEB/wQFMAMBAf8wCgYIKoZIzj0EAwIDSAAwRQIh
ALi/jRZnraKjRjTQh7duqdKpN9UXL/szEFrrbK6Fi54SAiAqDVmK4e33wVSgTR7M
OOZjXD+btgTLOG4kTdtWdgGYPQ==
-----END CERTIFICATE-----
`;

const entries = (store: Buffer): number => store.readUInt32BE(8);

describe("a Java key store of who to trust", () => {
  it("R-TLS-01 holds every certificate, as it is", () => {
    const store = javaTrustStore(`${PEM}\n${PEM}`, "changeit");
    assert.equal(store.subarray(0, 8).toString("hex"), "feedfeed00000002");
    assert.equal(entries(store), 2);
    assert.ok(store.includes(new X509Certificate(PEM).raw));
  });

  it("is the same for the same, and another one for another password", () => {
    assert.deepEqual(javaTrustStore(PEM, "one"), javaTrustStore(PEM, "one"));
    assert.notDeepEqual(javaTrustStore(PEM, "one"), javaTrustStore(PEM, "two"));
  });

  it("is empty where there is nobody to trust", () => {
    assert.equal(entries(javaTrustStore("", "changeit")), 0);
  });
});
