import { byBytes } from "../layers/fingerprint.ts";
import { isTable, type TomlTable, type TomlValue } from "../toml/value.ts";
import { writeKey, writeValue } from "../toml/write.ts";
import {
  commentsAbove,
  freshLine,
  headerOf,
  holdsInline,
  type Line,
  names,
  printToml,
  sameSteps,
  type Section,
  splitToml,
  startsWith,
  writeInlineInOrder,
} from "./lines.ts";

/**
 * A TOML text that can be edited without touching what is not edited: order, spacing and comments stay. The text must
 * be valid TOML.
 */
export class TomlDocument {
  readonly #bom: string;
  readonly #newline: string;
  readonly #root: Section;
  readonly #sections: Section[];
  readonly #tail: string;
  /** Where a table goes that takes the place of something else (an index of `#sections`), and of which line. */
  #vacated: { at: number; line?: { path: readonly string[]; header: string; comments: string } } | null = null;

  constructor(text: string) {
    const { root, sections, tail } = splitToml(text);
    this.#bom = text.charCodeAt(0) === 0xfeff ? "\ufeff" : "";
    this.#newline = /\r\n/.test(text) ? "\r\n" : "\n";
    this.#root = root;
    this.#sections = sections;
    this.#tail = tail;
  }

  toString(): string {
    return this.#bom + printToml([this.#root, ...this.#sections], this.#tail, this.#newline);
  }

  /**
   * Sets a value. Missing tables are created without headers until they hold something; inline tables on the way become
   * ordinary ones; a table value becomes ordinary tables with sorted keys.
   */
  set(path: readonly string[], value: TomlValue): void {
    this.#vacated = null;
    this.#openParents(path, isTable(value));
    if (isTable(value)) this.#setTable(path, value);
    else this.#setScalar(path, value);
    this.#vacated = null;
  }

  /** Removes a value with the comments above it, and everything below it. True when there was something. */
  clear(path: readonly string[]): boolean {
    const blocked = this.#blocked(path);
    if (blocked !== null) {
      // Only a value inside an inline table is reachable behind a line.
      const at = blocked === "array" ? 0 : blocked.section.path.length + blocked.line.keys.length;
      if (blocked === "array" || !holdsInline(blocked.line.inline, path.slice(at))) return false;
      this.#openParents(path);
    }
    return this.#remove(path);
  }

  /**
   * Replaces a table by one written in the given key order, comments inside it included. An inline table stays inline,
   * with the comment behind it.
   */
  replaceTable(path: readonly string[], value: TomlTable): void {
    this.#openParents(path);
    const found = this.#line(path);
    if (found !== null) {
      found.line.raw = writeInlineInOrder(value);
      delete found.line.inline;
      delete found.line.source;
      return;
    }
    const at = this.#sections.findIndex(section => startsWith(section.path, path));
    const prefix = at < 0 ? null : (this.#sections[at]?.prefix ?? null);
    this.#remove(path);
    this.#writeTables(path, value, at < 0 ? this.#behindAncestor(path) : at, prefix);
  }

  /** Replaces an array of tables, written as `[[path]]` tables. */
  replaceTableArray(path: readonly string[], entries: readonly TomlTable[]): void {
    this.#openParents(path);
    this.#remove(path);
    let at = this.#behindAncestor(path);
    for (const entry of entries) {
      const section = this.#newSection(path, entry);
      this.#insert({ ...section, array: true, insideArray: true, header: `[${section.header}]` }, at++);
    }
  }

  #writeTables(path: readonly string[], value: TomlTable, at: number, prefix: string | null): number {
    const section = this.#newSection(path, value);
    let next = at;
    // A table of nothing but tables needs no header of its own.
    if (section.lines.length > 0 || Object.keys(value).length === 0) {
      this.#insert(section, next++);
      if (prefix !== null) {
        section.prefix = prefix;
        section.added = false;
      }
    }
    for (const [key, item] of Object.entries(value)) {
      if (isTable(item)) next = this.#writeTables([...path, key], item, next, null);
    }
    return next;
  }

  #newSection(path: readonly string[], value: TomlTable): Section {
    const lines = Object.entries(value).flatMap(([key, item]): Line[] => {
      if (isTable(item)) return [];
      return [freshLine([key], this.#localNewlines(writeValue(item)), this.#newline)];
    });
    const header = `[${path.map(writeKey).join(".")}]`;
    return { path: [...path], array: false, insideArray: false, prefix: "", header, eol: this.#newline, lines };
  }

  /** The line that holds a proper prefix of the path, or the array of tables that does. */
  #blocked(path: readonly string[]): { section: Section; line: Line } | "array" | null {
    for (const section of this.#all()) {
      if (section.array && section.path.length < path.length && startsWith(path, section.path)) return "array";
      if (section.insideArray) continue;
      for (const line of section.lines) {
        const full = [...section.path, ...line.keys];
        if (full.length < path.length && startsWith(path, full)) return { section, line };
      }
    }
    return null;
  }

  #arrayAbove(path: readonly string[]): readonly string[] {
    const found = this.#sections.find(section => section.array && startsWith(path, section.path));
    return found?.path ?? path.slice(0, -1);
  }

