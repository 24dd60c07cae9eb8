import { PermissionsError } from "./errors.ts";

/** Small readers for values of unknown shape. Each throws `invalid_shape` and says what is wrong and where. */

export type JsonObject = Readonly<Record<string, unknown>>;

export function invalid(message: string): PermissionsError {
  return new PermissionsError("invalid_shape", message);
}

function typeName(value: unknown): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return "sequence";
  if (typeof value === "object") return "map";
  if (typeof value === "number") return `number \`${value}\``;
  if (typeof value === "string") return "string";
  return typeof value;
}

export function readObject(value: unknown, what: string): JsonObject {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw invalid(`invalid type: ${typeName(value)}, expected ${what}`);
  }
  return value as JsonObject;
}

export function field(object: JsonObject, name: string): unknown {
  return Object.hasOwn(object, name) ? object[name] : undefined;
}

export function requiredField(object: JsonObject, name: string): unknown {
  const value = field(object, name);
  if (value === undefined) throw invalid(`missing field \`${name}\``);
  return value;
}

export function rejectUnknownFields(object: JsonObject, known: readonly string[]): void {
  const stranger = Object.keys(object).find(key => !known.includes(key));
  if (stranger !== undefined) {
    throw invalid(`unknown field \`${stranger}\`, expected ${known.map(name => `\`${name}\``).join(" or ")}`);
  }
}

export function readString(value: unknown, what: string): string {
  if (typeof value !== "string") throw invalid(`invalid type: ${typeName(value)}, expected ${what}`);
  return value;
}

export function readBoolean(value: unknown, what: string): boolean {
  if (typeof value !== "boolean") throw invalid(`invalid type: ${typeName(value)}, expected ${what}`);
  return value;
}

export function readArray<T>(value: unknown, what: string, item: (value: unknown) => T): T[] {
  if (!Array.isArray(value)) throw invalid(`invalid type: ${typeName(value)}, expected ${what}`);
  return value.map(item);
}

export function readVariant<T extends string>(value: unknown, variants: readonly T[]): T {
  const found = variants.find(variant => variant === value);
  if (found === undefined) {
    const shown = typeof value === "string" ? `unknown variant \`${value}\`` : `invalid type: ${typeName(value)}`;
    throw invalid(`${shown}, expected one of ${variants.map(variant => `\`${variant}\``).join(", ")}`);
  }
  return found;
}

/** A count that may not be zero; absent and null give undefined. */
export function readDepth(value: unknown): number | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value !== "number" || !Number.isSafeInteger(value) || value < 1) {
    throw invalid(
      typeof value === "number"
        ? `invalid value: integer \`${value}\`, expected a nonzero usize`
        : `invalid type: ${typeName(value)}, expected a nonzero usize`,
    );
  }
  return value;
}

/** An optional field: absent and null give undefined. */
export function optional<T>(value: unknown, read: (value: unknown) => T): T | undefined {
  return value === undefined || value === null ? undefined : read(value);
}
