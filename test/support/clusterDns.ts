/**
 * Lets this process find pods by the names that a cluster's DNS gives them: brokers advertise
 * `<pod>.<service>.<namespace>.svc.cluster.local`, and a client follows what they advertise.
 */
import dns, { type LookupAddress } from "node:dns";
import { isIP } from "node:net";

type Callback = (error: NodeJS.ErrnoException | null, address?: string | LookupAddress[], family?: number) => void;
type Lookup = (hostname: string, options: dns.LookupOptions | Callback, callback?: Callback) => void;

const CLUSTER_NAME = /\.svc\.cluster\.local\.?$/;

/**
 * Sends lookups of `*.svc.cluster.local` to the cluster's DNS server; all other names go the usual way.
 * @param server address of the DNS server, such as `10.244.0.1`
 * @returns puts the usual way back
 */
export function useClusterDns(server: string): () => void {
  const resolver = new dns.Resolver({ timeout: 1_000, tries: 3 });
  resolver.setServers([server]);
  const usual = dns.lookup;
  const lookup: Lookup = (hostname, options, callback) => {
    const done = typeof options === "function" ? options : (callback ?? (() => undefined));
    const settings = typeof options === "function" ? {} : options;
    if (!CLUSTER_NAME.test(hostname) || isIP(hostname) !== 0) {
      usual(hostname, settings, done);
      return;
    }
    resolver.resolve4(hostname, (error, addresses) => {
      const [first] = error ? [] : addresses;
      if (first === undefined)
        done(error ?? Object.assign(new Error(`no address of ${hostname}`), { code: "ENOTFOUND" }));
      else if (settings.all) done(null, [{ address: first, family: 4 }]);
      else done(null, first, 4);
    });
  };
  dns.lookup = Object.assign(lookup, { __promisify__: usual.__promisify__ }) as typeof dns.lookup;
  return () => {
    dns.lookup = usual;
  };
}

/** Lets this process find hosts at addresses that no name server knows; gives back how to undo that. */
export function useHosts(addresses: ReadonlyMap<string, string>): () => void {
  const usual = dns.lookup;
  const lookup: Lookup = (hostname, options, callback) => {
    const done = typeof options === "function" ? options : (callback ?? (() => undefined));
    const settings = typeof options === "function" ? {} : options;
    const address = addresses.get(hostname);
    if (address === undefined) usual(hostname, settings, done);
    else if (settings.all) done(null, [{ address, family: 4 }]);
    else done(null, address, 4);
  };
  dns.lookup = Object.assign(lookup, { __promisify__: usual.__promisify__ }) as typeof dns.lookup;
  return () => {
    dns.lookup = usual;
  };
}
