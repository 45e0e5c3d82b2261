/**
 * Takes renewed certificates over while the node runs: the kubelet brings the files up to date, and the node reads them again
 * when it is told the keys that name them once more. Connections that are open stay so.
 */
import { setTimeout as sleep } from "node:timers/promises";

export interface Certificates {
  /** Text of the files that hold the node's certificate and those that it trusts. */
  readonly read: () => string;
  /** Makes the node read them again. */
  readonly reload: () => Promise<void>;
}

/** Milliseconds between two looks; the kubelet takes up to two minutes to bring a file. */
const PERIOD = 10_000;

/** Whether what is there was taken over. One look. */
export async function renew(
  certificates: Certificates,
  taken: string | undefined,
  log: (line: string) => void,
): Promise<string | undefined> {
  try {
    const found = certificates.read();
    if (found === taken) return taken;
    await certificates.reload();
    // What the node started with is told it too: the files may have changed between its start and the first look.
    log(taken === undefined ? "certificates are as mounted" : "certificates were renewed and taken over");
    return found;
  } catch (error) {
    log(`certificates: ${error instanceof Error ? error.message : String(error)}`);
    return taken;
  }
}

/** Looks from time to time, for as long as something else keeps the process alive. */
export async function watchRenewals(certificates: Certificates, log: (line: string) => void): Promise<never> {
  let taken: string | undefined;
  let said = "";
  const once = (line: string) => {
    if (line !== said) log(line);
    said = line;
  };
  for (;;) {
    taken = await renew(certificates, taken, once);
    await sleep(PERIOD, undefined, { ref: false });
  }
}
