/** A producer whose transactions all brokers take. */
import { type API, addPartitionsToTxnV3, type Callback, kGetApi, Producer } from "@platformatic/kafka";

/**
 * From version 4 on the request that adds partitions to a transaction is for brokers among themselves (KIP-890). The library
 * takes the newest that a broker knows; brokers whose `transaction.version` is below 2, as after an upgrade of the binaries
 * alone, then refuse it as unsupported, and others ask for rights that no client has.
 */
export class TransactionalProducer<K = Buffer, V = Buffer, HK = Buffer, HV = Buffer> extends Producer<K, V, HK, HV> {
  override [kGetApi]<A extends unknown[], R>(name: string, callback: Callback<API<A, R>>): void {
    if (name === "AddPartitionsToTxn") callback(null, addPartitionsToTxnV3.api as unknown as API<A, R>);
    else super[kGetApi](name, callback);
  }
}
