import assert from "node:assert/strict";
import fc from "fast-check";
import { type BrokerPlace, type Move, type Placement, planDrain, planSpread } from "../../agent/reassign/plan.ts";

const brokersOf = (count: number, racks: number): BrokerPlace[] =>
  Array.from({ length: count }, (_, id) => ({ id, rack: racks === 0 ? null : `zone-${id % racks}` }));

/** A cluster whose partitions lie anywhere: brokers, racks (0 for none), and replicas that a seed deals out. */
const clusters = fc
  .record({
    count: fc.integer({ min: 1, max: 9 }),
    racks: fc.constantFrom(0, 0, 2, 3),
    topics: fc.array(
      fc.record({ partitions: fc.integer({ min: 1, max: 12 }), factor: fc.integer({ min: 1, max: 4 }) }),
      {
        minLength: 1,
        maxLength: 6,
      },
    ),
    deal: fc.infiniteStream(fc.nat(1000)),
  })
  .map(({ count, racks, topics, deal }) => {
    const next = (): number => deal.next().value as number;
    const placements = topics.flatMap(({ partitions, factor }, topic) =>
      Array.from({ length: partitions }, (_, partition): Placement => {
        const left = Array.from({ length: count }, (__, id) => id);
        const replicas = Array.from(
          { length: Math.min(factor, count) },
          () => left.splice(next() % left.length, 1)[0] ?? 0,
        );
        return { topic: `t${topic}`, partition, replicas };
      }),
    );
    return { brokers: brokersOf(count, racks), placements };
  });

const name = ({ topic, partition }: Placement) => `${topic}-${partition}`;
const after = (placements: readonly Placement[], moves: readonly Move[]): Placement[] => {
  const moved = new Map(moves.map((move) => [name(move), move]));
  return placements.map((one) => moved.get(name(one)) ?? one);
};
const loads = (placements: readonly Placement[], brokers: readonly BrokerPlace[]): number[] =>
  brokers.map(({ id }) => placements.filter(({ replicas }) => replicas.includes(id)).length);
const gap = (numbers: readonly number[]) => Math.max(...numbers) - Math.min(...numbers);
const copied = (moves: readonly Move[]) =>
  moves.reduce((sum, { replicas, from }) => sum + replicas.filter((id) => !from.includes(id)).length, 0);
const racksOf = (replicas: readonly number[], brokers: readonly BrokerPlace[]) =>
  new Set(
    replicas
      .flatMap((id) => brokers.filter((broker) => broker.id === id && broker.rack !== null))
      .map(({ rack }) => rack),
  ).size;

/** What holds of every plan: the same partitions, the same replication factor, known brokers, none twice. */
function expectSound(before: readonly Placement[], moves: readonly Move[], brokers: readonly BrokerPlace[]): void {
  const known = new Map(before.map((one) => [name(one), one]));
  const ids = new Set(brokers.map(({ id }) => id));
  for (const move of moves) {
    assert.deepEqual(move.from, known.get(name(move))?.replicas);
    assert.equal(move.replicas.length, move.from.length, `${name(move)}: another replication factor`);
    assert.equal(new Set(move.replicas).size, move.replicas.length, `${name(move)}: a broker twice`);
    assert.notDeepEqual(move.replicas, move.from);
    for (const id of move.replicas) assert.ok(ids.has(id), `${name(move)}: on unknown broker ${id}`);
  }
}

