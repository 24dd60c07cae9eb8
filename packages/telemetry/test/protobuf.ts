/** Fields of a protobuf message by number, in the order in which they came. Submessages are bytes until they are read. */
export type Fields = ReadonlyMap<number, readonly (bigint | Buffer)[]>;

/** Reads a protobuf message without its schema. */
export function readFields(bytes: Buffer): Fields {
  const fields = new Map<number, (bigint | Buffer)[]>();
  let at = 0;
  const varint = (): bigint => {
    let value = 0n;
    for (let shift = 0n; ; shift += 7n) {
      const byte = bytes[at++];
      if (byte === undefined) throw new Error("cut off");
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
  };
  while (at < bytes.length) {
    const tag = Number(varint());
    const number = tag >> 3;
    const value = valueOf(tag & 7);
    const known = fields.get(number);
    if (known === undefined) fields.set(number, [value]);
    else known.push(value);
  }
  return fields;

  function valueOf(wireType: number): bigint | Buffer {
    if (wireType === 0) return varint();
    const length = wireType === 1 ? 8 : wireType === 5 ? 4 : wireType === 2 ? Number(varint()) : -1;
    if (length < 0 || at + length > bytes.length) throw new Error(`wire type ${wireType}`);
    at += length;
    const slice = bytes.subarray(at - length, at);
    return wireType === 1 ? slice.readBigUInt64LE() : slice;
  }
}

export function messages(fields: Fields, number: number): Fields[] {
  return (fields.get(number) ?? []).map(value => readFields(value as Buffer));
}

/** The attributes of a list of `KeyValue`. */
export function attributes(fields: Fields, number: number): Record<string, string | boolean | number> {
  return Object.fromEntries(
    messages(fields, number).map(pair => {
      const key = String(pair.get(1)?.[0]);
      const [value] = messages(pair, 2);
      const [text] = value?.get(1) ?? [];
      const [flag] = value?.get(2) ?? [];
      const [whole] = value?.get(3) ?? [];
      return [key, text !== undefined ? String(text) : flag !== undefined ? flag === 1n : Number(whole)];
    }),
  );
}
