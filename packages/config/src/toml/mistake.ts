import { type Assignment, DEEPEST, readStatements, type Statement, TomlMistake, type Written } from "./grammar.ts";
import { readString, scalarType } from "./scalar-mistakes.ts";
import type { Token } from "./tokens.ts";

/**
 * The first mistake of a TOML text, worded and placed as the reference program does: of the whole text, first what is
 * wrong with its form, then with its keys and values, from top to bottom. Null when nothing is found.
 */
export function findMistake(text: string): TomlMistake | null {
  try {
    const document = new Document(text);
    for (const statement of readStatements(text)) document.add(statement);
    return document.tooDeep ? new TomlMistake("recursion limit", 0) : null;
  } catch (error) {
    if (error instanceof TomlMistake) return error;
    throw error;
  }
}

/** How a table came to be, as it decides who may add to it. */
interface Table {
  type: "table" | "inline table";
  /** Only named as a part of a header so far. */
  implicit: boolean;
  /** Made by a dotted key. */
  dotted: boolean;
  entries: Map<string, Item>;
}

/** `[[a]]`: its last element takes what is added. */
interface TableList {
  type: "tables";
  last: Table;
}
interface Plain {
  type: "array" | "string" | "integer" | "float" | "boolean" | "datetime";
}
type Item = Table | TableList | Plain;

interface Name {
  text: string;
  token: Token;
}

class Document {
  private readonly text: string;
  private readonly root = newTable({});
  private current = this.root;
  /** A key has more parts than tables may be nested. */
  tooDeep = false;

  constructor(text: string) {
    this.text = text;
  }

  add(statement: Statement): void {
    if (statement.kind === "entry") {
      const item = this.assign(this.current, statement);
      // While it is written, an inline table is a table like others.
      if (item.type === "table") item.type = "inline table";
      return;
    }
    const names = this.names(statement.keys);
    const last = names.pop() as Name;
    const parent = this.descend(this.root, names, false);
    const found = parent.entries.get(last.text);
    const table = newTable({});
    this.current = table;
    if (statement.array) {
      if (found !== undefined && found.type !== "tables") throw duplicate(last);
      parent.entries.set(last.text, { type: "tables", last: table });
    } else if (found === undefined) {
      parent.entries.set(last.text, table);
    } else {
      if (found.type !== "table" || !found.implicit || found.dotted) throw duplicate(last);
      found.implicit = false;
      this.current = found;
    }
  }

  private assign(table: Table, { keys, value }: Assignment): Item {
    const names = this.names(keys);
    const item = this.item(value);
    const last = names.pop() as Name;
    const holder = this.descend(table, names, true);
    if (names.length > 0 && !holder.dotted) throw duplicate(last);
    if (holder.entries.has(last.text)) throw duplicate(last);
    holder.entries.set(last.text, item);
    return item;
  }

  /** The table that a header's or a dotted key's first parts name; what is not there is made. */
  private descend(from: Table, names: readonly Name[], dotted: boolean): Table {
    let at = from;
    for (const name of names) {
      const found = at.entries.get(name.text);
      if (found === undefined) {
        const made = newTable({ implicit: !dotted, dotted });
        at.entries.set(name.text, made);
        at = made;
      } else if (found.type === "tables") {
        at = found.last;
      } else if (found.type === "table") {
        if (dotted && !found.dotted && !found.implicit) throw duplicate(name);
        at = found;
      } else {
        throw cannotExtend(found, name);
      }
    }
    return at;
  }

  private item(value: Written): Item {
    switch (value.kind) {
      case "array":
        for (const item of value.items) this.item(item);
        return { type: "array" };
      case "inline": {
        const table = newTable({});
        for (const entry of value.entries) this.assign(table, entry);
        return table;
      }
      case "missing":
        // The reference program overlooks this. What nobody wrote is not guessed here.
        throw new TomlMistake("key with no value, expected `=`", value.at);
      case "scalar":
        if (value.token === "word") return { type: scalarType(this.text.slice(value.start, value.end), value.start) };
        readString(this.text, value.token, value.start, value.end);
        return { type: "string" };
    }
  }

  private names(keys: readonly Token[]): Name[] {
    if (keys.length > DEEPEST) this.tooDeep = true;
    return keys.map(token => ({ token, text: this.name(token) }));
  }

  private name({ kind, start, end }: Token): string {
    const expected = "expected letters, numbers, `-`, `_`";
    if (kind === "end") throw new TomlMistake(`unquoted keys cannot be empty, ${expected}`, start);
    if (kind === "longBasic" || kind === "longLiteral") {
      const name = kind === "longBasic" ? "multi-line basic strings" : "multi-line literal strings";
      throw new TomlMistake(`keys cannot be ${name}, expected basic string, literal string`, start, end);
    }
    if (kind !== "word") return readString(this.text, kind, start, end);
    const raw = this.text.slice(start, end);
    const wrong = raw.search(/[^A-Za-z0-9_-]/);
    if (wrong >= 0) throw new TomlMistake(`invalid unquoted key, ${expected}`, start + wrong, start + wrong + 1);
    return raw;
  }
}

function newTable({ implicit = false, dotted = false }: { implicit?: boolean; dotted?: boolean }): Table {
  return { type: "table", implicit, dotted, entries: new Map() };
}

function duplicate({ token }: Name): TomlMistake {
  return new TomlMistake("duplicate key", token.start, token.end);
}

function cannotExtend({ type }: Item, { token }: Name): TomlMistake {
  return new TomlMistake(`cannot extend value of type ${type} with a dotted key`, token.start, token.end);
}
