/** Certificates of a test's own, by openssl: for clients that are late, early or strangers. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

export interface Signed {
  readonly cert: string;
  readonly key: string;
}

/** An authority's own certificate and key, in PEM. */
export type Signer = Signed;

const CONFIG = `[ca]
default_ca = test
[test]
database = index
new_certs_dir = .
rand_serial = yes
default_md = sha256
policy = any
x509_extensions = client
[any]
commonName = supplied
[client]
extendedKeyUsage = clientAuth
[req]
distinguished_name = any
`;

/** An authority that signed nothing but what the test has it sign. */
export const newAuthority = (commonName: string): Signer =>
  inFolder((openssl, read) => {
    const curve = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"];
    openssl("req", "-x509", ...curve, "-subj", `/CN=${commonName}`, "-days", "2", "-keyout", "key", "-out", "crt");
    return { cert: read("crt"), key: read("key") };
  });

/** A certificate for a client, valid from one day to another, counted from now. */
export const clientCertificate = (signer: Signer, commonName: string, fromDay: number, toDay: number): Signed =>
  issue(signer, commonName, [fromDay, toDay], CONFIG);

/** A certificate for a node, as a server with these names and as a client, valid for a day. */
export const serverCertificate = (signer: Signer, commonName: string, names: readonly string[]): Signed => {
  const also = `extendedKeyUsage = serverAuth,clientAuth\nsubjectAltName = ${names.map((name) => `DNS:${name}`).join(",")}`;
  return issue(signer, commonName, [-1, 1], CONFIG.replace("extendedKeyUsage = clientAuth", also));
};

const issue = (signer: Signer, commonName: string, [from, to]: readonly [number, number], config: string): Signed =>
  inFolder((openssl, read, write) => {
    for (const [file, text] of Object.entries({
      "ca.crt": signer.cert,
      "ca.key": signer.key,
      config,
      index: "",
    })) {
      write(file, text);
    }
    const curve = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"];
    openssl(
      "req",
      "-new",
      "-config",
      "config",
      ...curve,
      "-subj",
      `/CN=${commonName}`,
      "-keyout",
      "key",
      "-out",
      "csr",
    );
    const dates = ["-startdate", day(from), "-enddate", day(to)];
    const files = ["-cert", "ca.crt", "-keyfile", "ca.key", "-in", "csr", "-out", "crt"];
    openssl("ca", "-batch", "-notext", "-config", "config", ...files, ...dates);
    return { cert: read("crt"), key: read("key") };
  });

/** As openssl reads a time: `20261122093000Z`. */
const day = (days: number): string =>
  new Date(Date.now() + days * 86_400_000).toISOString().replace(/[-:T]|\.\d+/g, "");

/** @throws Error with what openssl says where it refuses */
function inFolder<T>(
  work: (
    openssl: (...args: string[]) => void,
    read: (file: string) => string,
    write: (file: string, text: string) => void,
  ) => T,
): T {
  const folder = mkdtempSync(join(tmpdir(), "issuing-"));
  const openssl = (...args: string[]) => {
    const { status, stderr } = spawnSync("openssl", args, { cwd: folder, encoding: "utf8" });
    if (status !== 0) throw new Error(`openssl ${args[0] ?? ""}: ${stderr}`);
  };
  const write = (file: string, text: string) => {
    writeFileSync(join(folder, file), text, { mode: 0o600 });
  };
  try {
    return work(openssl, (file) => readFileSync(join(folder, file), "utf8"), write);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
