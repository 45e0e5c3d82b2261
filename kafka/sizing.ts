/** Formulas for memory and disk. Sources: Kafka's operations guide (page cache), JVM accounting of small and large brokers. */

const KI = 2 ** 10;
const MI = 2 ** 20;
const GI = 2 ** 30;

/** A larger heap only lengthens collections: what a broker reads from is the page cache. */
const HEAP_CAP = 6 * GI;
/** The guide's rule: room to buffer 30 s of writes. */
const CACHE_SECONDS = 30;

/** JVM heap for a memory limit in bytes: half of it, 6 GiB at most, as text such as `512m` or `6g`. */
export function defaultHeap(memoryLimit: number): string {
  const mebibytes = Math.max(1, Math.floor(Math.min(memoryLimit / 2, HEAP_CAP) / MI));
  return mebibytes % KI === 0 ? `${mebibytes / KI}g` : `${mebibytes}m`;
}

/** Memory limit of a container: what was asked for where no limit is stated, as page cache beyond it could be taken away. */
export function memoryLimit(resources: {
  readonly requests: { readonly memory: string };
  readonly limits: { readonly memory?: string | undefined };
}): string {
  return resources.limits.memory ?? resources.requests.memory;
}

/** Memory of a JVM beside its heap (metaspace, threads, direct buffers, code), in bytes: it grows with the heap, up to 1 GiB. */
export function jvmOverhead(heap: number): number {
  return Math.min(GI, 128 * MI + heap / 4);
}

export interface WriteLoad {
  /** Mean records a second that producers write to the whole cluster. */
  readonly messagesPerSecond: number;
  /** Mean bytes of a record. */
  readonly recordBytes: number;
}

/** Bytes a second that each broker writes, its followers' share included. */
export function writeRate(load: WriteLoad, replicationFactor: number, brokers: number): number {
  return (load.messagesPerSecond * load.recordBytes * replicationFactor) / brokers;
}

export interface MemoryBudget {
  readonly limit: number;
  readonly heap: number;
  readonly overhead: number;
  /** What the limit leaves to the page cache, which is charged to the same cgroup; negative when heap and overhead exceed it. */
  readonly cache: number;
  /** What 30 s of writes need; 0 without a stated load. */
  readonly cacheNeeded: number;
  /** The smallest limit that holds heap, overhead and needed cache. */
  readonly needed: number;
  readonly fits: boolean;
}

/** Where the memory of a broker goes, all in bytes. @param rate bytes a second from {@link writeRate}; default 0 */
export function memoryBudget(limit: number, heap: number, rate = 0): MemoryBudget {
  const overhead = jvmOverhead(heap);
  const cacheNeeded = rate * CACHE_SECONDS;
  const needed = heap + overhead + cacheNeeded;
  return { limit, heap, overhead, cache: limit - heap - overhead, cacheNeeded, needed, fits: needed <= limit };
}

export interface RetainedData {
  readonly load: WriteLoad;
  /** Milliseconds; -1 is unlimited. */
  readonly retention: number;
  readonly replicationFactor: number;
  readonly brokers: number;
  /** Size bound of all partitions together, before replication, in bytes; `undefined` when any is unbounded. */
  readonly sizeBound?: number | undefined;
}

/** Bytes that each broker keeps at the stated load: by time or by size, whichever bound is reached first; may be infinite. */
export function diskNeed({ load, retention, replicationFactor, brokers, sizeBound }: RetainedData): number {
  const rate = writeRate(load, replicationFactor, brokers);
  const byTime = retention < 0 ? Number.POSITIVE_INFINITY : rate * (retention / 1000);
  const bySize = sizeBound === undefined ? Number.POSITIVE_INFINITY : (sizeBound * replicationFactor) / brokers;
  return rate === 0 ? 0 : Math.min(byTime, bySize);
}

/** How long a disk lasts at the stated load before retention frees anything, in milliseconds; may be infinite. */
export function timeToFull(disk: number, load: WriteLoad, replicationFactor: number, brokers: number): number {
  return (disk / writeRate(load, replicationFactor, brokers)) * 1000;
}
