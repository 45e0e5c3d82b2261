/** Broker properties as data: groups in a fixed order, each with the reason that a reviewer reads above it in the file. */

export type Property = readonly [key: string, value: string];

export interface PropertyGroup {
  /** One line; the comment above the group. */
  readonly why: string;
  readonly entries: readonly Property[];
}

export type Properties = readonly PropertyGroup[];

/** All properties in file order, without their groups. */
export function flatten(properties: Properties): Property[] {
  return properties.flatMap(({ entries }) => entries);
}

/** Properties with a last group laid over them: a key in it leaves its earlier place, so that no key comes twice. */
export function override(properties: Properties, last: PropertyGroup): Properties {
  const taken = new Set(last.entries.map(([key]) => key));
  const kept = properties.map((group) => ({ ...group, entries: group.entries.filter(([key]) => !taken.has(key)) }));
  return [...kept, last].filter(({ entries }) => entries.length > 0);
}

/**
 * Text of a Java properties file: a comment and its lines for each group, a blank line between groups. The text is ASCII
 * (java.util.Properties reads ISO 8859-1), so equal properties give equal bytes.
 */
export function renderProperties(properties: Properties): string {
  const group = ({ why, entries }: PropertyGroup) =>
    [`# ${escaped(why, false)}`, ...entries.map(propertyLine)].join("\n");
  return `${properties.map(group).join("\n\n")}\n`;
}

/** One line of a properties file, as `java.util.Properties` reads it back: whatever the key and the value hold. */
export const propertyLine = ([key, value]: Property): string => `${escaped(key, true)}=${escaped(value, false)}`;

const NAMED: Readonly<Record<string, string>> = { "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t", "\f": "\\f" };

/** By UTF-16 unit, as Java escapes: a letter beyond the first plane becomes two of them. */
function escaped(text: string, isKey: boolean): string {
  return text
    .split("")
    .map((unit, index) => {
      const named = NAMED[unit];
      if (named !== undefined) return named;
      if (unit < " " || unit > "~") return `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`;
      const special = isKey ? /[ :=#!]/.test(unit) : unit === " " && index === 0;
      return special ? `\\${unit}` : unit;
    })
    .join("");
}
