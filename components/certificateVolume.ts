/** The files of a certificate as a volume: key and certificate with those to trust, in one folder that changes as a whole. */
import { TLS_FILES } from "../kafka/tls.ts";
import type { NodeCertificate } from "./certificates.ts";

const NAME = "certificates";

export function certificateVolume({ secret, trust }: NodeCertificate) {
  const item = (file: string) => ({ key: file, path: file });
  const [keystore, ca] = [item(TLS_FILES.keystore), item(TLS_FILES.ca)];
  const sources = [
    { secret: { name: secret, items: [keystore, ...(trust === undefined ? [ca] : [])] } },
    ...(trust === undefined ? [] : [{ configMap: { name: trust, items: [ca] } }]),
  ];
  return { name: NAME, projected: { sources } } as const;
}

/** The whole folder: a file that is mounted by itself would never be brought up to date. */
export const certificateMount = (mountPath: string) => ({ name: NAME, mountPath, readOnly: true }) as const;
