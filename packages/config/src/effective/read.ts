import { getOwn, isTable, setOwn, TomlFloat, type TomlTable } from "../toml/value.ts";

/** Typed access to a table whose values were checked already. */
export class Reader {
  readonly table: TomlTable;
  constructor(table: TomlTable) {
    this.table = table;
  }

  string(name: string): string | null {
    const value = getOwn(this.table, name);
    return typeof value === "string" ? value : null;
  }
  /** Trimmed; blank counts as unset. */
  words(name: string): string | null {
    const value = this.string(name)?.trim();
    return value === undefined || value === "" ? null : value;
  }
  /** A string that the key table restricts to the members of `T`. */
  word<T extends string>(name: string): T | null {
    return this.string(name) as T | null;
  }
  bool(name: string): boolean | null {
    const value = getOwn(this.table, name);
    return typeof value === "boolean" ? value : null;
  }
  number(name: string): number | null {
    const value = getOwn(this.table, name);
    if (value instanceof TomlFloat) return value.value;
    if (typeof value === "bigint") return Number(value);
    return typeof value === "number" ? value : null;
  }
  strings(name: string): string[] | null {
    const value = getOwn(this.table, name);
    return Array.isArray(value) ? value.filter((item): item is string => typeof item === "string") : null;
  }
  stringMap(name: string): Record<string, string> | null {
    const value = getOwn(this.table, name);
    if (!isTable(value)) return null;
    const out: Record<string, string> = {};
    for (const key of Object.keys(value)) {
      const item = value[key];
      if (typeof item === "string") setOwn(out, key, item);
    }
    return out;
  }
  has(name: string): boolean {
    return Object.hasOwn(this.table, name);
  }
  /** The sub-table; an empty one when unset. */
  sub(name: string): Reader {
    const value = getOwn(this.table, name);
    return new Reader(isTable(value) ? value : {});
  }
  /** Name and sub-table of every entry that is a table. */
  entries(): [string, Reader][] {
    return Object.keys(this.table).flatMap(name => {
      const value = this.table[name];
      return isTable(value) ? [[name, new Reader(value)] as [string, Reader]] : [];
    });
  }
}