describe("reassignment plans", () => {
  describe("R-OPS-02 spread", () => {
    it("evens brokers out to within one replica, with as few copies as can be, where there are no racks", () => {
      fc.assert(
        fc.property(clusters, ({ brokers: all, placements }) => {
          const brokers = all.map(({ id }) => ({ id, rack: null }));
          const moves = planSpread(placements, brokers);
          expectSound(placements, moves, brokers);
          const now = loads(after(placements, moves), brokers);
          assert.ok(gap(now) <= 1, now.join());
          // What any plan must copy at least: each broker to its share, the larger shares to the fullest.
          const before = loads(placements, brokers).sort((a, b) => b - a);
          const total = before.reduce((sum, load) => sum + load, 0);
          const share = (rank: number) => Math.floor(total / before.length) + (rank < total % before.length ? 1 : 0);
          assert.equal(
            copied(moves),
            before.reduce((sum, load, rank) => sum + Math.max(0, load - share(rank)), 0),
          );
        }),
      );
    });

    it("never takes a partition out of a rack, and never makes the brokers more uneven", () => {
      fc.assert(
        fc.property(clusters, ({ brokers, placements }) => {
          const moves = planSpread(placements, brokers);
          expectSound(placements, moves, brokers);
          for (const { replicas, from } of moves) assert.ok(racksOf(replicas, brokers) >= racksOf(from, brokers));
          const done = after(placements, moves);
          assert.ok(gap(loads(done, brokers)) <= Math.max(1, gap(loads(placements, brokers))));
          assert.deepEqual(planSpread(done, brokers), [], "a plan that is carried out leaves nothing to do");
        }),
      );
    });

    it("gives two new brokers of five their share of replicas, of leaders and of each topic", () => {
      const placements = [0, 1, 2].flatMap((topic) =>
        Array.from({ length: 20 }, (_, partition) => ({
          topic: `t${topic}`,
          partition,
          replicas: [0, 1, 2].map((_id, at) => (partition + at) % 3),
        })),
      );
      const brokers = brokersOf(5, 0);
      const moves = planSpread(placements, brokers);
      const done = after(placements, moves);
      assert.deepEqual(loads(done, brokers), [36, 36, 36, 36, 36]);
      assert.equal(copied(moves), 72);
      for (const topic of ["t0", "t1", "t2"]) {
        assert.ok(
          gap(
            loads(
              done.filter((one) => one.topic === topic),
              brokers,
            ),
          ) <= 2,
        );
      }
      const leaders = brokers.map(({ id }) => done.filter(({ replicas }) => replicas[0] === id).length);
      assert.ok(gap(leaders) <= 2, leaders.join());
    });

    it("keeps a replica of every partition on the one broker of a zone", () => {
      const placements = Array.from({ length: 1_000 }, (_, n) => ({
        topic: `t${n % 50}`,
        partition: Math.floor(n / 50),
        replicas: [n % 3, (n + 1) % 3, (n + 2) % 3],
      }));
      const moves = planSpread(placements, brokersOf(5, 0));
      assert.equal(gap(loads(after(placements, moves), brokersOf(5, 0))), 0);
      const zoned = after(placements, planSpread(placements, brokersOf(5, 3)));
      assert.deepEqual(loads(zoned, brokersOf(5, 3)), [500, 500, 1_000, 500, 500]);
    });
  });

  describe("R-OPS-02 drain", () => {
    const drains = fc.tuple(clusters, fc.nat(8)).map(([cluster, left]) => {
      const stay = cluster.brokers.slice(0, Math.max(1, Math.min(cluster.brokers.length, left)));
      return { ...cluster, stay, gone: cluster.brokers.slice(stay.length).map(({ id }) => id) };
    });

    it("leaves nothing on the brokers that go, moves nothing else, and covers as many racks as it can", () => {
      fc.assert(
        fc.property(drains, ({ placements, stay, gone }) => {
          const { moves, impossible } = planDrain(placements, stay);
          expectSound(placements, moves, stay);
          for (const { replicas } of impossible) assert.ok(replicas.length > stay.length);
          const possible = placements.filter((one) => !impossible.includes(one));
          const left = after(possible, moves).filter(({ replicas }) => replicas.some((id) => gone.includes(id)));
          assert.deepEqual(left, []);
          const away = possible.flatMap(({ replicas }) => replicas.filter((id) => gone.includes(id)));
          assert.equal(copied(moves), away.length);
          const all = new Set(stay.map(({ rack }) => rack).filter((rack) => rack !== null)).size;
          for (const { replicas, from } of moves) {
            const kept = from.filter((id) => !gone.includes(id));
            const most = Math.min(all, racksOf(kept, stay) + from.length - kept.length);
            assert.equal(racksOf(replicas, stay), most);
          }
        }),
      );
    });

    it("puts no moved replica where a broker with two fewer could have taken it", () => {
      fc.assert(
        fc.property(drains, ({ placements, stay: places }) => {
          const stay = places.map(({ id }) => ({ id, rack: null }));
          const { moves, impossible } = planDrain(placements, stay);
          const now = after(
            placements.filter((one) => !impossible.includes(one)),
            moves,
          );
          const load = new Map(stay.map(({ id }, at) => [id, loads(now, stay)[at] ?? 0]));
          for (const { replicas, from } of moves) {
            for (const id of replicas.filter((one) => !from.includes(one))) {
              for (const other of stay.filter((one) => !replicas.includes(one.id))) {
                assert.ok((load.get(id) ?? 0) - (load.get(other.id) ?? 0) < 2);
              }
            }
          }
        }),
      );
    });

    it("names partitions that fewer brokers cannot hold, and moves the others", () => {
      const placements = [
        { topic: "three", partition: 0, replicas: [0, 1, 2] },
        { topic: "one", partition: 0, replicas: [2] },
      ];
      const { moves, impossible } = planDrain(placements, brokersOf(2, 0));
      assert.deepEqual(impossible, [placements[0]]);
      assert.deepEqual(moves, [{ topic: "one", partition: 0, replicas: [0], from: [2] }]);
    });
  });
});
