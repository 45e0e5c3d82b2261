/**
 * The reading half of Java-style properties as this program writes them: one `key=value` a line, `#` comments, blank lines.
 * No escapes and no continued lines: names and values of Kafka configs need neither, and a reviewer reads what is there.
 */

export interface Property {
  readonly value: string;
  /** 1-based line in the file, for messages. */
  readonly line: number;
}

/**
 * Reads the lines of one file.
 * @param file name used in messages
 * @throws Error that names file and line where a line is not `key=value` or a key comes twice
 */
export function parseProperties(file: string, text: string): Map<string, Property> {
  const properties = new Map<string, Property>();
  for (const [index, raw] of text.split(/\r?\n/).entries()) {
    const line = index + 1;
    const content = raw.trim();
    if (content === "" || content.startsWith("#")) continue;
    const equals = content.indexOf("=");
    if (equals < 1) {
      throw new Error(
        `${file}:${line}: found ${JSON.stringify(content)}, expected key=value; write one setting a line`,
      );
    }
    const key = content.slice(0, equals).trimEnd();
    const first = properties.get(key);
    if (first) {
      throw new Error(`${file}:${line}: key ${key} was already set in line ${first.line}; keep one of the two lines`);
    }
    properties.set(key, { value: content.slice(equals + 1).trimStart(), line });
  }
  return properties;
}
