import { randomBytes, randomInt, randomUUID } from "node:crypto";

/** Identifiers as a service, so that a test can make them predictable. */
export interface Ids {
  /** Time-ordered (version 7) UUID: thread and turn ids. */
  uuid7(): string;
  /** Random UUID: item ids that the model did not give. */
  uuid4(): string;
  /** Random integer in [min, max): session ids of live processes. */
  integer(min: number, max: number): number;
  /** `count` random hexadecimal digits. */
  hex(count: number): string;
}

export function systemIds(now: () => number = Date.now): Ids {
  return {
    uuid7: () => uuid7(now()),
    uuid4: () => randomUUID(),
    integer: (min, max) => randomInt(min, max),
    hex: count =>
      randomBytes(Math.ceil(count / 2))
        .toString("hex")
        .slice(0, count),
  };
}

function uuid7(milliseconds: number): string {
  const bytes = randomBytes(16);
  bytes.writeUIntBE(milliseconds, 0, 6);
  bytes[6] = (bytes[6]! & 0x0f) | 0x70;
  bytes[8] = (bytes[8]! & 0x3f) | 0x80;
  const hex = bytes.toString("hex");
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}
