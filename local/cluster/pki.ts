import { randomBytes } from "node:crypto";
import { chmodSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { stringify } from "yaml";
import { once } from "../cache.ts";
import { run } from "../run.ts";
import { type Layout, net, nodeName } from "./layout.ts";

const days = ["-days", "3650"];
const newKey = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"];

/** Makes the cluster's authority, certificates, service-account key and token once, and its kubeconfig. */
export async function makePki(at: Layout): Promise<void> {
  await once(at.pki, async (folder) => {
    const openssl = (...args: string[]): Promise<string> => run("openssl", args, { cwd: folder });
    await openssl(
      "req",
      "-x509",
      ...newKey,
      "-keyout",
      "ca.key",
      "-out",
      "ca.crt",
      ...days,
      "-subj",
      "/CN=kafka-platform-local",
    );
    const names = ["localhost", "kubernetes", "kubernetes.default", "kubernetes.default.svc"].map(
      (name) => `DNS:${name}`,
    );
    const addresses = ["127.0.0.1", net.firstService, net.node].map((address) => `IP:${address}`);
    await Promise.all([
      leaf("api", "/CN=kube-apiserver", `subjectAltName=${[...names, ...addresses].join(",")}`),
      leaf("kubelet-client", "/O=system:masters/CN=apiserver-kubelet-client", "extendedKeyUsage=clientAuth"),
      openssl("ecparam", "-genkey", "-name", "prime256v1", "-noout", "-out", "sa.key"),
    ]);
    writeFileSync(join(folder, "tokens.csv"), `${randomBytes(24).toString("hex")},admin,admin,"system:masters"\n`);
    for (const secret of ["ca.key", "api.key", "kubelet-client.key", "sa.key", "tokens.csv"]) {
      chmodSync(join(folder, secret), 0o600);
    }

    async function leaf(name: string, subject: string, extensions: string): Promise<void> {
      writeFileSync(join(folder, `${name}.ext`), `${extensions}\n`);
      await openssl("req", ...newKey, "-keyout", `${name}.key`, "-out", `${name}.csr`, "-subj", subject);
      const authority = ["-CA", "ca.crt", "-CAkey", "ca.key", "-set_serial", `0x${randomBytes(8).toString("hex")}`];
      await openssl(
        "x509",
        "-req",
        "-in",
        `${name}.csr`,
        ...authority,
        "-out",
        `${name}.crt`,
        ...days,
        "-extfile",
        `${name}.ext`,
      );
    }
  });
  writeFileSync(at.kubeconfig, kubeconfig(at), { mode: 0o600 });
}

/** The administrator's token. */
export function adminToken(at: Layout): string {
  return readFileSync(join(at.pki, "tokens.csv"), "utf8").split(",")[0] ?? "";
}

/** A kubeconfig that holds all it needs, so it may be copied. */
function kubeconfig(at: Layout): string {
  const name = "kafka-platform-local";
  const authority = readFileSync(join(at.pki, "ca.crt")).toString("base64");
  return stringify({
    apiVersion: "v1",
    kind: "Config",
    clusters: [{ name, cluster: { server: net.api, "certificate-authority-data": authority } }],
    users: [{ name: nodeName, user: { token: adminToken(at) } }],
    contexts: [{ name, context: { cluster: name, user: nodeName } }],
    "current-context": name,
  });
}
