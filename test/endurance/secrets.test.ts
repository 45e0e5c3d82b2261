/** Everything secret of a platform under `scram-tls`, by value and in base64, from its first `up` to its end. */
import { loadRoles } from "../support/load.ts";
import { PlatformUnderTest } from "../support/platformUnderTest.ts";
import { SecretSearch } from "../support/secretSearch.ts";
import { STAGING } from "../support/selfMonitor.ts";

describe("what is secret", function () {
  this.timeout(1_800_000);
  let platform: PlatformUnderTest;
  let search: SecretSearch;

  before(async () => {
    platform = await PlatformUnderTest.open("secrets", {
      ...STAGING,
      security: { mode: "scram-tls" },
      certificates: { jks: true },
      users: { items: { app: { roles: loadRoles("user.events") } } },
    });
    search = new SecretSearch(platform);
    await search.up();
  });
  after(() => platform.close());

  it("R-USR-02 no password and no key is in manifests, state, previews, events, logs, arguments or environments, up to the end", async () => {
    await search.preview({
      kafka: { heap: "260m" },
      users: { items: { app: { credential: { generation: 2, keepPrevious: true } } } },
    });
    await search.destroy();
    search.assertHidden({
      of: [
        ...[/^kafka-ca tls.key$/, /^kafka-ca-anchor tls.key$/, /^kafka-certificate tls.key$/],
        ...[
          /^kafka-certificate tls-combined.pem$/,
          /^kafka-controller-certificate tls.key$/,
          /^kafka-stores password$/,
        ],
        ...[/^kafka-client-app truststore.password$/, /^kafka-client-app client.properties$/],
      ],
      at: [/^Certificate kafka-certificate$/, /^CertificateRequest kafka-certificate-/, /^ConfigMap kafka-trust-1$/],
    });
  });
});
