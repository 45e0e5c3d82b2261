/** Tables in pages that measurements write into: a measured row replaces its line, the others stay as they are. */

/**
 * Puts lines into the table between `<!-- name -->` and `<!-- /name -->`; a line's first cell is its key.
 * @throws Error where the text has no such place
 */
export function withRows(
  text: string,
  name: string,
  head: readonly [titles: string, rule: string],
  rows: Iterable<readonly string[]>,
): string {
  const place = new RegExp(`(<!-- ${name} -->\n)([\\s\\S]*?)(<!-- /${name} -->)`);
  const [, , table] = place.exec(text) ?? [];
  if (table === undefined) throw new Error(`expected a table between <!-- ${name} --> and <!-- /${name} -->`);
  const lines = new Map<string, string>();
  for (const line of table.split("\n").slice(head.length)) {
    const [key] = line.split("|").slice(1);
    if (key !== undefined) lines.set(key.trim(), line);
  }
  for (const cells of rows) lines.set(cells[0] ?? "", `| ${cells.join(" | ")} |`);
  return text.replace(place, (_, open: string, __, close: string) =>
    [`${open}${head.join("\n")}`, ...lines.values(), close].join("\n"),
  );
}
