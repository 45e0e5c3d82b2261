/** Everything secret of a platform, by value and in base64, from its first `up` over other passwords and a roll to its end. */
import type { SettingsInput } from "../../stacks/settings/schema.ts";
import { loadRoles } from "../support/load.ts";
import { PlatformUnderTest } from "../support/platformUnderTest.ts";
import { SecretSearch } from "../support/secretSearch.ts";
import { STAGING } from "../support/selfMonitor.ts";

const app = (credential: { generation: number; keepPrevious?: boolean }): SettingsInput => ({
  users: { items: { app: { roles: loadRoles("user.events"), credential } } },
});

/** What must have been looked for, by Secret and key, and where, in each mode. */
const MODES = {
  scram: {
    of: [/^kafka-client-app client.properties$/, /^kafka-nodes /],
    at: [/^log of kafka-controller-0 /],
  },
  "scram-tls": {
    of: [
      ...[/^kafka-ca tls.key$/, /^kafka-ca-anchor tls.key$/, /^kafka-certificate tls.key$/],
      ...[/^kafka-certificate tls-combined.pem$/, /^kafka-controller-certificate tls.key$/, /^kafka-stores password$/],
      ...[/^kafka-client-app truststore.password$/, /^kafka-client-app client.properties$/],
    ],
    at: [/^Certificate kafka-certificate$/, /^CertificateRequest kafka-certificate-/, /^ConfigMap kafka-trust-1$/],
  },
} as const;

for (const mode of ["scram", "scram-tls"] as const) {
  describe(`what is secret under ${mode}`, function () {
    this.timeout(1_800_000);
    let platform: PlatformUnderTest;
    let search: SecretSearch;

    before(async () => {
      const certificates = mode === "scram-tls" ? { jks: true } : {};
      platform = await PlatformUnderTest.open("secrets", { ...STAGING, security: { mode }, certificates });
      search = new SecretSearch(platform);
      await search.up(app({ generation: 1 }));
    });
    after(() => platform.close());

    it("R-USR-02 no password and no key is in manifests, state, previews, events, logs, arguments or environments, up to the end", async () => {
      const rotated = app({ generation: 2, keepPrevious: true });
      await search.preview({ ...rotated, kafka: { heap: "260m" } });
      await search.up(rotated);
      await search.up({ ...app({ generation: 2 }), kafka: { heap: "260m" } });
      await search.destroy();
      search.assertHidden(MODES[mode]);
    });
  });
}