  /** Turns the inline tables that the path runs through into ordinary ones. */
  #openParents(path: readonly string[], forTable = false): void {
    for (let blocked = this.#blocked(path); blocked !== null; blocked = this.#blocked(path)) {
      if (blocked !== "array" && blocked.line.inline !== undefined) {
        this.#expand(blocked.section, blocked.line, forTable ? [...path, ""] : path);
        continue;
      }
      const at = blocked === "array" ? this.#arrayAbove(path) : [...blocked.section.path, ...blocked.line.keys];
      // What is no table gives way to one.
      this.#vacate(at);
    }
  }

  /** Removes what a table takes the place of. */
  #vacate(path: readonly string[]): void {
    const found = this.#line(path);
    if (found === null) {
      this.#vacated = { at: this.#sections.findIndex(({ path: at }) => startsWith(at, path)) };
    } else {
      const { section, line } = found;
      const own = { path, header: headerOf(section, line), comments: commentsAbove(line) };
      this.#vacated = { at: this.#behind(section), ...(line.keys.length === 1 ? { line: own } : {}) };
    }
    this.#remove(path);
  }

  #behind(section: Section): number {
    return section === this.#root ? 0 : this.#sections.indexOf(section) + 1;
  }

  /** Replaces `key = { ... }` by a table of its own, right behind the table it stood in. */
  #expand(section: Section, line: Line, towards: readonly string[]): void {
    const path = [...section.path, ...line.keys];
    const source = line.source ?? "";
    const lines = (line.inline ?? []).map((entry): Line => {
      const { value } = entry;
      return {
        keys: names(entry.keys),
        prefix: "",
        head: `${source.slice(entry.keys[0]?.start, entry.keys.at(-1)?.end)} = `,
        raw: source.slice(value.start, value.end),
        suffix: "",
        eol: this.#newline,
        ...(value.kind === "inline" ? { inline: value.entries, source } : {}),
      };
    });
    section.lines.splice(section.lines.indexOf(line), 1);
    // A table that only leads on to the next one needs no header.
    const leadsOn =
      lines.length === 1 &&
      path.length + 1 < towards.length &&
      lines[0]?.inline !== undefined &&
      startsWith(towards, [...path, ...(lines[0]?.keys ?? [])]);
    if (leadsOn) {
      const [only] = lines as [Line];
      section.lines.push({
        ...only,
        keys: [...line.keys, ...only.keys],
        head: `${[...line.keys, ...only.keys].map(writeKey).join(".")}=`,
        prefix: line.prefix,
      });
      return;
    }
    const added: Section = {
      path,
      array: false,
      insideArray: section.insideArray,
      prefix: "",
      header: headerOf(section, line),
      eol: this.#newline,
      lines,
    };
    this.#insert(added, this.#behind(section));
    added.prefix += commentsAbove(line);
  }

  #insert(section: Section, at: number): void {
    section.prefix = this.#newline;
    section.added = true;
    this.#sections.splice(at, 0, section);
  }

  #setScalar(path: readonly string[], value: TomlValue): void {
    const raw = this.#localNewlines(writeValue(value));
    const found = this.#line(path);
    if (found !== null) {
      found.line.raw = raw;
      delete found.line.inline;
      delete found.line.source;
      return;
    }
    const dotted = this.#firstBelow(path);
    this.#remove(path);
    if (dotted === null) return this.#appendLine(path, raw);
    const { section, at } = dotted;
    section.lines.splice(at, 0, freshLine(path.slice(section.path.length), raw, this.#newline));
  }

  /** The first line of a dotted key below the path. */
  #firstBelow(path: readonly string[]): { section: Section; at: number } | null {
    for (const section of this.#all()) {
      if (section.insideArray || section.path.length >= path.length || !startsWith(path, section.path)) continue;
      const at = section.lines.findIndex(({ keys }) => startsWith(keys, path.slice(section.path.length)));
      if (at >= 0) return { section, at };
    }
    return null;
  }

  #localNewlines(text: string): string {
    return this.#newline === "\n" ? text : text.replaceAll("\n", this.#newline);
  }

  #appendLine(path: readonly string[], raw: string): void {
    const parent = path.slice(0, -1);
    const { section, keys } = this.#home(parent, path.at(-1) as string);
    const line = freshLine(keys, raw, this.#newline);
    // Behind its siblings of the same dotted table, else at the end.
    const stem = keys.slice(0, -1);
    const sibling = stem.length === 0 ? -1 : section.lines.findLastIndex(candidate => startsWith(candidate.keys, stem));
    section.lines.splice(sibling < 0 ? section.lines.length : sibling + 1, 0, line);
  }

  /** The table that a new key of `parent` goes into, and the key's spelling there; the table is made when missing. */
  #home(parent: readonly string[], key: string): { section: Section; keys: string[] } {
    if (parent.length === 0) return { section: this.#root, keys: [key] };
    const own = this.#sections.find(
      section => !section.array && !section.insideArray && sameSteps(section.path, parent),
    );
    if (own !== undefined) return { section: own, keys: [key] };
    for (const section of this.#all()) {
      if (section.insideArray || !startsWith(parent, section.path)) continue;
      const stem = parent.slice(section.path.length);
      if (section.lines.some(line => line.keys.length > stem.length && startsWith(line.keys, stem))) {
        return { section, keys: [...stem, key] };
      }
    }
    return { section: this.#makeSection(parent), keys: [key] };
  }

  #makeSection(path: readonly string[]): Section {
    const section: Section = { ...this.#newSection(path, {}), implied: true };
    const child = this.#sections.findIndex(candidate => startsWith(candidate.path, path));
    const { at, line } = this.#vacated ?? {};
    this.#vacated = null;
    this.#insert(section, child >= 0 ? child : (at ?? this.#behindAncestor(path)));
    if (line !== undefined && sameSteps(line.path, path)) {
      section.header = line.header;
      section.prefix += line.comments;
    }
    return section;
  }

  /** Behind the last table of the nearest ancestor that has tables, else at the end. */
  #behindAncestor(path: readonly string[]): number {
    for (let length = path.length - 1; length > 0; length--) {
      const ancestor = path.slice(0, length);
      const last = this.#sections.findLastIndex(section => startsWith(section.path, ancestor));
      if (last >= 0) return last + 1;
      const holder = this.#all().find(
        section =>
          !section.insideArray && section.lines.some(line => startsWith([...section.path, ...line.keys], ancestor)),
      );
      if (holder !== undefined) return this.#sections.indexOf(holder) + 1;
    }
    return this.#sections.length;
  }

  #setTable(path: readonly string[], value: TomlTable): void {
    if (this.#line(path) !== null || this.#sections.some(({ array, path: at }) => array && sameSteps(at, path))) {
      this.#vacate(path);
    }
    let own = this.#sections.find(section => !section.insideArray && sameSteps(section.path, path));
    const keys = Object.keys(value).sort(byBytes);
    const below = this.#sections.findIndex(
      section => section.path.length > path.length && startsWith(section.path, path),
    );
    if (below >= 0) this.#vacated ??= { at: below };
    // Everything that the new table does not have goes, with its comments.
    for (const section of this.#sections.slice()) {
      if (section.path.length <= path.length || !startsWith(section.path, path)) continue;
      const name = section.path[path.length] as string;
      if (!Object.hasOwn(value, name) || !isTable(value[name])) this.#drop(section);
    }
    const before = own?.lines ?? [];
    for (const section of this.#all()) {
      const stem = path.slice(section.path.length);
      if (section.insideArray || section === own || stem.length === 0 || !startsWith(path, section.path)) continue;
      const dotted = section.lines.filter(line => startsWith(line.keys, stem));
      if (dotted.length === 0) continue;
      section.lines = section.lines.filter(line => !dotted.includes(line));
      this.#vacated ??= { at: this.#behind(section) };
      for (const { keys: steps, ...line } of dotted) {
        const key = steps.slice(stem.length);
        before.push({ ...line, keys: key, head: `${key.map(writeKey).join(".")} = ` });
      }
    }
    own ??= this.#makeSection(path);
    Object.assign(own, { lines: [], implied: false });
    for (const key of keys) {
      const item = value[key] as TomlValue;
      if (isTable(item)) continue;
      const kept = before.find(line => line.keys.length === 1 && line.keys[0] === key);
      const raw = this.#localNewlines(writeValue(item));
      const fresh = freshLine([key], raw, this.#newline);
      own.lines.push(
        kept === undefined
          ? fresh
          : { ...fresh, prefix: kept.prefix, head: kept.head, suffix: kept.suffix, eol: kept.eol || this.#newline },
      );
    }
    for (const key of keys) {
      const item = value[key] as TomlValue;
      if (isTable(item)) this.#setTable([...path, key], item);
    }
  }

  #drop(section: Section): void {
    this.#sections.splice(this.#sections.indexOf(section), 1);
  }

  #line(path: readonly string[]): { section: Section; line: Line } | null {
    for (const section of this.#all()) {
      if (section.insideArray || !startsWith(path, section.path)) continue;
      const rest = path.slice(section.path.length);
      const line = section.lines.find(candidate => sameSteps(candidate.keys, rest));
      if (line !== undefined) return { section, line };
    }
    return null;
  }

  #remove(path: readonly string[]): boolean {
    let removed = false;
    for (const section of this.#sections.slice()) {
      if (startsWith(section.path, path)) {
        this.#drop(section);
        removed = true;
      }
    }
    for (const section of this.#all()) {
      if (section.insideArray || !startsWith(path, section.path)) continue;
      const rest = path.slice(section.path.length);
      const kept = section.lines.filter(line => !startsWith(line.keys, rest));
      removed ||= kept.length < section.lines.length;
      section.lines = kept;
    }
    return removed;
  }

  #all(): Section[] {
    return [this.#root, ...this.#sections];
  }
}
