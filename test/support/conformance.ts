/**
 * The state of every row of the register, from the results of the test tiers: proved, later, out or open. Pure; what reads
 * and writes files is conformanceCli.ts.
 */

export interface RegisterRow {
  readonly id: string;
  readonly text: string;
  /** The toggle or part that brings it. */
  readonly later?: string;
  /** Why it is not this program's. */
  readonly out?: string;
}

export interface Register {
  /** Area code of an id → its title. */
  readonly areas: Readonly<Record<string, string>>;
  readonly rows: readonly RegisterRow[];
}

export interface TestResult {
  readonly title: string;
  readonly file: string;
  readonly state: "passed" | "failed";
}

/** Row id → lines, each naming a test file and a title. */
export type Proofs = ReadonlyMap<string, readonly string[]>;

const ID = /\bR-[A-Z]+-\d+\b/g;
const MOST = 3;

const PROOF = /^ {2}- `(test\/[^`]+)`: /;

/** What a page claims: `<row> by <test file>`, whatever the titles of the tests are. */
export function claimsOf(page: string): Set<string> {
  const lines = [...proofsKept(page, () => false)].flatMap(([id, proofs]) =>
    proofs.map((proof) => [id, proof] as const),
  );
  return new Set(lines.map(([id, proof]) => `${id} by ${PROOF.exec(proof)?.[1] ?? ""}`));
}

/** The rows that passing tests prove, by the ids in their titles. */
export function proofsOf(results: readonly TestResult[]): Proofs {
  const titles = new Map<string, Map<string, string[]>>();
  for (const { title, file } of results.filter(({ state }) => state === "passed")) {
    for (const id of new Set(title.match(ID) ?? [])) {
      const files = titles.get(id) ?? new Map<string, string[]>();
      titles.set(id, files.set(file, [...(files.get(file) ?? []), title]));
    }
  }
  const lines = [...titles].map(([id, files]): [string, string[]] => [
    id,
    [...files].sort(([left], [right]) => (left < right ? -1 : 1)).map(([file, all]) => line(file, all)),
  ]);
  return new Map(lines);
}

function line(file: string, titles: readonly string[]): string {
  const sorted = [...titles].sort();
  const more = sorted.length > MOST ? `; and ${sorted.length - MOST} more` : "";
  return `  - \`${file}\`: ${sorted.slice(0, MOST).join("; ")}${more}`;
}

/** The proofs that a written page holds, but for those of test files that ran anew or are gone. */
export function proofsKept(page: string, isOver: (file: string) => boolean): Proofs {
  const kept = new Map<string, string[]>();
  let id = "";
  for (const text of page.split("\n")) {
    id = /^- \*\*(R-[A-Z]+-\d+)\*\*/.exec(text)?.[1] ?? id;
    const file = PROOF.exec(text)?.[1];
    if (file !== undefined && !isOver(file)) kept.set(id, [...(kept.get(id) ?? []), text]);
  }
  return kept;
}

/** Ids in test titles that the register does not have. */
export function unknownIds(register: Register, results: readonly TestResult[]): string[] {
  const known = new Set(register.rows.map(({ id }) => id));
  const named = results.flatMap(({ title }) => title.match(ID) ?? []);
  return [...new Set(named)].filter((id) => !known.has(id)).sort();
}

type State = "proved" | "later" | "out" | "open";

function stateOf(row: RegisterRow, proofs: Proofs): State {
  if ((proofs.get(row.id)?.length ?? 0) > 0) return "proved";
  if (row.out !== undefined) return "out";
  return row.later === undefined ? "open" : "later";
}

const count = (states: readonly State[]): string =>
  (["proved", "later", "out", "open"] as const)
    .map((state) => `${states.filter((one) => one === state).length} ${state}`)
    .join(", ");

function describe(row: RegisterRow, proofs: Proofs): string[] {
  const state = stateOf(row, proofs);
  const why = state === "later" ? `: ${row.later ?? ""}` : state === "out" ? `: ${row.out ?? ""}` : "";
  const lines = state === "proved" ? [...(proofs.get(row.id) ?? [])].sort() : [];
  return [`- **${row.id}** ${state}${why} · ${row.text}`, ...lines];
}

/** The page, in the register's order. */
export function renderConformance(register: Register, ...sources: readonly Proofs[]): string {
  const proofs = new Map<string, string[]>();
  for (const [id, lines] of sources.flatMap((source) => [...source])) {
    proofs.set(id, [...(proofs.get(id) ?? []), ...lines]);
  }
  const { rows, areas } = register;
  const states = (some: readonly RegisterRow[]): State[] => some.map((row) => stateOf(row, proofs));
  const sections = Object.entries(areas).flatMap(([code, title]) => {
    const own = rows.filter(({ id }) => id.startsWith(`R-${code}-`));
    return [`\n## ${title} (${code})\n`, `${count(states(own))}\n`, ...own.flatMap((row) => describe(row, proofs))];
  });
  return [
    "# Conformance",
    "",
    "Every row of the requirements register and where it stands. Made by `npm run conformance` from the results of the",
    "test tiers; not written by hand.",
    "",
    "- **proved**: a test that carries the row's id in its title passes",
    "- **later**: comes with the toggle or part that is named",
    "- **out**: not this program's, and why",
    "- **open**: nothing proves it yet",
    "",
    `All ${rows.length} rows: ${count(states(rows))}.`,
    ...sections,
    "",
  ].join("\n");
}
