/**
 * Kafka's wire format as far as the sidecar needs it: flexible requests and answers (KIP-482). The client library of the
 * agent's other roles would take another 20 to 35 MB beside every broker, and would build an object for every partition.
 */

/** No tagged fields. */
export const TAGS = Buffer.from([0]);

export function int8(value: number): Buffer {
  return Buffer.from([value & 0xff]);
}

export function int16(value: number): Buffer {
  const buffer = Buffer.alloc(2);
  buffer.writeInt16BE(value);
  return buffer;
}

export function int32(value: number): Buffer {
  const buffer = Buffer.alloc(4);
  buffer.writeInt32BE(value);
  return buffer;
}

function unsignedVarint(value: number): Buffer {
  const bytes: number[] = [];
  let rest = value;
  for (; rest > 0x7f; rest >>>= 7) bytes.push((rest & 0x7f) | 0x80);
  return Buffer.from([...bytes, rest]);
}

/** A compact string. */
export const text = (value: string): Buffer => bytes(Buffer.from(value));

/** Compact bytes. */
export function bytes(value: Buffer): Buffer {
  return Buffer.concat([unsignedVarint(value.length + 1), value]);
}

/** A compact array; null where the protocol reads that as all. */
export function list(items: readonly Buffer[] | null): Buffer {
  return items === null ? unsignedVarint(0) : Buffer.concat([unsignedVarint(items.length + 1), ...items]);
}

/** Reads an answer from its first byte to its last. Each method throws RangeError where the answer is too short. */
export class Reader {
  readonly #buffer: Buffer;
  #at = 0;

  constructor(buffer: Buffer) {
    this.#buffer = buffer;
  }

  int8(): number {
    return this.#buffer.readInt8(this.#advance(1));
  }
  int16(): number {
    return this.#buffer.readInt16BE(this.#advance(2));
  }
  int32(): number {
    return this.#buffer.readInt32BE(this.#advance(4));
  }
  int64(): number {
    return Number(this.#buffer.readBigInt64BE(this.#advance(8)));
  }
  skip(bytes: number): void {
    this.#advance(bytes);
  }

  unsignedVarint(): number {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = this.#buffer.readUInt8(this.#advance(1));
      value |= (byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
  }

  /** A compact string; null reads as "". */
  text(): string {
    const length = this.unsignedVarint() - 1;
    if (length <= 0) return "";
    const start = this.#advance(length);
    return this.#buffer.toString("utf8", start, start + length);
  }

  /** A compact array; null reads as an empty one. */
  list<T>(item: () => T): T[] {
    const length = this.unsignedVarint() - 1;
    const items: T[] = [];
    for (let index = 0; index < length; index += 1) items.push(item());
    return items;
  }

  int32s(): number[] {
    return this.list(() => this.int32());
  }

  tags(): void {
    const count = this.unsignedVarint();
    for (let index = 0; index < count; index += 1) {
      this.unsignedVarint();
      this.#advance(this.unsignedVarint());
    }
  }

  #advance(bytes: number): number {
    const start = this.#at;
    if (start + bytes > this.#buffer.length) throw new RangeError(`answer ends after ${this.#buffer.length} bytes`);
    this.#at = start + bytes;
    return start;
  }
}
