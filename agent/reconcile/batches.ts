/** Cutting long lists into requests. */

/** Lists of at most `size` items, in order. */
export function chunks<T>(items: readonly T[], size: number): T[][] {
  return weighed(items, () => 1, size);
}

/**
 * Lists whose weights add up to at most `limit`, in order; an item heavier than that comes alone.
 * A KRaft controller refuses a request that makes more than 10,000 metadata records (one a topic, partition and config).
 */
export function weighed<T>(items: readonly T[], weight: (item: T) => number, limit: number): T[][] {
  const lists: T[][] = [];
  let room = 0;
  for (const item of items) {
    const own = weight(item);
    if (lists.length === 0 || own > room) {
      lists.push([]);
      room = limit;
    }
    lists.at(-1)?.push(item);
    room -= own;
  }
  return lists;
}
