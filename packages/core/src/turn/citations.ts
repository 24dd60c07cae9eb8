import type { MemoryCitation } from "@codex-ts/protocol";

const OPEN = "<oai-mem-citation>";
const CLOSE = "</oai-mem-citation>";

/** Takes the marks by which a model names its sources out of a text that comes in pieces. What may still become a mark is held back. */
export class CitationFilter {
  private readonly found: string[] = [];
  /** What is inside of a mark that is open; null outside. */
  private inside: string | null = null;
  private held = "";

  /** The part of the text that can be shown now. */
  push(delta: string): string {
    let shown = "";
    let rest = this.held + delta;
    this.held = "";
    for (;;) {
      const tag = this.inside === null ? OPEN : CLOSE;
      const at = rest.indexOf(tag);
      if (at >= 0) {
        shown += this.take(rest.slice(0, at));
        rest = rest.slice(at + tag.length);
        if (this.inside === null) this.inside = "";
        else this.close();
        continue;
      }
      const kept = beginningAtEnd(rest, tag);
      this.held = rest.slice(rest.length - kept);
      return shown + this.take(rest.slice(0, rest.length - kept));
    }
  }

  /** The rest, when the text is over. A mark that was not closed ends with it. */
  finish(): string {
    const shown = this.take(this.held);
    this.held = "";
    if (this.inside !== null) this.close();
    return shown;
  }

  /** What stood in the marks. */
  get citations(): readonly string[] {
    return this.found;
  }

  private take(text: string): string {
    if (this.inside === null) return text;
    this.inside += text;
    return "";
  }

  private close(): void {
    this.found.push(this.inside ?? "");
    this.inside = null;
  }
}

/** A whole text without its marks, and what they named. */
export function withoutCitations(text: string): { text: string; memoryCitation: MemoryCitation | null } {
  if (!text.includes(OPEN)) return { text, memoryCitation: null };
  const filter = new CitationFilter();
  const shown = filter.push(text) + filter.finish();
  return { text: shown, memoryCitation: readCitations(filter.citations) };
}

/** How many characters at the end of a text may be the beginning of a tag. */
function beginningAtEnd(text: string, tag: string): number {
  for (let length = Math.min(text.length, tag.length - 1); length > 0; length--)
    if (text.endsWith(tag.slice(0, length))) return length;
  return 0;
}

function readCitations(citations: readonly string[]): MemoryCitation | null {
  const entries = citations.flatMap(citation => lines(block(citation, "citation_entries")).flatMap(readEntry));
  const threadIds = citations.flatMap(citation =>
    lines(block(citation, "thread_ids") ?? block(citation, "rollout_ids")),
  );
  return entries.length === 0 && threadIds.length === 0 ? null : { entries, threadIds: [...new Set(threadIds)] };
}

/** `PATH:FIRST-LAST|note=[NOTE]`; anything else is no entry. */
function readEntry(line: string): MemoryCitation["entries"] {
  const [, path, first, last, note] = /^(.*):(\d+)-(\d+)\|note=\[(.*)\]$/.exec(line) ?? [];
  if (path === undefined || note === undefined) return [];
  return [{ path: path.trim(), lineStart: Number(first), lineEnd: Number(last), note: note.trim() }];
}

function block(text: string, name: string): string | null {
  const [, inside] = new RegExp(`<${name}>([\\s\\S]*?)</${name}>`).exec(text) ?? [];
  return inside ?? null;
}

function lines(text: string | null): string[] {
  return (text ?? "")
    .split("\n")
    .map(line => line.trim())
    .filter(line => line !== "");
}
