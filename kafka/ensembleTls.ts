/**
 * How far a ZooKeeper ensemble speaks TLS. The states are the steps by which ZooKeeper itself brings TLS to members that run
 * (administrator's guide, "Upgrading existing non-TLS cluster with no downtime"): between two that follow each other it rolls.
 */
import { encrypts, type SecurityInput } from "./security.ts";

export type EnsembleTls =
  /** Plain text, and nothing else. */
  | "off"
  /** Members take TLS and speak plain text; brokers may do either. */
  | "accepts"
  /** Members take plain text and speak TLS, as brokers do. */
  | "speaks"
  /** Whoever shows no certificate gets nothing but the answers to four-letter words. */
  | "only";

type Security = Pick<SecurityInput, "security">;

/** Follows the listeners of brokers, in step with these. */
export function ensembleTls(input: Security): EnsembleTls {
  const { mode, alongside } = input.security;
  if (!encrypts(input)) return "off";
  if (mode !== "scram-tls") return "accepts";
  return alongside ? "speaks" : "only";
}

/** What a state means for each side. */
export interface EnsembleTlsFacts {
  /** Members have a certificate, and a port for clients with TLS. */
  readonly certified: boolean;
  /** Members speak TLS to each other. */
  readonly quorum: boolean;
  /** Members take plain text from each other. */
  readonly unified: boolean;
  /** Brokers, and what else keeps something there, connect with TLS. */
  readonly brokers: boolean;
  /** Sessions without a certificate are refused. */
  readonly enforced: boolean;
}

export const ENSEMBLE_TLS: Readonly<Record<EnsembleTls, EnsembleTlsFacts>> = {
  off: { certified: false, quorum: false, unified: true, brokers: false, enforced: false },
  accepts: { certified: true, quorum: false, unified: true, brokers: false, enforced: false },
  speaks: { certified: true, quorum: true, unified: true, brokers: true, enforced: false },
  only: { certified: true, quorum: true, unified: false, brokers: true, enforced: true },
};

/** Whether members have a certificate. */
export const certifiesEnsemble = (input: Security): boolean => ENSEMBLE_TLS[ensembleTls(input)].certified;

/** Whether brokers, controllers and tools connect to the ensemble with TLS. */
export const usesEnsembleTls = (input: Security): boolean => ENSEMBLE_TLS[ensembleTls(input)].brokers;
