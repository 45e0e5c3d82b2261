/**
 * A Java key store that holds certificates to trust and no key, for clients that take no PEM. Format: that of
 * sun.security.provider.JavaKeyStore, version 2, which every Java reads.
 */
import { createHash, X509Certificate } from "node:crypto";

const MAGIC = 0xfeedfeed;
const VERSION = 2;
const TRUSTED = 2;
/** What the format mixes into its digest. */
const SALT = "Mighty Aphrodite";

const CERTIFICATE = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g;

/**
 * @param pem certificates, one after the other
 * @param password for Java to check that the file is whole; it keeps nothing secret
 * @returns the file; the same one for the same arguments
 */
export function javaTrustStore(pem: string, password: string): Buffer {
  const certificates = (pem.match(CERTIFICATE) ?? []).map((one) => new X509Certificate(one).raw);
  const content = Buffer.concat([
    ...[MAGIC, VERSION, certificates.length].map(int),
    ...certificates.flatMap((der, index) => [
      int(TRUSTED),
      text(`ca-${index}`),
      // When the entry was made: never, or the file would be another one each time.
      Buffer.alloc(8),
      text("X.509"),
      int(der.length),
      der,
    ]),
  ]);
  const digest = createHash("sha1").update(Buffer.from(password, "utf16le").swap16()).update(SALT).update(content);
  return Buffer.concat([content, digest.digest()]);
}

function int(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}

function text(value: string): Buffer {
  const bytes = Buffer.from(value, "utf8");
  const length = Buffer.alloc(2);
  length.writeUInt16BE(bytes.length);
  return Buffer.concat([length, bytes]);
}
