import { stemmer } from "stemmer";

/** How much a repeated word still counts, and how much a long text is held against it: the usual values of BM25. */
const SATURATION = 1.2;
const LENGTH_WEIGHT = 0.75;

/** Words that say nothing about what a tool does. */
const STOP_WORDS = new Set(
  "a about above after again all am an and any are as at be because been before being below between both but by can could did do does doing down during each few for from further had has have having he her here hers him his how i if in into is it its itself just me more most my no nor not now of off on once only or other our out over own same she should so some such than that the their them then there these they this those through to too under until up very was we were what when where which while who whom why will with would you your".split(
    " ",
  ),
);

interface IndexedText<T> {
  value: T;
  counts: Map<string, number>;
  length: number;
}

/** Finds texts by words (Okapi BM25 over stemmed English words). */
export class SearchIndex<T> {
  private readonly texts: IndexedText<T>[];
  private readonly textsWith = new Map<string, number>();
  private readonly meanLength: number;

  constructor(entries: readonly { value: T; text: string }[]) {
    this.texts = entries.map(({ value, text }) => {
      const words = searchWords(text);
      const counts = new Map<string, number>();
      for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1);
      return { value, counts, length: words.length };
    });
    for (const { counts } of this.texts)
      for (const word of counts.keys()) this.textsWith.set(word, (this.textsWith.get(word) ?? 0) + 1);
    this.meanLength = this.texts.reduce((sum, { length }) => sum + length, 0) / Math.max(1, this.texts.length);
  }

  /** Everything with a word of the query, best first; equals keep their order. */
  search(query: string): T[] {
    const words = new Set(searchWords(query));
    return this.texts
      .map(text => ({ value: text.value, score: this.score(text, words) }))
      .filter(({ score }) => score > 0)
      .sort((a, b) => b.score - a.score)
      .map(({ value }) => value);
  }

  private score({ counts, length }: IndexedText<T>, words: ReadonlySet<string>): number {
    let score = 0;
    for (const word of words) {
      const count = counts.get(word) ?? 0;
      if (count === 0) continue;
      const having = this.textsWith.get(word) ?? 0;
      const rarity = Math.log(1 + (this.texts.length - having + 0.5) / (having + 0.5));
      const norm = 1 - LENGTH_WEIGHT + (LENGTH_WEIGHT * length) / this.meanLength;
      score += (rarity * count * (SATURATION + 1)) / (count + SATURATION * norm);
    }
    return score;
  }
}

/** The words of a text that count, as their stems. Parts of a name such as `list_pull-requests` are words of their own. */
export function searchWords(text: string): string[] {
  return text
    .replace(/([\p{Ll}\d])(\p{Lu})/gu, "$1 $2")
    .normalize("NFKD")
    .replace(/\p{M}/gu, "")
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .filter(word => word !== "" && !STOP_WORDS.has(word))
    .map(word => stemmer(word));
}
